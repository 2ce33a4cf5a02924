/**
 * So much at once, and after that as it trickles in: holds `capacity` tokens, full at first, and fills within `windowMs`.
 * Counted in whole numbers (a token is `windowMs` parts), so that it is exact.
 */
export class TokenBucket {
  readonly #capacity: number;
  readonly #windowMs: number;
  #parts: number;
  #filledAt: number;

  constructor(capacity: number, windowMs: number, ticks: number) {
    this.#capacity = capacity;
    this.#windowMs = windowMs;
    this.#parts = capacity * windowMs;
    this.#filledAt = ticks;
  }

  /** Takes a token; `false` when there is none. */
  take(ticks: number): boolean {
    const parts = this.#parts + (ticks - this.#filledAt) * this.#capacity;
    const full = this.#capacity * this.#windowMs;
    this.#parts = parts < full ? parts : full;
    this.#filledAt = ticks;
    if (this.#parts < this.#windowMs) return false;
    this.#parts -= this.#windowMs;
    return true;
  }
}
