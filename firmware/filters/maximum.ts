import { SlidingMaximum } from "../signal/statistics.js";
import { samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface MaximumSettings {
  readonly kind: "maximum";
  readonly samples: number;
}

export const MAXIMUM: FilterKind<MaximumSettings> = Object.freeze({
  fields: Object.freeze({
    samples: samples(10, 2, 256, "Window length: the largest of the last so many values (of fewer while it fills)."),
  }),
  create: (settings: MaximumSettings) => new MaximumFilter(settings),
});

/** Largest of the last `samples` values. */
export class MaximumFilter implements Filter {
  readonly #window: SlidingMaximum;

  constructor({ samples }: MaximumSettings) {
    this.#window = new SlidingMaximum(samples);
  }

  update(value: number): number {
    return this.#window.update(value);
  }

  reset(): void {
    this.#window.reset();
  }
}
