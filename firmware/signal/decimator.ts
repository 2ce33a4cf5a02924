/**
 * Decimation by a whole factor with low-pass filters of linear phase. A filter is a sinc under a Kaiser window (J. F.
 * Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", ISCAS 1974), worked out only for the
 * outputs that are kept. A composite factor is taken in two stages, the smallest prime last: the first stage need only
 * keep free what the second keeps, and is short for that (R. E. Crochiere and L. R. Rabiner, "Optimum FIR digital filter
 * implementations for decimation, interpolation, and narrow-band filtering", IEEE Trans. ASSP 23, 1975).
 */
import { sin } from "../data/math.js";

const PI = 3.141592653589793;
/** The pass band as a part of the output rate; what would fold into it begins at 1 − BAND. */
const BAND = 0.39;
/** Of the Kaiser window, and width of window × width of transition band, which together give the figures below. */
const BETA = 7.2;
const SPREAD = 5.2;
const SECOND_HALF_WIDTH = 11;
/** Samples that a delay line takes before it is moved to its beginning. */
const SLACK = 64;
/** Outputs of the first stage that the second takes at a time. */
const CHUNK = 16;

/** I0(x), by its power series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 2; term > sum * 1e-17; k += 2) {
    term *= (x * x) / (k * k);
    sum += term;
  }
  return sum;
}

/** A low-pass filter with its corner at half the output rate, and only each `factor`-th output. */
class Stage {
  readonly #factor: number;
  /** Taps on one side. */
  readonly side: number;
  readonly #middle: number;
  /** The taps on one side but those that are 0 with a factor of 2; from the first, for which a place is left free. */
  readonly #taps: Float64Array;
  readonly #spacing: number;
  readonly #line: Int16Array | Float64Array;
  #end = 0;
  #missing = 0;

  /**
   * @param halfWidth of the window in samples
   * @param makeLine of the kind of samples that it takes
   */
  constructor(factor: number, halfWidth: number, makeLine: (length: number) => Int16Array | Float64Array) {
    this.#factor = factor;
    let side = Math.ceil(halfWidth) - 1;
    if (side % factor === 0) side--; // the sinc's zero
    this.side = side;
    const spacing = factor === 2 ? 2 : 1;
    this.#spacing = spacing;
    const taps = new Float64Array(Math.ceil(side / spacing) + 1);
    let sum = 1 / factor;
    for (let k = 1, n = 1; k < taps.length; k++, n += spacing) {
      const part = n / halfWidth;
      const tap = (sin((PI * n) / factor) / (PI * n)) * (bessel(BETA * Math.sqrt(1 - part * part)) / bessel(BETA));
      taps[k] = tap;
      sum += 2 * tap;
    }
    for (let k = 1; k < taps.length; k++) taps[k] = taps[k]! / sum;
    this.#taps = taps;
    this.#middle = 1 / factor / sum;
    this.#line = makeLine(2 * side + 1 + SLACK);
    this.reset();
  }

  reset(): void {
    this.#line.fill(0);
    this.#end = 2 * this.side;
    this.#missing = this.#factor;
  }

  /** See {@link Decimator.push}. */
  push(
    samples: Int16Array | Float64Array,
    offset: number,
    stride: number,
    count: number,
    into: Float64Array,
    at: number,
  ): number {
    const line = this.#line;
    const taps = this.#taps;
    const side = this.side;
    const spacing = this.#spacing;
    let end = this.#end;
    let missing = this.#missing;
    let written = at;
    let run: number, up: number, down: number, tap: number, sum: number;
    while (count > 0) {
      run = Math.min(missing, count);
      count -= run;
      missing -= run;
      if (end + run > line.length) {
        line.copyWithin(0, end - 2 * side, end);
        end = 2 * side;
      }
      do {
        line[end] = samples[offset]!;
        end++;
        offset += stride;
      } while (--run > 0);
      if (missing > 0) break;
      missing = this.#factor;
      // Equal taps on both sides: from the ends of the filter inwards.
      up = end - 2 * side - 1 - spacing;
      down = end - 1 + spacing;
      sum = this.#middle * line[end - 1 - side]!;
      tap = taps.length;
      while (--tap > 0) sum += taps[tap]! * (line[(up += spacing)]! + line[(down -= spacing)]!);
      into[written] = sum;
      written++;
    }
    this.#end = end;
    this.#missing = missing;
    return written - at;
  }
}

/**
 * Every `factor`-th sample of the low-passed input, as full-scale as the input. Up to 0.39 of the output rate the gain is
 * 1 ± 0.0005, and what would fold into that band is down by 72 dB or more; between lies what is neither. Allocates nothing
 * after construction.
 */
export class Decimator {
  readonly factor: number;
  /** An output shows what went in so many samples before its last input. */
  readonly delaySamples: number;
  /** So many outputs after the beginning or a gap still show some of what was before it (at first: 0). */
  readonly settlingOutputs: number;
  readonly #first: Stage | undefined;
  readonly #last: Stage;
  readonly #between: Float64Array;
  /** Samples that fill it at most. */
  readonly #most: number;

  /** @param factor a whole number from 2 to 16; RangeError for another */
  constructor(factor: number) {
    if (!(factor >= 2 && factor <= 16) || Math.floor(factor) !== factor)
      throw new RangeError(`decimator: factor ${factor} is not a whole number from 2 to 16`);
    this.factor = factor;
    let second = 2;
    while (factor % second !== 0) second++;
    const first = factor / second;
    const halfWidth = SECOND_HALF_WIDTH * second;
    const ofSamples = (length: number) => new Int16Array(length);
    if (first === 1) {
      this.#last = new Stage(second, halfWidth, ofSamples);
      this.delaySamples = this.#last.side;
    } else {
      // What folds into the band of the second stage begins at 1 / first − BAND / factor of the input rate.
      this.#first = new Stage(first, SPREAD / (1 / first - (2 * BAND) / factor) / 2, ofSamples);
      this.#last = new Stage(second, halfWidth, (length) => new Float64Array(length));
      this.delaySamples = this.#first.side + first * this.#last.side;
    }
    this.settlingOutputs = Math.ceil((2 * this.delaySamples) / factor);
    this.#between = new Float64Array(first === 1 ? 0 : CHUNK);
    this.#most = CHUNK * first;
  }

  /** As after construction: nothing but zeros has gone in. */
  reset(): void {
    this.#first?.reset();
    this.#last.reset();
  }

  /**
   * Takes samples and writes the outputs that they complete; the n-th output comes with the n × factor-th sample.
   *
   * @param samples the next at `offset`, the others each `stride` further on (one axis of an interleaved block)
   * @param count how many
   * @param into, at where outputs are written, the first at `at`; room for count / factor, rounded up
   * @returns how many were written
   */
  push(samples: Int16Array, offset: number, stride: number, count: number, into: Float64Array, at: number): number {
    const first = this.#first;
    const last = this.#last;
    if (first === undefined) return last.push(samples, offset, stride, count, into, at);
    const between = this.#between;
    const most = this.#most;
    let written = 0;
    while (count > 0) {
      const taken = Math.min(count, most);
      const made = first.push(samples, offset, stride, taken, between, 0);
      if (made > 0) written += last.push(between, 0, 1, made, into, at + written);
      offset += taken * stride;
      count -= taken;
    }
    return written;
  }
}
