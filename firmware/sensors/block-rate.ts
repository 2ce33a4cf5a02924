/** Nothing is said of a rate before this much was seen: one sample and one tick are then half a percent together. */
const FIRST_MS = 500;
const FIRST_SAMPLES = 250;
/** What is older than one to two such windows is forgotten, so that a drift with temperature is followed. */
const WINDOW_MS = 8000;
const WINDOW_SAMPLES = 4000;

/**
 * Samples per second of a part that runs on a clock of its own (MEMS oscillators err by percents), counted against the
 * node's ticks over whole FIFO reads.
 */
export class BlockRate {
  #rateHz = 0;
  #known = false;
  /** Ticks at the start of the window, or −1 when counting has not begun; samples since. */
  #since = -1;
  #count = 0;
  /** The start of the next window, which overlaps this one, and the samples before it. */
  #nextSince = -1;
  #nextBefore = 0;

  /** @param nominalHz what is said until it is measured */
  start(nominalHz: number): void {
    this.#rateHz = nominalHz;
    this.#known = false;
    this.interrupt();
  }

  /** Samples were lost: counting begins anew with the next block, the rate known so far stays. */
  interrupt(): void {
    this.#since = -1;
  }

  /** @param arrived samples that came into the FIFO between the read before and this one, made at `ticks` */
  add(arrived: number, ticks: number): void {
    if (this.#since < 0) {
      this.#since = ticks;
      this.#count = 0;
      this.#nextSince = -1;
      return;
    }
    this.#count += arrived;
    const elapsed = ticks - this.#since;
    const enough = this.#known ? elapsed >= WINDOW_MS / 2 : elapsed >= FIRST_MS;
    if (!enough || this.#count < FIRST_SAMPLES) return;
    this.#rateHz = (this.#count * 1000) / elapsed;
    if (elapsed < WINDOW_MS || this.#count < WINDOW_SAMPLES) return;
    this.#known = true;
    if (this.#nextSince < 0) {
      this.#nextSince = ticks;
      this.#nextBefore = this.#count;
    } else if (ticks - this.#nextSince >= WINDOW_MS && this.#count - this.#nextBefore >= WINDOW_SAMPLES) {
      this.#since = this.#nextSince;
      this.#count -= this.#nextBefore;
      this.#nextSince = ticks;
      this.#nextBefore = this.#count;
    }
  }

  get rateHz(): number {
    return this.#rateHz;
  }
}
