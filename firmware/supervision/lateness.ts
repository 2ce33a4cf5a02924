/** How late what was scheduled is called: what a loop that is busy, or blocked, does to everything. */
export class Lateness {
  #count = 0;
  #sumMs = 0;
  #worstMs = 0;

  /** A call came so many ms after it was due. */
  came(lateMs: number): void {
    this.#count++;
    if (lateMs <= 0) return;
    this.#sumMs += lateMs;
    if (lateMs > this.#worstMs) this.#worstMs = lateMs;
  }

  /** Worst and mean since this was asked for the last time, in ms, and of how many calls. */
  take(): { worstMs: number; meanMs: number; calls: number } {
    const calls = this.#count;
    const taken = { worstMs: this.#worstMs, meanMs: calls === 0 ? 0 : this.#sumMs / calls, calls };
    this.#count = this.#sumMs = this.#worstMs = 0;
    return taken;
  }
}
