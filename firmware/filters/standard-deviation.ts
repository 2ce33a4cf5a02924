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
  #next: number;
  // Where #turn has something to do: at every place while the window fills, then at the end of a block.
  #turnFrom = 0;
  // Values in the window, this one included, and one less.
  #length = 0;
  #degrees = 0;
  #origin = 0;
  #sum = 0;
  #square = 0;

  constructor({ samples }: StandardDeviationSettings) {
    this.#samples = samples;
    this.#block = new Float64Array(samples + 1);
    this.#squares = new Float64Array(samples + 1);
    this.#next = samples;
  }

  // What is read once or twice is read from its field: a local constant costs as many steps as two such readings.
  update(value: number): number {
    let next = this.#next;
    if (next >= this.#turnFrom) next = this.turn(value);
    const distance = value - this.#origin;
    this.#block[next] = value;
    this.#next = ++next;
    const all = (this.#sum += distance) + this.#block[next]!;
    const deviations = (this.#square += distance * distance) + this.#squares[next]! - (all * all) / this.#length;
    if (deviations > 0) return Math.sqrt(deviations / this.#degrees);
    return this.#degrees > 0 ? 0 : NaN;
  }

  reset(): void {
    this.#block.fill(0);
    this.#squares.fill(0);
    this.#next = this.#samples;
    this.#turnFrom = 0;
    this.#length = 0;
  }

  /**
   * Counts one more value while the window fills. Where a block has ended, the next begins with `value` for its origin, and
   * the sums of the one before are made anew from there.
   * @returns the place for the value
   */
  private turn(value: number): number {
    let i = this.#next;
    const samples = this.#samples;
    const length = this.#length;
    if (length < samples) {
      this.#degrees = length;
      this.#length = length + 1;
      if (length + 1 === samples) this.#turnFrom = samples;
      if (length > 0) return i;
    }
    this.#origin = value;
    this.#sum = this.#square = 0;
    if (length === 0) return 0;
    const block = this.#block;
    const squares = this.#squares;
    let distance = 0;
    let sum = 0;
    let square = 0;
    while (i) {
      distance = block[--i]! - value;
      block[i] = sum += distance;
      squares[i] = square += distance * distance;
    }
    return 0;
  }
}
