import { powerOfTen, roundedTo } from "../signal/rounding.js";
import { whole } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface RoundSettings {
  readonly kind: "round";
  readonly decimals: number;
}

export const ROUND: FilterKind<RoundSettings> = Object.freeze({
  fields: Object.freeze({
    decimals: whole(1, -9, 9, "Digits after the decimal point; −2 rounds to hundreds."),
  }),
  create: (settings: RoundSettings) => new RoundFilter(settings),
});

/** Rounds to a number of decimals; a half goes away from zero. */
export class RoundFilter implements Filter {
  readonly #multiplier: number;
  readonly #divisor: number;

  constructor({ decimals }: RoundSettings) {
    this.#multiplier = powerOfTen(Math.max(decimals, 0));
    this.#divisor = powerOfTen(Math.max(-decimals, 0));
  }

  update(value: number): number {
    return roundedTo(value, this.#multiplier, this.#divisor);
  }

  reset(): void {}
}
