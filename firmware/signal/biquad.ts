/**
 * Second-order sections and their design from frequencies. Designs are analogue prototypes put through the bilinear
 * transform s = (1 − z⁻¹) / (1 + z⁻¹) with their corner frequencies prewarped to Ω = tan(π f / f_s) (A. V. Oppenheim and
 * R. W. Schafer, "Discrete-Time Signal Processing", 3rd ed., §7.2.2; for one section the same as R. Bristow-Johnson,
 * "Cookbook formulae for audio EQ biquad filter coefficients"). Frequencies are parts of the sample rate: 0 to 0.5.
 */
import { cos, sin } from "../data/math.js";

const PI = 3.141592653589793;

/** Of H(z) = (b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²). */
export type BiquadCoefficients = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

/** A filter over samples that come at an even rate. */
export interface SampleFilter {
  update(x: number): number;
  /** The state in which an input that had always been `x` would have left it; returns the output then. */
  settle(x: number): number;
}

/** y[n] = b0 x[n] + b1 x[n−1] + b2 x[n−2] − a1 y[n−1] − a2 y[n−2], in transposed direct form II. Allocates nothing. */
export class Biquad implements SampleFilter {
  readonly #b0: number;
  readonly #b1: number;
  readonly #b2: number;
  readonly #a1: number;
  readonly #a2: number;
  #s1 = 0;
  #s2 = 0;

  constructor(coefficients: BiquadCoefficients) {
    [this.#b0, this.#b1, this.#b2, this.#a1, this.#a2] = coefficients;
  }

  update(x: number): number {
    const y = this.#b0 * x + this.#s1;
    this.#s1 = this.#b1 * x - this.#a1 * y + this.#s2;
    this.#s2 = this.#b2 * x - this.#a2 * y;
    return y;
  }

  settle(x: number): number {
    const y = (x * (this.#b0 + this.#b1 + this.#b2)) / (1 + this.#a1 + this.#a2);
    this.#s2 = this.#b2 * x - this.#a2 * y;
    this.#s1 = this.#b1 * x - this.#a1 * y + this.#s2;
    return y;
  }
}

/** Two biquads one after the other, in one call. */
export class BiquadPair implements SampleFilter {
  readonly #b0: number;
  readonly #b1: number;
  readonly #b2: number;
  readonly #a1: number;
  readonly #a2: number;
  readonly #d0: number;
  readonly #d1: number;
  readonly #d2: number;
  readonly #c1: number;
  readonly #c2: number;
  #s1 = 0;
  #s2 = 0;
  #t1 = 0;
  #t2 = 0;

  constructor(first: BiquadCoefficients, second: BiquadCoefficients) {
    [this.#b0, this.#b1, this.#b2, this.#a1, this.#a2] = first;
    [this.#d0, this.#d1, this.#d2, this.#c1, this.#c2] = second;
  }

  update(x: number): number {
    const y = this.#b0 * x + this.#s1;
    this.#s1 = this.#b1 * x - this.#a1 * y + this.#s2;
    this.#s2 = this.#b2 * x - this.#a2 * y;
    const z = this.#d0 * y + this.#t1;
    this.#t1 = this.#d1 * y - this.#c1 * z + this.#t2;
    this.#t2 = this.#d2 * y - this.#c2 * z;
    return z;
  }

  settle(x: number): number {
    const y = (x * (this.#b0 + this.#b1 + this.#b2)) / (1 + this.#a1 + this.#a2);
    this.#s2 = this.#b2 * x - this.#a2 * y;
    this.#s1 = this.#b1 * x - this.#a1 * y + this.#s2;
    const z = (y * (this.#d0 + this.#d1 + this.#d2)) / (1 + this.#c1 + this.#c2);
    this.#t2 = this.#d2 * y - this.#c2 * z;
    this.#t1 = this.#d1 * y - this.#c1 * z + this.#t2;
    return z;
  }
}

/** The filter that one or two sections make. */
export function sampleFilter(sections: readonly BiquadCoefficients[]): SampleFilter {
  return sections.length === 1 ? new Biquad(sections[0]!) : new BiquadPair(sections[0]!, sections[1]!);
}

/**
 * Butterworth low-pass.
 *
 * @param cutoff −3 dB frequency as a part of the sample rate, above 0 and below 0.5
 * @param order 1 to 4, at most two sections
 */
export function lowPass(cutoff: number, order: number): BiquadCoefficients[] {
  const w = tangent(cutoff);
  return butterworth(order, (damping) => bilinear(0, 0, w * w, damping * w, w * w), [0, w, w]);
}

/** Butterworth high-pass; as {@link lowPass}. */
export function highPass(cutoff: number, order: number): BiquadCoefficients[] {
  const w = tangent(cutoff);
  return butterworth(order, (damping) => bilinear(1, 0, 0, damping * w, w * w), [1, 0, w]);
}

/**
 * Butterworth band-pass.
 *
 * @param low, high −3 dB frequencies as parts of the sample rate, low < high, above 0 and below 0.5
 * @param order 2 or 4: one section or two
 */
export function bandPass(low: number, high: number, order: number): BiquadCoefficients[] {
  const from = tangent(low);
  const to = tangent(high);
  const width = to - from;
  const square = from * to;
  if (order === 2) return [bilinear(0, width, 0, width, square)];
  // Each pole p of the low-pass prototype gives s² − p·width·s + Ω0² = 0. For p = (−1 + j)/√2, p² = −j: the
  // discriminant is −4 Ω0² − j width²; the other pole gives the conjugates.
  const half = width / Math.sqrt(8);
  const root = Math.sqrt(16 * square * square + width * width * width * width);
  const real = (width * width) / Math.sqrt(2 * (root + 4 * square)) / 2;
  const imaginary = -Math.sqrt((root + 4 * square) / 2) / 2;
  return [section(-half + real, half + imaginary, width), section(-half - real, half - imaginary, width)];
}

/**
 * Notch (S. J. Orfanidis, "Introduction to Signal Processing", 1996, §11.3.2).
 *
 * @param frequency what is taken out, as a part of the sample rate
 * @param bandwidth between its −3 dB points, as a part of the sample rate
 */
export function notch(frequency: number, bandwidth: number): BiquadCoefficients[] {
  const gain = 1 / (1 + tangent(bandwidth));
  const middle = -2 * gain * cos(2 * PI * frequency);
  return [[gain, middle, gain, middle, 2 * gain - 1]];
}

/** tan(π part): where the bilinear transform puts a frequency. */
function tangent(part: number): number {
  return sin(PI * part) / cos(PI * part);
}

/** Sections of a Butterworth filter: `second` makes one with a damping of 1/Q, `first` is [b1, b0, Ω] of (b1 s + b0) / (s + Ω). */
function butterworth(
  order: number,
  second: (damping: number) => BiquadCoefficients,
  [b1, b0, w]: readonly [number, number, number],
): BiquadCoefficients[] {
  const sections: BiquadCoefficients[] = [];
  if (order % 2 === 1) sections.push([(b0 + b1) / (1 + w), (b0 - b1) / (1 + w), 0, (w - 1) / (1 + w), 0]);
  // Poles lie on a circle, at angles of (2k + 1)π / 2n from the imaginary axis; the least damped section comes last.
  for (let k = Math.floor(order / 2) - 1; k >= 0; k--) sections.push(second(2 * sin(((2 * k + 1) * PI) / (2 * order))));
  return sections;
}

/** width·s / ((s − pole)(s − conjugate pole)). */
function section(real: number, imaginary: number, width: number): BiquadCoefficients {
  return bilinear(0, width, 0, -2 * real, real * real + imaginary * imaginary);
}

/** (b2 s² + b1 s + b0) / (s² + a1 s + a0) through the bilinear transform. */
function bilinear(b2: number, b1: number, b0: number, a1: number, a0: number): BiquadCoefficients {
  const scale = 1 / (1 + a1 + a0);
  return [
    (b2 + b1 + b0) * scale,
    2 * (b0 - b2) * scale,
    (b2 - b1 + b0) * scale,
    2 * (a0 - 1) * scale,
    (1 - a1 + a0) * scale,
  ];
}
