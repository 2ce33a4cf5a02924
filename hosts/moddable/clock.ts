import Time from "time";
import SdkTimer from "timer";
import type { Clock, Timer } from "../../firmware/ports/clock.js";

/**
 * The SDK's time behind the firmware's port. Its tick counter is a signed 32-bit number on ESP32, which wraps after 25
 * days, and the wall clock on lin, which may be set back: only steps forward count.
 */
export class SdkClock implements Clock {
  #last = Time.ticks;
  #ticks = 0;
  /** UTC at tick 0. */
  #start: number | undefined;

  ticks(): number {
    const now = Time.ticks;
    const step = (now - this.#last) | 0;
    this.#last = now;
    if (step > 0) this.#ticks += step;
    return this.#ticks;
  }

  /** What {@link synchronise} has told: on a board nobody does, and the node finds out for itself. */
  utc(): number | undefined {
    return this.#start === undefined ? undefined : this.#start + this.ticks();
  }

  /** It is `utc` (milliseconds since 1970) now. */
  synchronise(utc: number): void {
    this.#start = utc - this.ticks();
  }

  schedule(callback: () => void, delayMs: number): Timer {
    return SdkTimer.set(callback, Math.ceil(delayMs));
  }

  cancel(timer: Timer): void {
    SdkTimer.clear(timer as SdkTimer);
  }
}
