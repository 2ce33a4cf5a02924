import { difference, number } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface DeadbandSettings {
  readonly kind: "deadband";
  readonly absolute: number;
  readonly relative: number;
}

export const DEADBAND: FilterKind<DeadbandSettings> = Object.freeze({
  fields: Object.freeze({
    absolute: difference(0, "A value passes when it is further than this from the last one that passed …"),
    relative: number(0, 0, 1000, "… plus this part of that one: 0.05 is 5 %."),
  }),
  create: (settings: DeadbandSettings) => new DeadbandFilter(settings),
});

/** Passes changes only: send on delta. The first value passes; with 0 and 0, whatever is not the same. */
export class DeadbandFilter implements Filter {
  readonly #absolute: number;
  readonly #relative: number;
  #passed = NaN;
  #width = 0;

  constructor({ absolute, relative }: DeadbandSettings) {
    this.#absolute = absolute;
    this.#relative = relative;
  }

  update(value: number): number {
    const passed = this.#passed;
    const change = value > passed ? value - passed : passed - value;
    if (change <= this.#width) return NaN;
    this.#width = this.#absolute + this.#relative * (value < 0 ? -value : value);
    return (this.#passed = value);
  }

  reset(): void {
    this.#passed = NaN;
  }
}
