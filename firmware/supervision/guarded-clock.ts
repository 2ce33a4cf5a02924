import type { Clock, TimeKeeper, Timer } from "../ports/clock.js";
import type { Lateness } from "./lateness.js";
import type { StageName } from "./supervisor.js";

/** Who knows UTC. */
export type UtcSource = Pick<TimeKeeper, "utc" | "utcAt">;

/** What becomes of calls. */
export interface ClockOwner {
  /** Is told how late each call comes. */
  readonly lateness: Lateness;
  /** A call of the stage has thrown. */
  failed(stage: StageName, fault: unknown): void;
}

/** A call that is due. */
class Call {
  readonly clock: GuardedClock;
  readonly due: number;
  readonly callback: (this: unknown) => void;
  readonly owner: unknown;

  constructor(clock: GuardedClock, due: number, callback: (this: unknown) => void, owner: unknown) {
    this.clock = clock;
    this.due = due;
    this.callback = callback;
    this.owner = owner;
  }

  run(): void {
    this.clock.run(this);
  }
}

/**
 * The clock as one stage of the node has it. What a call that it scheduled throws goes no further (on a board it would
 * end the program), and how late it comes is noted.
 */
export class GuardedClock implements TimeKeeper {
  readonly #clock: Clock;
  readonly #stage: StageName;
  readonly #owner: ClockOwner;
  readonly #time: UtcSource | undefined;

  /**
   * @param clock the host's: ticks and timers
   * @param time who knows UTC; without it, the host does
   */
  constructor(clock: Clock, stage: StageName, owner: ClockOwner, time?: UtcSource) {
    this.#clock = clock;
    this.#stage = stage;
    this.#owner = owner;
    this.#time = time;
  }

  ticks(): number {
    return this.#clock.ticks();
  }

  utc(): number | undefined {
    return this.#time === undefined ? this.#clock.utc() : this.#time.utc();
  }

  utcAt(ticks: number): number | undefined {
    if (this.#time !== undefined) return this.#time.utcAt(ticks);
    const utc = this.#clock.utc();
    return utc === undefined ? undefined : utc - (this.#clock.ticks() - ticks);
  }

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    const due = this.#clock.ticks() + Math.ceil(delayMs);
    const call = new Call(this, due, callback as (this: unknown) => void, owner);
    return this.#clock.schedule(call.run, delayMs, call);
  }

  cancel(timer: Timer): void {
    this.#clock.cancel(timer);
  }

  /** Makes a call that is due. */
  run({ due, callback, owner }: Call): void {
    this.#owner.lateness.came(this.#clock.ticks() - due);
    try {
      callback.call(owner);
    } catch (fault) {
      this.#owner.failed(this.#stage, fault);
    }
  }
}
