import test from "ava";
import { RealFFT, powerOf } from "../../../firmware/signal/fft.js";
import { applyWindow, WINDOWS } from "../../../firmware/signal/window.js";
import type { WindowKind } from "../../../firmware/signal/window.js";

const KINDS = Object.keys(WINDOWS) as WindowKind[];
const TERMS: Record<WindowKind, number[]> = {
  hann: [0.5, 0.5],
  "flat-top": [1, 1.9383379, 1.3045202, 0.402827, 0.0350665],
};

function weights(kind: WindowKind, size: number): Float64Array {
  const data = new Float64Array(size).fill(1);
  applyWindow(data, kind);
  return data;
}

/** What the largest line says of a tone of amplitude 1 at `bin`, whole or not. */
function amplitude(kind: WindowKind, bin: number, size: number, phase: number): number {
  const data = Float64Array.from({ length: size }, (_, n) => Math.cos((2 * Math.PI * bin * n) / size + phase));
  applyWindow(data, kind);
  new RealFFT(size).transform(data);
  let power = 0;
  for (let k = 1; k < size / 2; k++) power = Math.max(power, powerOf(data, k));
  return Math.sqrt(power) / (size / 2) / WINDOWS[kind].coherentGain;
}

for (const kind of KINDS) {
  test(`${kind}: a weight is its sum of cosines, whatever the size`, (t) => {
    for (const size of [16, 20, 64, 100, 1024, 4096]) {
      weights(kind, size).forEach((weight, n) => {
        const sum = TERMS[kind].reduce(
          (total, term, k) => total + (k % 2 === 0 ? term : -term) * Math.cos((2 * Math.PI * ((k * n) % size)) / size),
          0,
        );
        if (Math.abs(weight - sum) > 2e-14) t.fail(`${size}: weight ${n} is ${weight}, not ${sum}`);
      });
    }
    t.pass();
  });

  test(`${kind}: gain and noise bandwidth are those of its weights`, (t) => {
    for (const size of [16, 1024]) {
      const all = weights(kind, size);
      const sum = all.reduce((total, weight) => total + weight, 0);
      const squares = all.reduce((total, weight) => total + weight * weight, 0);
      t.true(Math.abs(sum / size - WINDOWS[kind].coherentGain) < 1e-14);
      t.true(Math.abs((size * squares) / (sum * sum) - WINDOWS[kind].noiseBandwidthBins) < 1e-12);
    }
  });

  test(`${kind}: pieces are as good as the whole`, (t) => {
    const size = 1024;
    const whole = weights(kind, size);
    const data = new Float64Array(size).fill(1);
    for (let from = 0; from < size / 4; from += 50) applyWindow(data, kind, from, Math.min(from + 50, size / 4));
    t.true(data.every((weight, n) => Math.abs(weight - whole[n]!) < 1e-14));
  });
}

/** The smallest and the largest reading of tones between bins 100 and 101. */
function readings(kind: WindowKind): [lowest: number, highest: number] {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let part = 0; part <= 1; part += 1 / 32) {
    for (const phase of [0, 1, 2, 3]) {
      const reading = amplitude(kind, 100 + part, 1024, phase);
      lowest = Math.min(lowest, reading);
      highest = Math.max(highest, reading);
    }
  }
  return [lowest, highest];
}

test("flat-top reads the amplitude of any tone to 0.1 %", (t) => {
  const [lowest, highest] = readings("flat-top");
  t.true(lowest > 0.999, `${lowest}`);
  t.true(highest < 1.001, `${highest}`);
});

test("hann reads a tone between two bins up to 15.1 % (1.42 dB) too low, and never too high", (t) => {
  const [lowest, highest] = readings("hann");
  t.is(Math.round(1000 * (1 - lowest)), 151);
  t.is(Math.round(100 * 20 * Math.log10(lowest)), -142);
  t.true(highest < 1 + 1e-6);
});

test("a size that is no multiple of 4, or under 16, is refused", (t) => {
  for (const size of [0, 12, 17, 18, 1022]) {
    const error = t.throws(() => applyWindow(new Float64Array(size), "hann"), { instanceOf: RangeError });
    t.is(error.message, `window: size ${size} is not a multiple of 4 from 16 on`);
  }
});
