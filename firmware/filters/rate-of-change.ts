import { milliseconds } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface RateOfChangeSettings {
  readonly kind: "rate-of-change";
  readonly maximumGapMs: number;
}

export const RATE_OF_CHANGE: FilterKind<RateOfChangeSettings> = Object.freeze({
  fields: Object.freeze({
    maximumGapMs: milliseconds(60_000, 1, "After a longer silence it starts afresh: no rate across a gap."),
  }),
  create: (settings: RateOfChangeSettings) => new RateOfChangeFilter(settings),
});

/**
 * Change per second since the value before, in the channel's unit per s. Nothing from the first value alone, nor from two
 * at the same tick. Noise is differentiated too: smooth before.
 */
export class RateOfChangeFilter implements Filter {
  readonly #maximumGapMs: number;
  #value = 0;
  #ticks = -Infinity;

  constructor({ maximumGapMs }: RateOfChangeSettings) {
    this.#maximumGapMs = maximumGapMs;
  }

  update(value: number, ticks: number): number {
    const stepMs = ticks - this.#ticks;
    if (stepMs === 0) return NaN;
    const before = this.#value;
    this.#value = value;
    this.#ticks = ticks;
    return stepMs <= this.#maximumGapMs ? ((value - before) * 1000) / stepMs : NaN;
  }

  reset(): void {
    this.#ticks = -Infinity;
  }
}
