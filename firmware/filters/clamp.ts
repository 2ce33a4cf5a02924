import { amount } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface ClampSettings {
  readonly kind: "clamp";
  readonly minimum: number;
  readonly maximum: number;
  readonly outside: "limit" | "drop";
}

export const CLAMP: FilterKind<ClampSettings> = Object.freeze({
  fields: Object.freeze({
    minimum: amount(-1e9, "Smallest value that passes."),
    maximum: amount(1e9, "Largest value that passes."),
    outside: Object.freeze({
      type: "choice",
      default: "limit",
      choices: Object.freeze(["limit", "drop"]),
      help: "limit: the nearer limit passes in the place of a value beyond; drop: nothing passes.",
    }),
  }),
  create: (settings: ClampSettings) => new ClampFilter(settings),
  problem: ({ minimum, maximum }: ClampSettings) =>
    minimum > maximum ? `.minimum ${minimum} is not at or below .maximum ${maximum}` : undefined,
});

/** Keeps values within a range. */
export class ClampFilter implements Filter {
  readonly #minimum: number;
  readonly #maximum: number;
  readonly #drop: boolean;

  constructor({ minimum, maximum, outside }: ClampSettings) {
    this.#minimum = minimum;
    this.#maximum = maximum;
    this.#drop = outside === "drop";
  }

  update(value: number): number {
    const minimum = this.#minimum;
    const maximum = this.#maximum;
    if (value < minimum) return this.#drop ? NaN : minimum;
    if (value > maximum) return this.#drop ? NaN : maximum;
    return value;
  }

  reset(): void {}
}
