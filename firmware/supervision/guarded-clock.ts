import type { Clock, TimeKeeper, Timer } from "../ports/clock.js";
import type { Lateness } from "./lateness.js";

export interface GuardedClockOptions {
  /** The host's: ticks and timers, and UTC where nobody else knows it. */
  readonly clock: Clock;
  /** Who knows UTC. */
  readonly time?: Pick<TimeKeeper, "utc" | "utcAt"> | undefined;
  /** Is told how late each call comes. */
  readonly lateness: Lateness;
  readonly onFault: (fault: unknown) => void;
}

/**
 * The clock as one part of the node has it. What a call that it scheduled throws goes no further (on a board it would
 * end the program), and how late it comes is noted.
 */
export class GuardedClock implements TimeKeeper {
  readonly #clock: Clock;
  readonly #options: GuardedClockOptions;

  constructor(options: GuardedClockOptions) {
    this.#clock = options.clock;
    this.#options = options;
  }

  ticks(): number {
    return this.#clock.ticks();
  }

  utc(): number | undefined {
    const { time } = this.#options;
    return time === undefined ? this.#clock.utc() : time.utc();
  }

  utcAt(ticks: number): number | undefined {
    const { time } = this.#options;
    if (time !== undefined) return time.utcAt(ticks);
    const utc = this.#clock.utc();
    return utc === undefined ? undefined : utc - (this.#clock.ticks() - ticks);
  }

  schedule(callback: () => void, delayMs: number): Timer {
    const due = this.#clock.ticks() + Math.ceil(delayMs);
    return this.#clock.schedule(() => {
      this.#options.lateness.came(this.#clock.ticks() - due);
      try {
        callback();
      } catch (fault) {
        this.#options.onFault(fault);
      }
    }, delayMs);
  }

  cancel(timer: Timer): void {
    this.#clock.cancel(timer);
  }
}
