/** Counts how often in a row the same thing was said, and for how long. */
export class Confirmation {
  readonly #rounds: number;
  readonly #spanMs: number;
  #count = 0;
  #base = 0;
  #since = 0;

  /** @param rounds so often, and for at least `spanMs` */
  constructor(rounds: number, spanMs: number) {
    this.#rounds = rounds;
    this.#spanMs = spanMs;
  }

  /** `base` was said again, or something else for the first time. True when it was said often enough. */
  again(base: number, toleranceMs: number, ticks: number): boolean {
    if (this.#count === 0 || Math.abs(base - this.#base) > toleranceMs) {
      this.#count = 0;
      this.#since = ticks;
    }
    this.#base = base;
    this.#count++;
    return this.#count >= this.#rounds && ticks - this.#since >= this.#spanMs;
  }

  clear(): void {
    this.#count = 0;
  }
}
