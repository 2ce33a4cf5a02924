import type { Clock, Timer } from "../ports/clock.js";

/**
 * One timer for many deadlines that mostly move later: it may call too early, and whoever is called looks which
 * deadlines have passed and names the next. Moving a deadline later costs a comparison.
 */
export class WakeTimer {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #timer: Timer | undefined;
  #due = 0;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  /** Calls at `ticks` at the latest. */
  by(ticks: number): void {
    if (this.#timer !== undefined) {
      if (this.#due <= ticks) return;
      this.#clock.cancel(this.#timer);
    }
    this.#due = ticks;
    const delay = ticks - this.#clock.ticks();
    this.#timer = this.#clock.schedule(this.#onTimer, delay > 0 ? delay : 0);
  }

  clear(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.#callback();
  };
}
