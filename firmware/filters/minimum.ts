import { SlidingMaximum } from "../signal/statistics.js";
import { samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface MinimumSettings {
  readonly kind: "minimum";
  readonly samples: number;
}

export const MINIMUM: FilterKind<MinimumSettings> = Object.freeze({
  fields: Object.freeze({
    samples: samples(10, 2, 256, "Window length: the smallest of the last so many values (of fewer while it fills)."),
  }),
  create: (settings: MinimumSettings) => new MinimumFilter(settings),
});

/** Smallest of the last `samples` values. */
export class MinimumFilter implements Filter {
  readonly #window: SlidingMaximum;

  constructor({ samples }: MinimumSettings) {
    this.#window = new SlidingMaximum(samples);
  }

  update(value: number): number {
    return -this.#window.update(-value);
  }

  reset(): void {
    this.#window.reset();
  }
}
