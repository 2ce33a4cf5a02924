import test from "ava";
import { Random } from "../../../../simulator/random.js";
import { BandNoise } from "../../../../simulator/world/band-noise.js";
import { ImpulseTrain } from "../../../../simulator/world/impulse-train.js";
import { BEARING_6205, RotatingMachine } from "../../../../simulator/world/rotating-machine.js";
import type { RotatingMachineOptions } from "../../../../simulator/world/rotating-machine.js";

function machine(options: Partial<RotatingMachineOptions> = {}): RotatingMachine {
  return new RotatingMachine({ random: new Random(1), speedHz: 25, bearing: BEARING_6205, ...options });
}

const FULL = {
  harmonics: [{ order: 1, amplitude: 2 }],
  fault: "inner-race",
  faultAmplitude: 3,
  noise: [{ rms: 1, toHz: 5000 }],
} as const;

test("what it gives depends on axis, time and seed, and not on what was asked before", (t) => {
  const forwards = machine(FULL);
  const backwards = machine(FULL);
  const times = Array.from({ length: 500 }, (_, i) => 0.0123 * i + 1e5 * (i % 3));
  const first = times.map((seconds) => forwards.acceleration(1, seconds));
  const second = [...times].reverse().map((seconds) => backwards.acceleration(1, seconds));
  t.deepEqual(first, second.reverse());
  const other = machine({ ...FULL, random: new Random(2) });
  t.notDeepEqual(
    first,
    times.map((seconds) => other.acceleration(1, seconds)),
  );
});

test("lines at multiples of the speed have the amplitudes asked for", (t) => {
  const turning = machine({ harmonics: [{ order: 2, amplitude: 3 }] });
  let re = 0;
  let im = 0;
  let squares = 0;
  const count = 10_000;
  for (let i = 0; i < count; i++) {
    const value = turning.acceleration(0, i / count);
    re += (2 / count) * value * Math.cos((2 * Math.PI * 50 * i) / count);
    im += (2 / count) * value * Math.sin((2 * Math.PI * 50 * i) / count);
    squares += value * value;
  }
  t.true(Math.abs(Math.hypot(re, im) - 3) < 1e-9);
  t.true(Math.abs(Math.sqrt(squares / count) - 3 / Math.SQRT2) < 1e-9);
});

test("an impulse rings at the resonance and dies away, and there is one per roll-over less slip", (t) => {
  const faulty = machine({ fault: "outer-race", faultAmplitude: 1, slip: 0.02, jitter: 0 });
  const rateHz = 25 * 3.5847848 * 0.98;
  let starts = 0;
  let quiet = true;
  for (let i = 0; i < 100_000; i++) {
    const value = Math.abs(faulty.acceleration(0, i / 100_000));
    t.true(value <= 1);
    if (quiet && value > 0.5) {
      starts++;
      quiet = false;
    } else if (!quiet && value !== 0 && value < 1e-3) {
      const since = i / 100_000 - (starts - 0.5) / rateHz;
      if (since > 0.006) quiet = true;
    }
  }
  t.true(Math.abs(starts - rateHz) <= 1, `${starts}`);
});

test("severity and noise can be changed, and a fault needs a bearing", (t) => {
  const faulty = machine({ fault: "cage", faultAmplitude: 2 });
  const at = 0.5 / (25 * 0.3983094 * 0.99) + 0.0001;
  const before = faulty.acceleration(0, at);
  faulty.faultAmplitude = 4;
  t.true(before !== 0 && Math.abs(faulty.acceleration(0, at) - 2 * before) < 1e-12);
  faulty.faultAmplitude = 0;
  t.is(faulty.acceleration(0, at), 0);
  t.throws(() => new RotatingMachine({ random: new Random(1), speedHz: 25, fault: "cage" }), {
    instanceOf: RangeError,
    message: "rotating machine: fault cage needs a bearing",
  });
});

test("noise has the deviation asked for, is white up to its frequency and nothing beyond, at any sample rate", (t) => {
  const noise = new BandNoise(new Random(3), 1000);
  for (const rateHz of [5000, 7919.3]) {
    const count = 20_000;
    const values = Float64Array.from({ length: count }, (_, i) => noise.at(i / rateHz, 0));
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    t.true(Math.abs(mean) < 0.05 && Math.abs(variance - 1) < 0.05, `${mean} ${variance}`);
    // Per Hz, from some lines of its spectrum.
    const density = (fromHz: number, toHz: number) => {
      let sum = 0;
      let lines = 0;
      for (let hz = fromHz; hz < toHz; hz += 7, lines++) {
        let re = 0;
        let im = 0;
        for (let i = 0; i < count; i++) {
          re += values[i]! * Math.cos((2 * Math.PI * hz * i) / rateHz);
          im += values[i]! * Math.sin((2 * Math.PI * hz * i) / rateHz);
        }
        sum += (2 * (re * re + im * im)) / (count * rateHz);
      }
      return (sum / lines) * 1000;
    };
    for (const from of [0, 250, 500]) {
      const there = density(from + 3, from + 250);
      t.true(Math.abs(there - 1) < 0.45, `${from} Hz: ${there}`);
    }
    t.true(density(1300, 1700) < 0.001);
  }
  t.not(noise.at(1, 0), noise.at(1, 1));
});

test("impulses come at the mean rate, each off by its jitter, and slip adds up", (t) => {
  const train = new ImpulseTrain(new Random(5), 100, 0.01);
  let squares = 0;
  for (let i = 0; i < 1023; i++) squares += ((train.timeOf(i + 1) - train.timeOf(i)) * 100 - 1) ** 2;
  const jitter = Math.sqrt(squares / 1023);
  t.true(Math.abs(jitter - 0.01) < 0.002, `${jitter}`);
  t.true(Math.abs(train.timeOf(10_240) - 102.405) < 1e-9);
  for (const seconds of [0, 0.003, 0.5, 77.7, 12_345.6]) {
    const last = train.before(seconds);
    t.true((last < 0 || train.timeOf(last) <= seconds) && train.timeOf(last + 1) > seconds, `${seconds}`);
  }
});
