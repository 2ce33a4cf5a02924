import test from "ava";
import fc from "fast-check";
import { ComplexFFT, powerOf, RealFFT } from "../../../firmware/signal/fft.js";
import { seeded } from "../../support/seed.js";
import type { Random } from "../../../simulator/random.js";

const SIZES = [64, 128, 256, 512, 1024, 2048, 4096];
const COMPLEX_SIZES = [32, ...SIZES];

const noise = (random: Random, length: number) => Float64Array.from({ length }, () => random.normal());
const realOf = (size: number) => Float64Array.from({ length: size }, (_, i) => (i % 2 === 0 ? 1 : 0));

/** Σ x[n] e^(−2πi k n / size) as it is written, of interleaved complex numbers. */
function directBin(data: Float64Array, k: number): [re: number, im: number] {
  const size = data.length / 2;
  let re = 0;
  let im = 0;
  for (let n = 0; n < size; n++) {
    const angle = (-2 * Math.PI * ((k * n) % size)) / size;
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    re += data[2 * n]! * c - data[2 * n + 1]! * s;
    im += data[2 * n]! * s + data[2 * n + 1]! * c;
  }
  return [re, im];
}

const complexOf = (samples: Float64Array) =>
  Float64Array.from({ length: 2 * samples.length }, (_, i) => (i % 2 === 0 ? samples[i / 2]! : 0));

/** Bin k of a packed spectrum. */
function unpacked(spectrum: Float64Array, k: number): [re: number, im: number] {
  if (k === 0) return [spectrum[0]!, 0];
  if (2 * k === spectrum.length) return [spectrum[1]!, 0];
  return [spectrum[2 * k]!, spectrum[2 * k + 1]!];
}

const largest = (data: Float64Array) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const distance = (one: Float64Array, other: Float64Array) => largest(one.map((value, i) => value - other[i]!));

function transformed(fft: { transform(data: Float64Array): void }, data: Float64Array): Float64Array {
  const copy = data.slice();
  fft.transform(copy);
  return copy;
}

/** All bins of small sizes; of larger ones those at the ends, in the middle and some others. */
function someBins(size: number, last: number): number[] {
  const bins = size <= 256 ? Array.from({ length: last + 1 }, (_, k) => k) : [0, 1, 2, 3, size / 8, size / 4 - 1];
  if (size > 256) bins.push(size / 4, size / 4 + 1, size / 2 - 1, size / 2, (7 * size) / 16 + 3, size / 3, last);
  return bins.map(Math.floor);
}

for (const size of COMPLEX_SIZES) {
  test(`${size} complex numbers become what the direct sum makes of them`, (t) => {
    seeded(t, (random) => {
      const data = noise(random, 2 * size);
      const spectrum = transformed(new ComplexFFT(size), data);
      for (const k of someBins(size, size - 1)) {
        const [re, im] = directBin(data, k);
        t.true(Math.hypot(spectrum[2 * k]! - re, spectrum[2 * k + 1]! - im) < 1e-13 * largest(spectrum), `bin ${k}`);
      }
    });
  });
}

for (const size of SIZES) {
  test(`${size} real numbers become what the direct sum makes of them`, (t) => {
    seeded(t, (random) => {
      const data = noise(random, size);
      const spectrum = transformed(new RealFFT(size), data);
      for (const k of someBins(size, size / 2)) {
        const [re, im] = directBin(complexOf(data), k);
        const [ours, oursIm] = unpacked(spectrum, k);
        t.true(Math.hypot(ours - re, oursIm - im) < 1e-13 * largest(spectrum), `bin ${k}`);
        const power = re * re + im * im;
        t.true(Math.abs(powerOf(spectrum, k) - power) < 1e-12 * largest(spectrum) ** 2, `power ${k}`);
      }
    });
  });

  test(`a pure tone of ${size} samples is in its bin and nowhere else`, (t) => {
    const fft = new RealFFT(size);
    for (const bin of [1, 5, size / 4, size / 2 - 1]) {
      const phase = 0.7;
      const samples = Float64Array.from({ length: size }, (_, n) =>
        Math.cos((2 * Math.PI * ((bin * n) % size)) / size + phase),
      );
      const spectrum = transformed(fft, samples);
      t.true(Math.abs(spectrum[2 * bin]! / (size / 2) - Math.cos(phase)) < 1e-13);
      t.true(Math.abs(spectrum[2 * bin + 1]! / (size / 2) - Math.sin(phase)) < 1e-13);
      spectrum[2 * bin] = spectrum[2 * bin + 1] = 0;
      t.true(largest(spectrum) < 1e-12 * size);
    }
  });
}

test("an error stays below 1e-15 of the largest bin", (t) => {
  // Sums of 1 and 0: what comes out of every bin is known exactly.
  for (const size of SIZES) {
    const spectrum = transformed(new RealFFT(size), realOf(size));
    t.is(spectrum[0], size / 2);
    t.is(spectrum[1], size / 2);
    t.true(largest(spectrum.subarray(2)) <= 1e-15 * size);
  }
  // There and back takes the errors of both.
  seeded(t, (random) => {
    for (const size of COMPLEX_SIZES) {
      const fft = new ComplexFFT(size);
      const data = noise(random, 2 * size);
      const back = transformed(fft, data);
      fft.inverse(back);
      t.true(
        distance(
          data,
          back.map((value) => value / size),
        ) <
          2e-15 * largest(data),
        `${size}`,
      );
    }
  });
});

const sizes = fc.constantFrom(...SIZES);
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const numbers = (seed: number, length: number) =>
  Float64Array.from({ length }, (_, i) => Math.sin(1 + i * (1 + (seed % 1009)) + seed) * (1 + (i % 7)));

function check(title: string, holds: (size: number, seed: number) => boolean): void {
  test(title, (t) => {
    seeded(t, (_, seed) => {
      fc.assert(fc.property(sizes, seeds, holds), { seed: seed | 0, numRuns: 60 });
      t.pass();
    });
  });
}

check("the spectrum has the power of the samples (Parseval)", (size, seed) => {
  const data = numbers(seed, size);
  const spectrum = transformed(new RealFFT(size), data);
  let power = powerOf(spectrum, 0) + powerOf(spectrum, size / 2);
  for (let k = 1; k < size / 2; k++) power += 2 * powerOf(spectrum, k);
  const sum = data.reduce((total, value) => total + value * value, 0);
  return Math.abs(power / size - sum) < 1e-12 * sum;
});

check("the transform of a sum is the sum of the transforms", (size, seed) => {
  const fft = new RealFFT(size);
  const one = numbers(seed, size);
  const other = numbers(seed ^ 0x5a5a5a, size);
  const together = transformed(
    fft,
    one.map((value, i) => 2 * value - 3 * other[i]!),
  );
  const [first, second] = [transformed(fft, one), transformed(fft, other)];
  return (
    distance(
      together,
      first.map((value, i) => 2 * value - 3 * second[i]!),
    ) <
    1e-13 * largest(together)
  );
});

check("there and back gives the samples times half the size", (size, seed) => {
  const fft = new RealFFT(size);
  const data = numbers(seed, size);
  const back = transformed(fft, data);
  fft.inverse(back);
  return (
    distance(
      data,
      back.map((value) => value / (size / 2)),
    ) <
    1e-14 * largest(data)
  );
});

check("samples moved around by one turn each bin by its angle", (size, seed) => {
  const fft = new RealFFT(size);
  const data = numbers(seed, size);
  const moved = transformed(
    fft,
    data.map((_, i) => data[(i + 1) % size]!),
  );
  const spectrum = transformed(fft, data);
  const k = 1 + (seed % (size / 2 - 1));
  const [re, im] = unpacked(spectrum, k);
  const [c, s] = [Math.cos((2 * Math.PI * k) / size), Math.sin((2 * Math.PI * k) / size)];
  const [movedRe, movedIm] = unpacked(moved, k);
  return Math.hypot(movedRe - (re * c - im * s), movedIm - (re * s + im * c)) < 1e-13 * largest(spectrum);
});

check("piece by piece gives the same bits as at once, there and back", (size, seed) => {
  const data = numbers(seed, size);
  const [atOnce, inPieces] = [data.slice(), data.slice()];
  const fft = new RealFFT(size);
  fft.transform(atOnce);
  fft.begin(inPieces);
  while (!fft.step());
  if (!fft.step() || distance(atOnce, inPieces) !== 0) return false;
  fft.inverse(atOnce);
  fft.beginInverse(inPieces);
  while (!fft.step());
  return fft.step() && distance(atOnce, inPieces) === 0;
});

test("a transform that is begun anew forgets the one under way", (t) => {
  const fft = new RealFFT(256);
  const data = numbers(3, 256);
  const expected = transformed(fft, data);
  for (let pieces = 1; pieces < 6; pieces++) {
    fft.begin(numbers(4, 256));
    for (let i = 0; i < pieces; i++) fft.step();
    t.deepEqual(transformed(fft, data), expected);
  }
});

test("without a transform under way, step() says that all is done", (t) => {
  t.true(new RealFFT(64).step());
  t.true(new ComplexFFT(64).step());
});

test("a size that is not a power of two in the range, or data of another size, is refused", (t) => {
  for (const size of [0, 1, 32, 63, 100, 96.5, 8192, -64, NaN, Infinity]) {
    const error = t.throws(() => new RealFFT(size), { instanceOf: RangeError });
    t.is(error.message, `fft: size ${size} is not a power of two from 64 to 4096`);
  }
  for (const size of [16, 33, 8192]) t.throws(() => new ComplexFFT(size), { instanceOf: RangeError });
  const error = t.throws(() => new RealFFT(64).transform(new Float64Array(65)), { instanceOf: RangeError });
  t.is(error.message, "fft: data of 65 numbers is not of 64");
  t.throws(() => new ComplexFFT(64).begin(new Float64Array(64)), { instanceOf: RangeError });
});
