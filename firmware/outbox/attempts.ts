/** Counts what throws: a flash that does, and goes on. */
export class Attempts {
  #failures = 0;

  get failures(): number {
    return this.#failures;
  }

  /** Whether it went without throwing. */
  make(run: () => unknown): boolean {
    try {
      run();
      return true;
    } catch {
      this.#failures++;
      return false;
    }
  }
}
