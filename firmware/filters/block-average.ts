import { milliseconds } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface BlockAverageSettings {
  readonly kind: "block-average";
  readonly intervalMs: number;
}

export const BLOCK_AVERAGE: FilterKind<BlockAverageSettings> = Object.freeze({
  fields: Object.freeze({
    intervalMs: milliseconds(60_000, 1, "The mean of what came within each interval of this length passes at its end."),
  }),
  create: (settings: BlockAverageSettings) => new BlockAverageFilter(settings),
});

/**
 * Mean of each interval; intervals follow one another from the first value on. An interval ends with the first value or
 * call of `expire` at or after its end; one without a value brings nothing.
 */
export class BlockAverageFilter implements Filter {
  readonly #intervalMs: number;
  #start = NaN;
  #mean = 0;
  #count = 0;

  constructor({ intervalMs }: BlockAverageSettings) {
    this.#intervalMs = intervalMs;
  }

  update(value: number, ticks: number): number {
    const ended = this.expire(ticks);
    if (this.#start !== this.#start) this.#start = ticks;
    const count = ++this.#count;
    this.#mean += (value - this.#mean) / count;
    return ended;
  }

  expire(ticks: number): number {
    const start = this.#start;
    const intervalMs = this.#intervalMs;
    const passedMs = ticks - start;
    // Not so before the first value, when the start is NaN.
    if (!(passedMs >= intervalMs)) return NaN;
    this.#start = passedMs < 2 * intervalMs ? start + intervalMs : ticks - (passedMs % intervalMs);
    const mean = this.#count === 0 ? NaN : this.#mean;
    this.#mean = 0;
    this.#count = 0;
    return mean;
  }

  reset(): void {
    this.#start = NaN;
    this.#mean = 0;
    this.#count = 0;
  }
}
