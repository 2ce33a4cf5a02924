import type { Clock, Timer } from "../ports/clock.js";

/** Who is woken. */
export interface WakeOwner {
  onWake(): void;
}

/**
 * One timer for many deadlines that mostly move later: it may call too early, and whoever is called looks which
 * deadlines have passed and names the next. Moving a deadline later costs a comparison.
 */
export class WakeTimer {
  readonly #clock: Clock;
  readonly #owner: WakeOwner;
  #timer: Timer | undefined;
  #due = 0;

  constructor(clock: Clock, owner: WakeOwner) {
    this.#clock = clock;
    this.#owner = owner;
  }

  /** Calls at `ticks` at the latest. */
  by(ticks: number): void {
    if (this.#timer !== undefined) {
      if (this.#due <= ticks) return;
      this.#clock.cancel(this.#timer);
    }
    this.#due = ticks;
    const delay = ticks - this.#clock.ticks();
    this.#timer = this.#clock.schedule(this.onTimer, delay > 0 ? delay : 0, this);
  }

  clear(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  private onTimer(): void {
    this.#timer = undefined;
    this.#owner.onWake();
  }
}
