import { milliseconds } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface HeartbeatSettings {
  readonly kind: "heartbeat";
  readonly intervalMs: number;
  readonly maximumAgeMs: number;
}

export const HEARTBEAT: FilterKind<HeartbeatSettings> = Object.freeze({
  fields: Object.freeze({
    intervalMs: milliseconds(10_000, 1, "The latest value passes once per interval, a new one or not."),
    maximumAgeMs: milliseconds(60_000, 0, "A value older than this is not repeated any more."),
  }),
  create: (settings: HeartbeatSettings) => new HeartbeatFilter(settings),
});

/**
 * The latest value at a steady rate: the first one at once, then one per interval from there on. Where values come more
 * slowly the last one is repeated (by `expire`), as long as it is not too old; a beat that was missed is not made up for.
 */
export class HeartbeatFilter implements Filter {
  readonly #intervalMs: number;
  readonly #maximumAgeMs: number;
  #value = NaN;
  #valueTicks = 0;
  #due = -Infinity;

  constructor({ intervalMs, maximumAgeMs }: HeartbeatSettings) {
    this.#intervalMs = intervalMs;
    this.#maximumAgeMs = maximumAgeMs;
  }

  update(value: number, ticks: number): number {
    this.#value = value;
    this.#valueTicks = ticks;
    return this.expire(ticks);
  }

  expire(ticks: number): number {
    const value = this.#value;
    const lateMs = ticks - this.#due;
    if (lateMs < 0 || value !== value || ticks - this.#valueTicks > this.#maximumAgeMs) return NaN;
    const intervalMs = this.#intervalMs;
    this.#due = ticks + intervalMs - (lateMs === Infinity ? 0 : lateMs % intervalMs);
    return value;
  }

  reset(): void {
    this.#value = NaN;
    this.#due = -Infinity;
  }
}
