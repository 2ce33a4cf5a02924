import Time from "time";
import SdkTimer from "timer";
import type { Clock, Timer } from "../../firmware/ports/clock.js";

interface OwnedTimer extends SdkTimer {
  callback: (this: unknown) => void;
  owner: unknown;
}

const onTimer = (timer: SdkTimer): void => {
  const { callback, owner } = timer as OwnedTimer;
  callback.call(owner);
};

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

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    // The SDK hands its timer to the call: what is to be called is kept there, without a closure.
    const timer = SdkTimer.set(onTimer, Math.ceil(delayMs)) as OwnedTimer;
    timer.callback = callback as (this: unknown) => void;
    timer.owner = owner;
    return timer;
  }

  cancel(timer: Timer): void {
    SdkTimer.clear(timer as SdkTimer);
  }
}
