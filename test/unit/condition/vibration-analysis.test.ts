import test from "ava";
import { VibrationAnalysis } from "../../../firmware/condition/vibration-analysis.js";
import { VIBRATION_RESULTS } from "../../../firmware/condition/vibration-results.js";
import { failureOf, GOOD, OUT_OF_BANDWIDTH } from "../../../firmware/model/quality.js";
import { Random } from "../../../simulator/random.js";
import { BEARING_6205, RotatingMachine } from "../../../simulator/world/rotating-machine.js";
import { feed, moving, settings, sum, tone } from "./synthesis.js";
import type { Signal } from "./synthesis.js";

const RATE = 26_667;
const BANDWIDTH = 6300;
const SCALE = 0.005;
const LONG = { samples: 4096, decimation: 8, blocks: 2 };
const BANDWIDTH_FAILURE = failureOf("bandwidth");

function analyse(overrides: object, signal: Signal, speedHz = 0, trueHz = RATE): VibrationAnalysis {
  const analysis = new VibrationAnalysis(settings(overrides), RATE, 1, 0, SCALE, BANDWIDTH);
  analysis.begin(speedHz);
  return feed(analysis, signal, trueHz, SCALE);
}

test("velocity, zone, bands and lines are right, also where the part's rate is 3 % off", (t) => {
  const signal = sum(moving(29.95, 0.004), moving(100, 0.003), () => 9.81);
  const overrides = {
    ...LONG,
    lines: 2,
    bands: [
      [10, 50],
      [50, 200],
    ],
  };
  for (const trueHz of [0.97 * RATE, RATE, 1.03 * RATE]) {
    const analysis = analyse(overrides, signal, 0, trueHz);
    const velocity = analysis.result("velocity");
    t.true(Math.abs(velocity / 0.005 - 1) < 0.005, `${velocity}`);
    t.is(analysis.quality("velocity"), GOOD);
    t.is(analysis.result("zone"), 4);
    const [first, second] = [0.004 * 2 * Math.PI * 29.95, 0.003 * 2 * Math.PI * 100];
    t.true(Math.abs(analysis.result("band1") / first - 1) < 0.01);
    t.true(Math.abs(analysis.result("band2") / second - 1) < 0.01);
    t.true(Math.abs(analysis.result("line1Frequency") - 100) < 0.02);
    t.true(Math.abs(analysis.result("line1Amplitude") / (second * Math.SQRT2) - 1) < 0.01);
    t.true(Math.abs(analysis.result("line2Frequency") - 29.95) < 0.02);
  }
});

test("the zone goes by the machine's group and support", (t) => {
  const zone = (overrides: object) => analyse({ ...LONG, ...overrides }, moving(50, 0.003)).result("zone");
  t.is(zone({ machineGroup: "group-2", support: "rigid" }), 3);
  t.is(zone({ machineGroup: "group-2", support: "flexible" }), 2);
  t.is(zone({ machineGroup: "group-1", support: "rigid" }), 2);
  t.is(zone({ machineGroup: "group-1", support: "flexible" }), 1);
});

test("time features are of the samples as they are, above what the spectrum reaches too", (t) => {
  const analysis = analyse(LONG, tone(4567, 3));
  t.true(Math.abs(analysis.result("rms") / 3 - 1) < 0.001);
  t.true(Math.abs(analysis.result("peak") / (3 * Math.SQRT2) - 1) < 0.005);
  t.true(Math.abs(analysis.result("crestFactor") - Math.SQRT2) < 0.01);
  t.true(Math.abs(analysis.result("kurtosis") - 1.5) < 0.01);
  t.true(analysis.result("velocity") < 1e-5);
});

test("a record that is too short for 10 Hz has the velocity of what it covers, marked, and no zone", (t) => {
  const analysis = analyse({ samples: 1024, blocks: 30 }, sum(moving(400, 0.003), moving(12, 0.01)));
  t.is(analysis.quality("velocity"), OUT_OF_BANDWIDTH);
  t.true(Math.abs(analysis.result("velocity") / 0.003 - 1) < 0.02, `${analysis.result("velocity")}`);
  t.is(analysis.quality("zone"), BANDWIDTH_FAILURE);
  t.is(analysis.result("zone"), NaN);
});

test("a record of less than a second has no zone", (t) => {
  const analysis = analyse({ samples: 2048, decimation: 8, blocks: 1 }, moving(400, 0.003));
  t.is(analysis.quality("velocity"), OUT_OF_BANDWIDTH);
  t.is(analysis.quality("zone"), BANDWIDTH_FAILURE);
});

test("bands beyond what is measured are marked, or not there", (t) => {
  const analysis = analyse(
    {
      ...LONG,
      bands: [
        [100, 500],
        [500, 5000],
        [2000, 5000],
      ],
    },
    tone(1000, 2),
  );
  t.is(analysis.quality("band1"), GOOD);
  t.is(analysis.quality("band2"), OUT_OF_BANDWIDTH);
  t.true(Math.abs(analysis.result("band2") / 2 - 1) < 0.01);
  t.is(analysis.quality("band3"), BANDWIDTH_FAILURE);
  t.is(analysis.result("band3"), NaN);
});

test("fields that nobody asked for, and unknown ones, are not there", (t) => {
  const analysis = analyse(LONG, moving(50, 0.001));
  for (const field of ["band1", "line1Frequency", "bpfo", "fault", "nonsense"]) {
    t.is(analysis.result(field), NaN, field);
    t.is(analysis.quality(field), BANDWIDTH_FAILURE, field);
  }
  t.is(analysis.quality("speed"), failureOf("stale"));
});

test("every result has a value or a failure", (t) => {
  const analysis = analyse({ ...LONG, ...BEARING_6205, lines: 5, bands: [[10, 100]] }, () => 0);
  for (const field of VIBRATION_RESULTS) {
    const absent = Number.isNaN(analysis.result(field));
    t.is(analysis.quality(field).status === "failure", absent, field);
  }
  t.is(analysis.quality("kurtosis"), failureOf("stuck"));
});

const DAMAGED = { ...BEARING_6205, samples: 4096, blocks: 4 };

function damaged(): Signal {
  const machine = new RotatingMachine({
    random: new Random(4),
    speedHz: 29.95,
    bearing: BEARING_6205,
    fault: "outer-race",
    faultAmplitude: 8,
    noise: [{ rms: 1, toHz: 9000 }],
  });
  return (seconds) => machine.acceleration(0, seconds);
}

test("damage of a bearing is named where the speed is known", (t) => {
  const analysis = analyse(DAMAGED, damaged(), 29.9);
  t.is(analysis.result("fault"), 1);
  t.is(analysis.quality("fault"), GOOD);
  t.true(analysis.result("bpfo") > 2);
  for (const field of ["bpfi", "bsf", "ftf"]) t.true(analysis.result(field) < 1, field);
  t.is(analysis.result("speed"), 29.9);
});

test("nothing is said of a bearing at an unknown speed", (t) => {
  const analysis = analyse({ ...DAMAGED, blocks: 1 }, damaged(), 0);
  for (const field of ["bpfo", "bpfi", "bsf", "ftf", "fault", "speed"]) {
    t.is(analysis.quality(field), failureOf("stale"), field);
    t.is(analysis.result(field), NaN);
  }
});

test("where the sensor does not reach the resonance band there is no evidence", (t) => {
  const analysis = analyse({ ...DAMAGED, blocks: 1, envelopeToHz: 9000 }, damaged(), 29.9);
  for (const field of ["bpfo", "fault"]) t.is(analysis.quality(field), BANDWIDTH_FAILURE, field);
});

test("where blocks are too short for the cage the others are judged, and the fault is marked", (t) => {
  const analysis = analyse({ ...DAMAGED, samples: 2048, blocks: 8 }, damaged(), 29.9);
  t.is(analysis.quality("ftf"), BANDWIDTH_FAILURE);
  t.is(analysis.quality("bpfo"), GOOD);
  t.is(analysis.result("fault"), 1);
  t.is(analysis.quality("fault"), OUT_OF_BANDWIDTH);
});

test("it takes samples only while it has no work, and has work only while it takes none", (t) => {
  const analysis = new VibrationAnalysis(settings({ samples: 512, blocks: 2 }), RATE, 1, 0, SCALE, BANDWIDTH);
  t.false(analysis.wants);
  t.true(analysis.step());
  analysis.begin(0);
  t.true(analysis.wants && analysis.step());
  analysis.push(new Int16Array(511), 511, RATE);
  t.true(analysis.wants && analysis.step());
  analysis.push(new Int16Array(600), 600, RATE);
  t.false(analysis.wants);
  let pieces = 1;
  while (!analysis.step()) pieces++;
  t.true(pieces > 5);
  t.true(analysis.wants && !analysis.complete);
  analysis.push(new Int16Array(512), 512, RATE);
  while (!analysis.step());
  t.true(analysis.complete && !analysis.wants);
  analysis.begin(0);
  t.true(analysis.wants && !analysis.complete);
});

test("after lost samples the block begins again, and it is counted", (t) => {
  const analysis = new VibrationAnalysis(settings(LONG), RATE, 1, 0, SCALE, BANDWIDTH);
  analysis.begin(0);
  const loud = new Int16Array(4000).map((_, i) => (i % 2 === 0 ? 30_000 : -30_000));
  analysis.push(loud, 4000, RATE);
  analysis.interrupted();
  feed(analysis, moving(50, 0.002), RATE, SCALE);
  t.is(analysis.result("overruns"), 1);
  t.true(analysis.result("peak") < 10);
  analysis.begin(0);
  feed(analysis, moving(50, 0.002), RATE, SCALE);
  t.is(analysis.result("overruns"), 0);
});

test("it takes its own axis of interleaved samples", (t) => {
  const analysis = new VibrationAnalysis(settings({ samples: 512, blocks: 1 }), RATE, 3, 2, SCALE, BANDWIDTH);
  analysis.begin(0);
  const samples = new Int16Array(3 * 512).map((_, i) => (i % 3 === 2 ? (i % 2 === 0 ? 100 : -100) : 5000));
  analysis.push(samples, 512, RATE);
  while (!analysis.step());
  t.true(Math.abs(analysis.result("rms") - 100 * SCALE) < 1e-12);
});

test("gaps between stretches do not matter to a steady signal", (t) => {
  const analysis = new VibrationAnalysis(settings({ ...LONG, blocks: 4 }), RATE, 1, 0, SCALE, BANDWIDTH);
  analysis.begin(0);
  const signal = moving(33.3, 0.003);
  const samples = new Int16Array(512);
  let next = 0;
  while (!analysis.complete) {
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(signal(next++ / RATE) / SCALE);
    analysis.push(samples, samples.length, RATE);
    if (analysis.wants) continue;
    while (!analysis.step());
    next += 12_345;
  }
  t.true(Math.abs(analysis.result("velocity") / 0.003 - 1) < 0.003);
});
