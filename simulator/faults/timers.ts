import type { Clock, Timer } from "../../firmware/ports/clock.js";

/** Which timers: by the delay that they were set with, in ms. */
export type TimerMatch = (delayMs: number) => boolean;

const all: TimerMatch = () => true;

/** A program's timers, some of which never come, or come late: a part of it hangs, or something else takes too long. */
export class FaultyTimers implements Clock {
  readonly #clock: Clock;
  #lost: TimerMatch | undefined;
  #late: TimerMatch | undefined;
  #lateMs = 0;
  /** Calls that were due and did not come. */
  losses = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on what is due of these is lost, whenever it was set. */
  lose(match: TimerMatch = all): void {
    this.#lost = match;
  }

  /** From now on what is set of these comes so much later, as when a loop is busy. */
  delay(lateMs: number, match: TimerMatch = all): void {
    if (!(lateMs >= 0)) throw new RangeError(`fault: lateMs ${lateMs} is not 0 or more`);
    this.#lateMs = lateMs;
    this.#late = match;
  }

  /** What is due from now on comes; what was lost does not. */
  restore(): void {
    this.#lost = this.#late = undefined;
  }

  ticks(): number {
    return this.#clock.ticks();
  }

  utc(): number | undefined {
    return this.#clock.utc();
  }

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    const lateMs = this.#late?.(delayMs) === true ? this.#lateMs : 0;
    return this.#clock.schedule(() => {
      if (this.#lost?.(delayMs) === true) this.losses++;
      else callback.call(owner as Owner);
    }, delayMs + lateMs);
  }

  cancel(timer: Timer): void {
    this.#clock.cancel(timer);
  }
}
