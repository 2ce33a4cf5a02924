import { approach } from "../signal/approach.js";
import { milliseconds } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface ExponentialSettings {
  readonly kind: "exponential";
  readonly timeConstantMs: number;
}

export const EXPONENTIAL: FilterKind<ExponentialSettings> = Object.freeze({
  fields: Object.freeze({
    timeConstantMs: milliseconds(
      10_000,
      1,
      "A step of the input is followed to 63 % after this time, however often samples come.",
    ),
  }),
  create: (settings: ExponentialSettings) => new ExponentialFilter(settings),
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
      this.#gain = approach(stepMs / this.#timeConstantMs);
    }
    return (this.#value = before + this.#gain * (value - before));
  }

  reset(): void {
    this.#value = NaN;
  }
}
