import { samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface StandardDeviationSettings {
  readonly kind: "standard-deviation";
  readonly samples: number;
}

export const STANDARD_DEVIATION: FilterKind<StandardDeviationSettings> = Object.freeze({
  fields: Object.freeze({
    samples: samples(10, 2, 256, "Window length: over the last so many values (over fewer while it fills)."),
  }),
  create: (settings: StandardDeviationSettings) => new StandardDeviationFilter(settings),
});

/**
 * Sample standard deviation (n − 1) of the last `samples` values; nothing from the first one alone. It goes by blocks, as
 * signal/statistics.ts says. The sums are those of the distances from a value that is in the window, the first of this
 * block: so Σd² − (Σd)²/n loses no more than a few digits, whatever the mean and whatever was there before (T. F. Chan,
 * G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample variance: analysis and recommendations", The
 * American Statistician 37, 1983, on shifted data).
 */
export class StandardDeviationFilter implements Filter {
  readonly #samples: number;
  // Below #next: this block's values. From there on: sums of the distances of the block before, from each place to its
  // end, and in #squares the sums of their squares; beyond the end, 0.
  readonly #block: Float64Array;
  readonly #squares: Float64Array;
  #length = 0;
  #next = 0;
  #origin = 0;
  #sum = 0;
  #square = 0;

  constructor({ samples }: StandardDeviationSettings) {
    this.#samples = samples;
    this.#block = new Float64Array(samples + 1);
    this.#squares = new Float64Array(samples + 1);
    this.#next = samples;
  }

  update(value: number): number {
    const samples = this.#samples;
    if (this.#next === samples) this.#begin(value);
    const block = this.#block;
    const next = this.#next;
    const distance = value - this.#origin;
    const sum = (this.#sum += distance);
    const square = (this.#square += distance * distance);
    block[next] = value;
    const after = (this.#next = next + 1);
    const length = this.#length < samples ? ++this.#length : samples;
    const all = sum + block[after]!;
    const deviations = square + this.#squares[after]! - (all * all) / length;
    if (deviations > 0) return Math.sqrt(deviations / (length - 1));
    return length > 1 ? 0 : NaN;
  }

  reset(): void {
    this.#block.fill(0);
    this.#squares.fill(0);
    this.#length = 0;
    this.#next = this.#samples;
  }

  /** A new block begins with `origin`: the sums of the one before, if there is one, are made anew from there. */
  #begin(origin: number): void {
    this.#next = 0;
    this.#origin = origin;
    this.#sum = 0;
    this.#square = 0;
    if (this.#length === 0) return;
    const block = this.#block;
    const squares = this.#squares;
    let sum = 0;
    let square = 0;
    for (let i = this.#samples - 1; i >= 0; i--) {
      const distance = block[i]! - origin;
      block[i] = sum += distance;
      squares[i] = square += distance * distance;
    }
  }
}
