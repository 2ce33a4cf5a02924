import { amount, milliseconds } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface TimeoutSettings {
  readonly kind: "timeout";
  readonly timeoutMs: number;
  readonly value: number;
}

export const TIMEOUT: FilterKind<TimeoutSettings> = Object.freeze({
  fields: Object.freeze({
    timeoutMs: milliseconds(60_000, 1, "When no value has come for so long …"),
    value: amount(0, "… this one passes, once."),
  }),
  create: (settings: TimeoutSettings) => new TimeoutFilter(settings),
});

/**
 * A value for silence, by `expire`: a flow meter that gives no pulses has a flow of 0. It is not meant for a sensor that
 * fails, of which the channel's quality tells.
 */
export class TimeoutFilter implements Filter {
  readonly #timeoutMs: number;
  readonly #value: number;
  #due = Infinity;

  constructor({ timeoutMs, value }: TimeoutSettings) {
    this.#timeoutMs = timeoutMs;
    this.#value = value;
  }

  update(value: number, ticks: number): number {
    this.#due = ticks + this.#timeoutMs;
    return value;
  }

  expire(ticks: number): number {
    if (ticks < this.#due) return NaN;
    this.#due = Infinity;
    return this.#value;
  }

  reset(): void {
    this.#due = Infinity;
  }
}
