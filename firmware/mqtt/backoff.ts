/**
 * How long to wait before trying again: exponential with full jitter (Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015), so that a fleet that lost its broker does not come back in step.
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #capMs: number;
  readonly #random: () => number;
  #ceilingMs: number;

  /**
   * @param options first ceiling, more than 0, and the highest one (the first one, if that is higher)
   * @param random uniform in [0, 1)
   */
  constructor(options: { firstMs: number; capMs: number }, random: () => number) {
    const { firstMs, capMs } = options;
    if (!(firstMs > 0)) throw new RangeError(`mqtt: backoff.firstMs ${firstMs} is not more than 0`);
    this.#firstMs = this.#ceilingMs = firstMs;
    this.#capMs = Math.max(capMs, firstMs);
    this.#random = random;
  }

  /** The next wait in ms, below the ceiling, which doubles up to its cap. */
  next(): number {
    const ceiling = this.#ceilingMs;
    this.#ceilingMs = Math.min(2 * ceiling, this.#capMs);
    return Math.floor(this.#random() * ceiling);
  }

  /** A connection lived for `ms`: as long as the next wait might be, and it counts as a success. Returns whether so. */
  lived(ms: number): boolean {
    if (ms < this.#ceilingMs) return false;
    this.#ceilingMs = this.#firstMs;
    return true;
  }
}
