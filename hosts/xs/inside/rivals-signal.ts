/** Windows and decimation as textbooks have them: what bench-signal.ts measures beside ours. */
import type { WindowKind } from "../../../firmware/signal/window.js";

/** Σ (−1)^k a_k cos(2π k n / size). */
const COSINES: Readonly<Record<WindowKind, readonly number[]>> = {
  hann: [0.5, 0.5],
  "flat-top": [1, 1.9383379, 1.3045202, 0.402827, 0.0350665],
};

export function weight(kind: WindowKind, n: number, size: number): number {
  let sum = 0;
  for (const [k, a] of COSINES[kind].entries()) sum += (k % 2 === 0 ? a : -a) * Math.cos((2 * Math.PI * k * n) / size);
  return sum;
}

/** 8 bytes a sample stay taken. */
export function windowTable(kind: WindowKind, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) => weight(kind, n, size));
}

export function applyTable(data: Float64Array, table: Float64Array): void {
  for (let i = 0; i < data.length; i++) data[i] = data[i]! * table[i]!;
}

export function applyHann(data: Float64Array): void {
  const size = data.length;
  for (let n = 0; n < size; n++) data[n] = data[n]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size));
}

const [a0, a1, a2, a3, a4] = COSINES["flat-top"] as [number, number, number, number, number];

export function applyFlatTop(data: Float64Array): void {
  for (let n = 0; n < data.length; n++) {
    const x = (2 * Math.PI * n) / data.length;
    const weight = a0 - a1 * Math.cos(x) + a2 * Math.cos(2 * x) - a3 * Math.cos(3 * x) + a4 * Math.cos(4 * x);
    data[n] = data[n]! * weight;
  }
}

/** Zero-crossings of the sinc on each side, and the Kaiser window's shape: as ours, in one stage. */
const CROSSINGS = 11;
const BETA = 7.2;

function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** Low-pass with its corner at half the output rate: a sinc under a Kaiser window. */
export function lowPassTaps(factor: number): Float64Array {
  const half = CROSSINGS * factor;
  const taps = Float64Array.from({ length: 2 * half - 1 }, (_, i) => {
    const n = i - half + 1;
    const sinc = n === 0 ? 1 / factor : Math.sin((Math.PI * n) / factor) / (Math.PI * n);
    return sinc * bessel(BETA * Math.sqrt(1 - (n / half) ** 2));
  });
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / sum);
}

/** Takes `count` samples from `offset` on, `stride` apart; writes outputs into `into`, and tells how many. */
export type RivalDecimator = (
  samples: Int16Array,
  offset: number,
  stride: number,
  count: number,
  into: Float64Array,
) => number;

/** Every output of the filter is worked out, and one of `factor` is kept. */
export function filterAndDrop(factor: number): RivalDecimator {
  const taps = lowPassTaps(factor);
  const line = new Float64Array(taps.length);
  let n = 0;
  return (samples, offset, stride, count, into) => {
    let written = 0;
    for (let i = 0; i < count; i++) {
      line.copyWithin(0, 1);
      line[line.length - 1] = samples[offset + i * stride]!;
      let sum = 0;
      for (let k = 0; k < taps.length; k++) sum += taps[k]! * line[k]!;
      if (++n % factor === 0) into[written++] = sum;
    }
    return written;
  };
}

/** Only what is kept is worked out. */
export function filterKept(factor: number): RivalDecimator {
  const taps = lowPassTaps(factor);
  const line = new Float64Array(taps.length);
  let n = 0;
  return (samples, offset, stride, count, into) => {
    let written = 0;
    for (let i = 0; i < count; i++) {
      line.copyWithin(0, 1);
      line[line.length - 1] = samples[offset + i * stride]!;
      if (++n % factor > 0) continue;
      let sum = 0;
      for (let k = 0; k < taps.length; k++) sum += taps[k]! * line[k]!;
      into[written++] = sum;
    }
    return written;
  };
}
