import { log10 } from "../data/math.js";
import { powerOfTen, roundedTo } from "../signal/rounding.js";
import { whole } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface SignificantDigitsSettings {
  readonly kind: "significant-digits";
  readonly digits: number;
}

export const SIGNIFICANT_DIGITS: FilterKind<SignificantDigitsSettings> = Object.freeze({
  fields: Object.freeze({ digits: whole(3, 1, 15, "Digits that are kept, from the first that is not 0.") }),
  create: (settings: SignificantDigitsSettings) => new SignificantDigitsFilter(settings),
});

/** Beyond this power of ten, either way, a value passes as it is: there is no power of ten to round it with. */
const LARGEST_EXPONENT = 290;

/** Rounds to a number of significant digits; a half goes away from zero. */
export class SignificantDigitsFilter implements Filter {
  readonly #digits: number;
  // The decade of the last value: values mostly stay in one, and the logarithm is taken only when they leave it.
  #from = 0;
  #to = 0;
  #multiplier = 1;
  #divisor = 1;

  constructor({ digits }: SignificantDigitsSettings) {
    this.#digits = digits;
  }

  update(value: number): number {
    const size = value < 0 ? -value : value;
    if (size < this.#from || size >= this.#to) {
      if (size === 0) return 0;
      const exponent = Math.floor(log10(size));
      if (exponent > LARGEST_EXPONENT || exponent < -LARGEST_EXPONENT) return value;
      this.#from = powerOfTen(exponent);
      this.#to = powerOfTen(exponent + 1);
      const decimals = this.#digits - 1 - exponent;
      this.#multiplier = powerOfTen(Math.max(decimals, 0));
      this.#divisor = powerOfTen(Math.max(-decimals, 0));
    }
    return roundedTo(value, this.#multiplier, this.#divisor);
  }

  reset(): void {}
}
