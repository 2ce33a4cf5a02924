import { samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface SkipInitialSettings {
  readonly kind: "skip-initial";
  readonly samples: number;
}

export const SKIP_INITIAL: FilterKind<SkipInitialSettings> = Object.freeze({
  fields: Object.freeze({ samples: samples(3, 1, 100_000, "The first so many values after a start do not pass.") }),
  create: (settings: SkipInitialSettings) => new SkipInitialFilter(settings),
});

/** Leaves out what a sensor says while it warms up. */
export class SkipInitialFilter implements Filter {
  readonly #samples: number;
  #left: number;

  constructor({ samples }: SkipInitialSettings) {
    this.#samples = samples;
    this.#left = samples;
  }

  update(value: number): number {
    if (this.#left === 0) return value;
    this.#left--;
    return NaN;
  }

  reset(): void {
    this.#left = this.#samples;
  }
}
