import { Confirmation } from "./confirmation.js";
import type { TimeSample } from "./vote.js";

/** So often in a row a receiver must say the same. */
const ROUNDS = 3;
/** Time between two uses of it. */
const USE_MS = 64_000;
/** What is older has no vote any more. */
const FRESH_MS = 10_000;
/** What a GNSS receiver said of the time lately. */
export class GnssTime {
  readonly #same = new Confirmation(ROUNDS, 0);
  #sample: TimeSample | undefined;
  #ticks = 0;
  #usedAt = NaN;

  /** What it said last, when it had said it often enough. */
  get sample(): TimeSample | undefined {
    return this.#sample;
  }

  /** It said so again: `base` as in {@link TimeSample}. True when it is to be used now. */
  offer(base: number, ticks: number, spreadMs: number): boolean {
    if (base - base !== 0) return false;
    const same = this.#same.again(base, spreadMs, ticks);
    this.#sample = same ? { base, halfWidthMs: spreadMs, sigmaMs: spreadMs / 2 } : undefined;
    this.#ticks = ticks;
    if (!same || ticks - this.#usedAt < USE_MS) return false;
    this.#usedAt = ticks;
    return true;
  }

  /** What it says, if that is of the last seconds. */
  fresh(ticks: number): TimeSample | undefined {
    return ticks - this.#ticks <= FRESH_MS ? this.#sample : undefined;
  }
}
