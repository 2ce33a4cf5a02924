import type { Fields } from "../model/setting.js";
import { failureOf, GOOD } from "../model/quality.js";
import type { Quality } from "../model/quality.js";

/** What a channel's values must be like to be believed, as data. */
export interface PlausibilitySettings {
  readonly minimum: number;
  readonly maximum: number;
  readonly maximumRate: number;
  readonly stuckAfterMs: number;
}

export const PLAUSIBILITY_FIELDS: Fields = Object.freeze({
  minimum: Object.freeze({
    type: "number",
    default: -1e300,
    minimum: -1e300,
    maximum: 1e300,
    unit: "channel",
    help: "A value below this cannot be: failure out-of-range.",
  }),
  maximum: Object.freeze({
    type: "number",
    default: 1e300,
    minimum: -1e300,
    maximum: 1e300,
    unit: "channel",
    help: "A value above this cannot be: failure out-of-range.",
  }),
  maximumRate: Object.freeze({
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 1e9,
    unit: "channel",
    help: "No faster than this per second, from the last value believed: failure implausible-rate (0: not checked).",
  }),
  stuckAfterMs: Object.freeze({
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 604_800_000,
    integer: true,
    unit: "ms",
    help: "Not the slightest change for so long: failure stuck (0: not checked).",
  }),
});

const OUT_OF_RANGE = failureOf("out-of-range");
const IMPLAUSIBLE_RATE = failureOf("implausible-rate");
const STUCK = failureOf("stuck");

/** Judges whether a value can be believed. Allocates nothing. */
export class PlausibilityCheck {
  readonly #minimum: number;
  readonly #maximum: number;
  readonly #maximumRate: number;
  readonly #stuckAfterMs: number;
  // The last value believed, and when.
  #believed = NaN;
  #believedAt = 0;
  // The last value of all, and since when it has been the same.
  #value = NaN;
  #since = 0;

  constructor({ minimum, maximum, maximumRate, stuckAfterMs }: PlausibilitySettings) {
    this.#minimum = minimum;
    this.#maximum = maximum;
    this.#maximumRate = maximumRate;
    this.#stuckAfterMs = stuckAfterMs;
  }

  /**
   * GOOD, or why not. A step that is too fast is refused until as much time has passed as it would have needed: a spike
   * never passes, a new level does in the end.
   */
  update(value: number, ticks: number): Quality {
    if (!(value >= this.#minimum && value <= this.#maximum)) return OUT_OF_RANGE;
    if (this.#stuckAfterMs > 0) {
      if (value !== this.#value) {
        this.#value = value;
        this.#since = ticks;
      } else if (ticks - this.#since >= this.#stuckAfterMs) return STUCK;
    }
    if (this.#maximumRate > 0) {
      const change = Math.abs(value - this.#believed);
      if (change * 1000 > this.#maximumRate * (ticks - this.#believedAt)) return IMPLAUSIBLE_RATE;
      this.#believed = value;
      this.#believedAt = ticks;
    }
    return GOOD;
  }
}
