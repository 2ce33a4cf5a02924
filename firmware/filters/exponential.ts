import { exp } from "../data/math.js";
import type { Fields } from "../model/setting.js";
import type { Filter } from "./filter.js";

export interface ExponentialSettings {
  readonly kind: "exponential";
  readonly timeConstantMs: number;
}

export const EXPONENTIAL_FIELDS: Fields = Object.freeze({
  timeConstantMs: Object.freeze({
    type: "number",
    default: 10_000,
    minimum: 1,
    maximum: 86_400_000,
    unit: "ms",
    help: "A step of the input is followed to 63 % after this time, however often samples come.",
  }),
});

/**
 * First-order low-pass, exact for a staircase input at uneven steps: y += (1 − exp(−Δt/τ)) (x − y). The first value
 * passes as it is.
 */
export class ExponentialFilter implements Filter {
  readonly #timeConstantMs: number;
  #value = NaN;
  #ticks = 0;
  // Steps are mostly even: the gain is worked out again only when the step changes.
  #stepMs = 0;
  #gain = 0;

  constructor({ timeConstantMs }: ExponentialSettings) {
    this.#timeConstantMs = timeConstantMs;
  }

  update(value: number, ticks: number): number {
    const before = this.#value;
    const stepMs = ticks - this.#ticks;
    this.#ticks = ticks;
    if (before !== before) return (this.#value = value);
    if (stepMs !== this.#stepMs) {
      this.#stepMs = stepMs;
      this.#gain = 1 - exp(-stepMs / this.#timeConstantMs);
    }
    return (this.#value = before + this.#gain * (value - before));
  }

  reset(): void {
    this.#value = NaN;
  }
}
