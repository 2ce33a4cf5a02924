/** Bins of a piece: about 9,500 engine steps. */
const PIECE = 150;
/** A line stands out of the bins beside it by this factor (in power). */
const STANDS_OUT = 8;
/** Bins on either side of a line by which it is judged. */
const BESIDE = 3;
/** A line this close to the end of a band, as a share of the end's frequency, lies within: a rate is known to 1 %. */
const CLOSE = 0.01;

/** How a window spreads a line, in bins. */
export interface LineShape {
  /** A line's power lies this far to either side of its bin, but for a thousandth. */
  readonly reach: number;
  /** Variance of a line's power about its frequency, in bins². */
  readonly variance: number;
}

/**
 * The sum of an averaged power spectrum over a band, in bounded pieces: as it is, or integrated once.
 *
 * A line belongs to the band with all of its power or not at all, by its own frequency: beside the end of a band the bins
 * that a line spreads over are taken in or left out together. Elsewhere the end cuts through a bin in proportion.
 *
 * Integration divides by (2π f)², f being the bin's. A line that is spread over bins with a variance v (bins²) would come
 * out too high by 3 v / k² in bin k, the second term of a Taylor series of 1/f²; it is taken off, and what remains is of
 * the order of 1 / k⁴.
 */
export class BandPower {
  readonly #shape: LineShape;
  #power: Float32Array = new Float32Array(0);
  #binHz = 0;
  #integrated = false;
  #from = 0;
  #to = 0;
  #next = 0;
  /** So far; complete when {@link step} is true. In the spectrum's unit, or integrated its unit × s². */
  sum = 0;

  constructor(shape: LineShape) {
    this.#shape = shape;
  }

  /** @param power from 0 Hz on, `binHz` apart */
  begin(power: Float32Array, binHz: number, fromHz: number, toHz: number, integrated: boolean): void {
    this.#power = power;
    this.#binHz = binHz;
    this.#integrated = integrated;
    this.#from = Math.max(this.end(fromHz / binHz, -1), 0.5);
    this.#to = Math.min(this.end(toHz / binHz, 1), power.length - 0.5);
    this.#next = Math.floor(this.#from + 0.5);
    this.sum = 0;
  }

  /** One piece; true when the sum is complete. */
  step(): boolean {
    const power = this.#power;
    const from = this.#from;
    const to = this.#to;
    const last = Math.ceil(to - 0.5);
    const end = Math.min(this.#next + PIECE, last + 1);
    const scale = this.#integrated ? 1 / (2 * Math.PI * this.#binHz * (2 * Math.PI * this.#binHz)) : 1;
    const bias = this.#integrated ? 3 * this.#shape.variance : 0;
    let sum = 0;
    for (let k = this.#next; k < end; k++) {
      let value = power[k]!;
      if (k - 0.5 < from || k + 0.5 > to) value *= Math.max(Math.min(k + 0.5, to) - Math.max(k - 0.5, from), 0);
      if (bias > 0) value *= Math.max(1 - bias / (k * k), 0) / (k * k);
      sum += value;
    }
    this.sum += sum * scale;
    this.#next = end;
    return end > last;
  }

  /** Where the band really ends, in bins: `at`, or beside the line there. `side`: −1 for its lower, 1 for its upper end. */
  private end(at: number, side: number): number {
    const power = this.#power;
    const reach = this.#shape.reach;
    const from = Math.max(Math.round(at) - reach, reach + BESIDE);
    const to = Math.min(Math.round(at) + reach, power.length - 1 - reach - BESIDE);
    let peak = from;
    for (let k = from; k <= to; k++) if (power[k]! > power[peak]!) peak = k;
    if (from > to || !isLine(power, peak, reach)) return at;
    const within = side * (centreOf(power, peak, reach) - at) <= CLOSE * at;
    return peak + (within ? side : -side) * (reach + 0.5);
  }
}

/** Whether bin `k`, not closer than `reach` + 3 to either end, is the highest of its neighbourhood and stands out of it. */
function isLine(power: Float32Array, k: number, reach: number): boolean {
  const height = power[k]!;
  if (power[k - 1]! > height || power[k + 1]! > height) return false;
  let below = 0;
  let above = 0;
  for (let i = 1; i <= BESIDE; i++) {
    below += power[k - reach - i]!;
    above += power[k + reach + i]!;
  }
  return height * BESIDE > STANDS_OUT * Math.min(below, above);
}

/** Frequency of the line at bin `k`, in bins: the centre of its power, less what is there without it. */
export function centreOf(power: Float32Array, k: number, reach: number): number {
  const floor = Math.min(power[k - reach - 1] ?? 0, power[k + reach + 1] ?? 0);
  let moment = 0;
  let total = 0;
  for (let i = -reach; i <= reach; i++) {
    const value = Math.max(power[k + i]! - floor, 0);
    moment += i * value;
    total += value;
  }
  return total > 0 ? k + moment / total : k;
}
