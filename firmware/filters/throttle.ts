import { milliseconds } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface ThrottleSettings {
  readonly kind: "throttle";
  readonly intervalMs: number;
}

export const THROTTLE: FilterKind<ThrottleSettings> = Object.freeze({
  fields: Object.freeze({
    intervalMs: milliseconds(60_000, 1, "After a value has passed, none passes for so long."),
  }),
  create: (settings: ThrottleSettings) => new ThrottleFilter(settings),
});

/** Passes at most one value per interval, the first one first. What comes in between is lost. */
export class ThrottleFilter implements Filter {
  readonly #intervalMs: number;
  #passed = -Infinity;

  constructor({ intervalMs }: ThrottleSettings) {
    this.#intervalMs = intervalMs;
  }

  update(value: number, ticks: number): number {
    if (ticks - this.#passed < this.#intervalMs) return NaN;
    this.#passed = ticks;
    return value;
  }

  reset(): void {
    this.#passed = -Infinity;
  }
}
