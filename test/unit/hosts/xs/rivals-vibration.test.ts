import test from "ava";
import { bearingOrders } from "../../../../firmware/condition/bearing.js";
import { VibrationAnalysis } from "../../../../firmware/condition/vibration-analysis.js";
import { RivalAnalysis } from "../../../../hosts/xs/inside/rivals-vibration.js";
import { Random } from "../../../../simulator/random.js";
import { BEARING_6205, RotatingMachine } from "../../../../simulator/world/rotating-machine.js";
import { feed, moving, settings, sum, white } from "../../condition/synthesis.js";
import type { Signal } from "../../condition/synthesis.js";

const RATE = 26_667;
const BANDWIDTH = 6300;
const SCALE = 0.005;
const LONG = { samples: 4096, decimation: 8 };
const SPEED_HZ = 29.9;

function ours(overrides: object, signal: Signal): VibrationAnalysis {
  const analysis = new VibrationAnalysis(settings({ blocks: 1, ...overrides }), RATE, 1, 0, SCALE, BANDWIDTH);
  analysis.begin(SPEED_HZ);
  return feed(analysis, signal, RATE, SCALE);
}

function sampled(signal: Signal, count: number): Int16Array {
  return Int16Array.from({ length: count }, (_, i) => Math.round(signal(i / RATE) / SCALE));
}

test("of one block features are the same, and so are bands and lines but for their ends", (t) => {
  const told = { samples: 1024, bands: [[500, 1500]] as const, lines: 2 };
  const signal = () => sum(moving(1000, 0.002), moving(3000, 0.0005), white(1, 0.5));
  const one = ours(told, signal());
  const rival = new RivalAnalysis({ ...told, decimation: 1, rateHz: RATE, scale: SCALE });
  const other = rival.record(sampled(signal(), 1024), 1);
  for (const field of ["rms", "peak", "crestFactor", "kurtosis"] as const) {
    t.true(Math.abs(one.result(field) / other[field] - 1) < 1e-9, field);
  }
  t.true(Math.abs(one.result("band1") / other.bands[0]! - 1) < 0.01);
  for (const [i, { frequency, amplitude }] of other.lines.entries()) {
    t.true(Math.abs(one.result(`line${i + 1}Frequency`) - frequency) < RATE / 1024, `${i}`);
    t.true(Math.abs(one.result(`line${i + 1}Amplitude`) / amplitude - 1) < 1e-5, `${i}`);
  }
});

test("after decimation velocity, bands and lines of a machine in steady motion are the same", (t) => {
  const told = { ...LONG, bands: [[50, 200]] as const, lines: 2 };
  const signal = sum(moving(100, 0.003), moving(400, 0.002), () => 9.81);
  const one = ours(told, signal);
  const rival = new RivalAnalysis({ ...told, rateHz: RATE, scale: SCALE });
  const other = rival.record(sampled(signal, 10 * 4096), 1);
  t.true(Math.abs(one.result("velocity") / other.velocity - 1) < 0.01);
  t.true(Math.abs(other.velocity / Math.hypot(0.003, 0.002) - 1) < 0.01);
  t.true(Math.abs(one.result("band1") / other.bands[0]! - 1) < 0.01);
  for (const [i, { frequency, amplitude }] of other.lines.entries()) {
    t.true(Math.abs(one.result(`line${i + 1}Frequency`) - frequency) < 1, `${i}`);
    t.true(Math.abs(one.result(`line${i + 1}Amplitude`) / amplitude - 1) < 0.01, `${i}`);
  }
});

test("both envelopes by FFT show the damage that ours names", (t) => {
  const machine = new RotatingMachine({
    random: new Random(4),
    speedHz: 29.95,
    bearing: BEARING_6205,
    fault: "outer-race",
    faultAmplitude: 8,
    noise: [{ rms: 1, toHz: 9000 }],
  });
  const signal = (seconds: number) => machine.acceleration(0, seconds);
  const source = sampled(signal, 8 * 4096);
  const told = settings({ ...BEARING_6205, samples: 4096 });
  t.is(ours(told, (seconds) => signal(2 + seconds)).result("fault"), 1);
  const { bpfo, bpfi, bsf, ftf } = bearingOrders(told);
  const faultsHz = [bpfo, bpfi, 2 * bsf, ftf].map((order) => order * SPEED_HZ);
  const [full, band] = [false, true].map((bandOnly) => {
    const rival = new RivalAnalysis({ ...told, rateHz: RATE, scale: SCALE, bearing: { ...told, bandOnly, faultsHz } });
    return rival.record(source, 1).faults;
  });
  for (const faults of [full!, band!]) {
    t.is(faults.length, 4);
    for (const other of faults.slice(1)) t.true(faults[0]! > 2 * other, `${faults.join(" ")}`);
  }
  for (let i = 0; i < 4; i++) t.true(Math.abs(band![i]! / full![i]! - 1) < 0.05, `${full![i]} and ${band![i]}`);
});
