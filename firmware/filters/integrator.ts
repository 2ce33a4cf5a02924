import { difference, milliseconds } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface IntegratorSettings {
  readonly kind: "integrator";
  readonly per: "s" | "min" | "h";
  readonly rolloverAt: number;
  readonly maximumGapMs: number;
}

export const INTEGRATOR: FilterKind<IntegratorSettings> = Object.freeze({
  fields: Object.freeze({
    per: Object.freeze({
      type: "choice",
      default: "s",
      choices: Object.freeze(["s", "min", "h"]),
      help: "The unit of time in the channel's unit: l/s per s, l/min per min, W to Wh per h.",
    }),
    rolloverAt: difference(0, "The total goes on from 0 when it comes to this, as a counter does; 0: never."),
    maximumGapMs: milliseconds(60_000, 1, "A longer silence adds nothing: nobody knows what flowed."),
  }),
  create: (settings: IntegratorSettings) => new IntegratorFilter(settings),
});

const MS_PER = Object.freeze({ s: 1000, min: 60_000, h: 3_600_000 });

/**
 * Totaliser: the integral over time by the trapezoidal rule, from 0 at the first value. The sum is compensated
 * (W. Kahan, "Further remarks on reducing truncation errors", CACM 8, 1965), so that small steps do not vanish beside a
 * total of years.
 */
export class IntegratorFilter implements Filter {
  readonly #perMs: number;
  readonly #rolloverAt: number;
  readonly #maximumGapMs: number;
  #value = 0;
  #ticks = -Infinity;
  #total = 0;
  #rest = 0;

  constructor({ per, rolloverAt, maximumGapMs }: IntegratorSettings) {
    this.#perMs = MS_PER[per];
    this.#rolloverAt = rolloverAt;
    this.#maximumGapMs = maximumGapMs;
  }

  update(value: number, ticks: number): number {
    const stepMs = ticks - this.#ticks;
    const before = this.#value;
    this.#value = value;
    this.#ticks = ticks;
    if (stepMs > this.#maximumGapMs) return this.#total;
    const old = this.#total;
    const step = ((value + before) * stepMs) / (2 * this.#perMs) - this.#rest;
    let total = old + step;
    this.#rest = total - old - step;
    const rolloverAt = this.#rolloverAt;
    if (rolloverAt > 0 && (total >= rolloverAt || total < 0)) {
      total %= rolloverAt;
      if (total < 0) total += rolloverAt;
      // A hair below 0 comes out as the end of the range itself.
      if (total >= rolloverAt) total = 0;
    }
    return (this.#total = total);
  }

  reset(): void {
    this.#ticks = -Infinity;
    this.#total = 0;
    this.#rest = 0;
  }
}
