import { cos, sin } from "../data/math.js";

/** Half the length of the filter in periods of the bandwidth: −6 dB at the ends of the band, nothing 0.8 of it beyond. */
const HALF_PERIODS = 2;
const LONGEST_HALF = 120;

/**
 * The squared envelope of a frequency band, decimated: a band-pass for positive frequencies only gives the analytic
 * signal, and it is only worked out where a value is wanted. (The squared envelope rather than the envelope: R. B. Randall
 * and J. Antoni, "Rolling element bearing diagnostics: a tutorial", Mechanical Systems and Signal Processing 25, 2011,
 * §3.4: it adds no harmonics of its own.) The low-pass prototype is a sinc under a von Hann window, moved to the middle of
 * the band.
 *
 * Allocates nothing after construction. Memory: 4 bytes for each of (1 + 4 rate / bandwidth) taps, thrice.
 */
export class EnvelopeFilter {
  readonly #decimation: number;
  readonly #cosines: Float32Array;
  readonly #sines: Float32Array;
  /** The last samples, twice, so that they always lie in a row somewhere. */
  readonly #line: Int16Array;
  #at = 0;
  #missing: number;

  /**
   * @param from, to the band's ends as parts of the sample rate, 0 < from < to < 0.5
   * @param decimation samples per value, 1 or more
   */
  constructor(from: number, to: number, decimation: number) {
    const half = Math.min(Math.ceil(HALF_PERIODS / (to - from)), LONGEST_HALF);
    const middle = Math.PI * (from + to);
    const cosines = (this.#cosines = new Float32Array(half + 1));
    const sines = (this.#sines = new Float32Array(half + 1));
    let sum = 0;
    for (let k = 0; k <= half; k++) {
      const x = Math.PI * (to - from) * k;
      const tap = (k === 0 ? 1 : sin(x) / x) * (0.5 + 0.5 * cos((Math.PI * k) / (half + 1)));
      sum += k === 0 ? tap : 2 * tap;
      cosines[k] = tap * cos(middle * k);
      sines[k] = tap * sin(middle * k);
    }
    for (let k = 0; k <= half; k++) {
      cosines[k]! /= sum;
      sines[k]! /= sum;
    }
    this.#decimation = decimation;
    this.#line = new Int16Array(2 * (2 * half + 1));
    this.#missing = 2 * half + 1;
  }

  /** Forgets what came before: the next value comes once the filter is full again. */
  reset(): void {
    this.#at = 0;
    this.#missing = this.#line.length / 2;
  }

  /**
   * Takes samples `offset`, `offset + stride` … and writes a value for every so many of them, `at` `into` and beyond until
   * it is full; what is left over then is dropped.
   *
   * @returns values written
   */
  push(samples: Int16Array, offset: number, stride: number, count: number, into: Float64Array, at: number): number {
    const line = this.#line;
    const length = line.length / 2;
    const start = at;
    let place = this.#at;
    let missing = this.#missing;
    for (let i = 0; i < count && at < into.length; i++) {
      line[place] = line[place + length] = samples[offset]!;
      offset += stride;
      if (++place === length) place = 0;
      if (--missing > 0) continue;
      missing = this.#decimation;
      into[at++] = this.value(place);
    }
    this.#at = place;
    this.#missing = missing;
    return at - start;
  }

  /** Of the samples from `oldest` on. The taps are even and odd about their middle. */
  private value(oldest: number): number {
    const line = this.#line;
    const cosines = this.#cosines;
    const sines = this.#sines;
    const half = cosines.length - 1;
    let before = oldest + half;
    let after = before;
    let re = cosines[0]! * line[before]!;
    let im = 0;
    let a: number, b: number;
    for (let k = 1; k <= half; k++) {
      a = line[--before]!;
      b = line[++after]!;
      re += cosines[k]! * (a + b);
      im += sines[k]! * (b - a);
    }
    return re * re + im * im;
  }
}
