import { cos, sin } from "../../firmware/data/math.js";
import type { Random } from "../random.js";

const DRAWN = 4096;
/** Noise is drawn at a grid this much finer than its band needs, which leaves room for the interpolation's skirts. */
const GRID_PER_HZ = 2.5;
/** Grid values to either side of an instant, and places of the kernel's table between two of them. */
const HALF = 8;
const PLACES = 256;

/**
 * Gaussian noise that is white from 0 Hz to an upper frequency and has nothing above: as pure a function of time as a
 * sine, so that it may be asked at any instant, in any order, at any rate. Independent values at even steps are
 * interpolated with a windowed sinc (A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", 3rd ed., §4.2
 * and §7.5; the window is von Hann's).
 */
export class BandNoise {
  readonly #drawn = new Float64Array(DRAWN);
  readonly #kernel = new Float64Array(2 * HALF * PLACES + 1);
  readonly #gridHz: number;

  /** @param toHz upper end of the band: −6 dB there, flat below three quarters of it, gone above five */
  constructor(random: Random, toHz: number) {
    this.#gridHz = GRID_PER_HZ * toHz;
    const drawn = this.#drawn;
    for (let i = 0; i < DRAWN; i++) drawn[i] = random.normal();
    standardise(drawn);
    const kernel = this.#kernel;
    const cut = 2 / GRID_PER_HZ; // of the grid's Nyquist frequency
    for (let i = 0; i < kernel.length; i++) {
      const distance = i / PLACES - HALF;
      const angle = (Math.PI * distance) / HALF;
      const x = Math.PI * cut * distance;
      kernel[i] = (distance === 0 ? 1 : sin(x) / x) * (0.5 + 0.5 * cos(angle));
    }
    // The mean square of the result is the kernel's, on average over the places between two grid values.
    let power = 0;
    for (let i = 0; i < 2 * HALF * PLACES; i++) power += (kernel[i]! * kernel[i]!) / PLACES;
    const scale = 1 / Math.sqrt(power);
    for (let i = 0; i < kernel.length; i++) kernel[i]! *= scale;
  }

  /** With mean 0 and deviation 1. `stream` tells independent noises apart: 0, 1, 2 … */
  at(seconds: number, stream: number): number {
    const place = seconds * this.#gridHz;
    const grid = Math.floor(place);
    const kernel = this.#kernel;
    const places = (place - grid) * PLACES;
    const whole = Math.floor(places);
    const part = places - whole;
    // Where the first grid value is in the table.
    let at = whole + (2 * HALF - 1) * PLACES;
    let sum = 0;
    for (let i = grid - HALF + 1; i <= grid + HALF; i++) {
      const low = kernel[at]!;
      sum += this.#value(i, stream) * (low + part * (kernel[at + 1]! - low));
      at -= PLACES;
    }
    return sum;
  }

  #value(index: number, stream: number): number {
    // The finaliser of MurmurHash3 (Appleby, 2011), so that neighbours and streams have nothing in common.
    let hash = (index ^ Math.imul(stream + 1, 0x9e3779b1)) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return this.#drawn[(hash ^ (hash >>> 16)) & (DRAWN - 1)]!;
  }
}

/** To a mean of exactly 0 and a deviation of 1: what is known of a signal should not hang on the draw. */
function standardise(values: Float64Array): void {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  const scale = 1 / Math.sqrt(squares / values.length);
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) * scale;
}
