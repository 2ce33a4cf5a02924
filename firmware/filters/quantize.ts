import { rounded } from "../signal/rounding.js";
import { difference } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface QuantizeSettings {
  readonly kind: "quantize";
  readonly step: number;
}

export const QUANTIZE: FilterKind<QuantizeSettings> = Object.freeze({
  fields: Object.freeze({ step: difference(0.5, "The nearest multiple of this passes.", 1e-9) }),
  create: (settings: QuantizeSettings) => new QuantizeFilter(settings),
});

/** Rounds to a multiple of a step; a half goes away from zero. */
export class QuantizeFilter implements Filter {
  readonly #step: number;

  constructor({ step }: QuantizeSettings) {
    this.#step = step;
  }

  update(value: number): number {
    const step = this.#step;
    return rounded(value / step) * step;
  }

  reset(): void {}
}
