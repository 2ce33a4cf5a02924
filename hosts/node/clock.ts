import type { Clock, Timer } from "../../firmware/ports/clock.js";

/** Node.js's own time behind the firmware's port, for what is not simulated: the consumer in `listen`. */
export class SystemClock implements Clock {
  readonly #start = performance.now();

  ticks(): number {
    return Math.floor(performance.now() - this.#start);
  }

  utc(): number {
    return Date.now();
  }

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    return setTimeout(() => callback.call(owner as Owner), delayMs);
  }

  cancel(timer: Timer): void {
    clearTimeout(timer as NodeJS.Timeout);
  }
}
