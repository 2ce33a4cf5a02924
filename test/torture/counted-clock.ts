import type { Clock, Timer } from "../../firmware/ports/clock.js";

/** A clock that knows how many calls are pending. */
export class CountedClock implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pending(): number {
    return this.#pending.size;
  }

  ticks(): number {
    return this.#clock.ticks();
  }

  utc(): number | undefined {
    return this.#clock.utc();
  }

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    const timer = this.#clock.schedule(() => {
      this.#pending.delete(timer);
      callback.call(owner as Owner);
    }, delayMs);
    this.#pending.add(timer);
    return timer;
  }

  cancel(timer: Timer): void {
    this.#pending.delete(timer);
    this.#clock.cancel(timer);
  }
}
