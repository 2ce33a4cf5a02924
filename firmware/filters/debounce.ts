import { difference, milliseconds } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface DebounceSettings {
  readonly kind: "debounce";
  readonly holdMs: number;
  readonly tolerance: number;
}

export const DEBOUNCE: FilterKind<DebounceSettings> = Object.freeze({
  fields: Object.freeze({
    holdMs: milliseconds(1000, 0, "A value passes once it has stayed for so long."),
    tolerance: difference(0, "What is this near to the value that it began with has stayed."),
  }),
  create: (settings: DebounceSettings) => new DebounceFilter(settings),
});

/**
 * Passes what has settled. Any value further than `tolerance` from the one that the wait began with begins it anew. When
 * no value comes the last one has stayed: `expire` passes it at the end of the wait.
 */
export class DebounceFilter implements Filter {
  readonly #holdMs: number;
  readonly #tolerance: number;
  #began = NaN;
  #since = 0;
  #latest = 0;
  #settled = false;

  constructor({ holdMs, tolerance }: DebounceSettings) {
    this.#holdMs = holdMs;
    this.#tolerance = tolerance;
  }

  update(value: number, ticks: number): number {
    this.#latest = value;
    const distance = value - this.#began;
    const tolerance = this.#tolerance;
    // Also for the first value, which is no distance from anything.
    if (!(distance <= tolerance && -distance <= tolerance)) {
      this.#began = value;
      this.#since = ticks;
      this.#settled = false;
    }
    if (this.#settled) return value;
    return this.expire(ticks);
  }

  expire(ticks: number): number {
    if (this.#settled || this.#began !== this.#began || ticks - this.#since < this.#holdMs) return NaN;
    this.#settled = true;
    return this.#latest;
  }

  reset(): void {
    this.#began = NaN;
    this.#settled = false;
  }
}
