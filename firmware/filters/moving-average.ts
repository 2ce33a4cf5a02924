import { SlidingSum } from "../signal/statistics.js";
import { samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface MovingAverageSettings {
  readonly kind: "moving-average";
  readonly samples: number;
}

export const MOVING_AVERAGE: FilterKind<MovingAverageSettings> = Object.freeze({
  fields: Object.freeze({
    samples: samples(10, 2, 256, "Window length: the mean of the last so many values (of fewer while it fills)."),
  }),
  create: (settings: MovingAverageSettings) => new MovingAverageFilter(settings),
});

/** Mean of the last `samples` values. */
export class MovingAverageFilter implements Filter {
  readonly #window: SlidingSum;

  constructor({ samples }: MovingAverageSettings) {
    this.#window = new SlidingSum(samples);
  }

  update(value: number): number {
    const window = this.#window;
    return window.update(value) / window.length;
  }

  reset(): void {
    this.#window.reset();
  }
}
