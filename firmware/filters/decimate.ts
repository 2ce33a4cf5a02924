import { samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface DecimateSettings {
  readonly kind: "decimate";
  readonly samples: number;
}

export const DECIMATE: FilterKind<DecimateSettings> = Object.freeze({
  fields: Object.freeze({ samples: samples(10, 2, 100_000, "One in so many values passes, the first one first.") }),
  create: (settings: DecimateSettings) => new DecimateFilter(settings),
});

/** Passes every n-th value. Nothing is smoothed: a low-pass or an average before it keeps aliases out. */
export class DecimateFilter implements Filter {
  readonly #samples: number;
  #left = 0;

  constructor({ samples }: DecimateSettings) {
    this.#samples = samples;
  }

  update(value: number): number {
    if (this.#left === 0) {
      this.#left = this.#samples - 1;
      return value;
    }
    this.#left--;
    return NaN;
  }

  reset(): void {
    this.#left = 0;
  }
}
