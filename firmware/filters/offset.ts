import { amount } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface OffsetSettings {
  readonly kind: "offset";
  readonly offset: number;
}

export const OFFSET: FilterKind<OffsetSettings> = Object.freeze({
  fields: Object.freeze({ offset: amount(0, "Added to every value.") }),
  create: (settings: OffsetSettings) => new OffsetFilter(settings),
});

/** Adds a constant. */
export class OffsetFilter implements Filter {
  readonly #offset: number;

  constructor({ offset }: OffsetSettings) {
    this.#offset = offset;
  }

  update(value: number): number {
    return value + this.#offset;
  }

  reset(): void {}
}
