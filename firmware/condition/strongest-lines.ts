import { centreOf } from "./band-power.js";
import type { LineShape } from "./band-power.js";

/** Bins of a piece: about 7,000 engine steps. */
const PIECE = 80;

/** Finds the strongest lines of an averaged power spectrum, in bounded pieces. Allocates nothing after construction. */
export class StrongestLines {
  readonly #shape: LineShape;
  // Bins, the strongest first.
  readonly #bins: Uint16Array;
  #power: Float32Array = new Float32Array(0);
  #next = 0;
  #last = 0;
  /** Lines found; fewer than asked for where there are no more. */
  found = 0;

  /** @param count lines to find, 0 or more */
  constructor(count: number, shape: LineShape) {
    this.#shape = shape;
    this.#bins = new Uint16Array(count);
  }

  /** @param last bin to be searched */
  begin(power: Float32Array, last: number): void {
    this.#power = power;
    this.#last = this.#bins.length === 0 ? 0 : Math.min(last + 1, power.length - this.#shape.reach - 1);
    this.found = 0;
    // Below it reaches what is left of the mean.
    this.#next = this.#shape.reach + 1;
  }

  /** One piece; true when all is searched. */
  step(): boolean {
    const power = this.#power;
    const last = this.#last;
    const end = Math.min(this.#next + PIECE, last);
    for (let k = this.#next; k < end; k++) {
      const height = power[k]!;
      if (height > power[k - 1]! && height >= power[k + 1]!) this.take(k, height);
    }
    this.#next = end;
    return end >= last;
  }

  private take(k: number, height: number): void {
    const bins = this.#bins;
    const power = this.#power;
    const reach = this.#shape.reach;
    let place = this.found;
    if (place === bins.length && height <= power[bins[place - 1]!]!) return;
    // Two tops as close as this are of one line: the higher one counts.
    for (let i = 0; i < this.found; i++) {
      if (k - bins[i]! > reach) continue;
      if (power[bins[i]!]! >= height) return;
      place = i;
    }
    if (place === this.found && this.found < bins.length) this.found++;
    if (place === bins.length) place--;
    while (place > 0 && power[bins[place - 1]!]! < height) bins[place] = bins[--place]!;
    bins[place] = k;
  }

  /** Frequency of line `i` (0 is the strongest), in bins; NaN when there is none. */
  centre(i: number): number {
    return i < this.found ? centreOf(this.#power, this.#bins[i]!, this.#shape.reach) : NaN;
  }

  /** Power of line `i`: the sum over the bins that it spreads over; NaN when there is none. */
  power(i: number): number {
    if (i >= this.found) return NaN;
    const reach = this.#shape.reach;
    const centre = this.#bins[i]!;
    let sum = 0;
    for (let k = centre - reach; k <= centre + reach; k++) sum += this.#power[k]!;
    return sum;
  }
}
