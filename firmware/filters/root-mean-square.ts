import { SlidingSum } from "../signal/statistics.js";
import { samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface RootMeanSquareSettings {
  readonly kind: "root-mean-square";
  readonly samples: number;
}

export const ROOT_MEAN_SQUARE: FilterKind<RootMeanSquareSettings> = Object.freeze({
  fields: Object.freeze({
    samples: samples(10, 2, 256, "Window length: over the last so many values (over fewer while it fills)."),
  }),
  create: (settings: RootMeanSquareSettings) => new RootMeanSquareFilter(settings),
});

/** Square root of the mean of the squares of the last `samples` values; the mean is not taken off before. */
export class RootMeanSquareFilter implements Filter {
  readonly #window: SlidingSum;

  constructor({ samples }: RootMeanSquareSettings) {
    this.#window = new SlidingSum(samples);
  }

  update(value: number): number {
    const window = this.#window;
    return Math.sqrt(window.update(value * value) / window.length);
  }

  reset(): void {
    this.#window.reset();
  }
}
