/**
 * Windows for spectra, sums of cosines in their periodic form: w[n] = Σ (−1)^k a_k cos(2π k n / size). Nothing is stored:
 * one cosine, by rotation (R. C. Singleton, "On computing the fast Fourier transform", Comm. ACM 10, 1967), serves four
 * samples. A weight's error stays below 4e-15 of the largest weight at 4,096 samples.
 */
import { cos, sin } from "../data/math.js";

const PI = 3.141592653589793;

// HFT95 of G. Heinzel, A. Rüdiger and R. Schilling, "Spectrum and spectral density estimation by the DFT, including a
// comprehensive list of window functions and some new flat-top windows", 2002: as long as ISO 18431-2's (1.933, 1.286,
// 0.388, 0.0322), which reads up to 0.103 % too low between two bins; this one 0.045 % too low and 0.051 % too high.
const A1 = 1.9383379;
const A2 = 1.3045202;
const A3 = 0.402827;
const A4 = 0.0350665;

export type WindowKind = "hann" | "flat-top";

export interface WindowFigures {
  /** Mean of the weights: a tone's line is lower by this factor. */
  readonly coherentGain: number;
  /** Equivalent noise bandwidth in bins: size × Σ w² / (Σ w)². */
  readonly noiseBandwidthBins: number;
}

/** Exact for 16 samples or more: over whole periods Σ w = size × a_0 and Σ w² = size × (a_0² + Σ a_k² / 2). */
export const WINDOWS: Readonly<Record<WindowKind, WindowFigures>> = Object.freeze({
  hann: Object.freeze({ coherentGain: 0.5, noiseBandwidthBins: 1.5 }),
  "flat-top": Object.freeze({
    coherentGain: 1,
    noiseBandwidthBins: 1 + (A1 * A1 + A2 * A2 + A3 * A3 + A4 * A4) / 2,
  }),
});

/**
 * Multiplies `data` by a window, or a piece of it: the samples `from` to `to` of the first quarter and those that mirror
 * them in the others. Pieces that together cover 0 to data.length / 4 give what one call gives, but for the last bits;
 * one of 64 such samples takes about 10,000 engine steps in XS. Allocates nothing.
 *
 * - `hann`: a tone between two bins is read up to 15.1 % (1.42 dB) too low.
 * - `flat-top`: a tone is read to 0.06 % wherever it lies; its line is 2.5 times as wide. Weights are from −0.4 to 4.7.
 *
 * @param data a multiple of 4 from 16 numbers on; RangeError for another length
 */
export function applyWindow(data: Float64Array, kind: WindowKind, from = 0, to = data.length / 4): void {
  const size = data.length;
  const half = size / 2;
  const quarter = size / 4;
  if (size < 16 || size % 4 !== 0) throw new RangeError(`window: size ${size} is not a multiple of 4 from 16 on`);
  const flat = kind === "flat-top";
  let n = from;
  if (n === 0) {
    weigh(data, 0, 1, flat);
    weigh(data, quarter, 0, flat);
    weigh(data, half, -1, flat);
    weigh(data, half + quarter, 0, flat);
    n = 1;
  }
  // The angle of a sample, and by how much a cosine changes from one to the next.
  const angle = (2 * PI) / size;
  const sine = sin(angle / 2);
  const alpha = 2 * sine * sine;
  const beta = sin(angle);
  let c = cos(n * angle);
  let s = sin(n * angle);
  let up = half + n;
  let down = half - n;
  let last = size - n;
  let even: number, odd: number, square: number;
  while (n < to) {
    if (flat) {
      // cos 2x, 3x and 4x as polynomials of cos x: even powers, and odd ones
      square = c * c;
      even = 1 - A2 + A4 + square * (2 * A2 - 8 * A4 + square * (8 * A4));
      odd = c * (3 * A3 - A1 - square * (4 * A3));
    } else {
      even = 0.5;
      odd = -0.5 * c;
    }
    data[n] = data[n]! * (square = even + odd);
    data[last] = data[last]! * square;
    data[up] = data[up]! * (square = even - odd);
    data[down] = data[down]! * square;
    square = c - (alpha * c + beta * s);
    s = s - (alpha * s - beta * c);
    c = square;
    n++;
    up++;
    down--;
    last--;
  }
}

/** One sample, where the cosine is c. */
function weigh(data: Float64Array, n: number, c: number, flat: boolean): void {
  const weight = flat
    ? 1 - c * A1 + (2 * c * c - 1) * A2 - c * (4 * c * c - 3) * A3 + (8 * c * c * (c * c - 1) + 1) * A4
    : 0.5 - 0.5 * c;
  data[n] = data[n]! * weight;
}
