import type { Clock, Timer } from "../../firmware/ports/clock.js";

interface Pending {
  /** In ticks of this clock. */
  readonly due: number;
  readonly callback: (this: unknown) => void;
  readonly owner: unknown;
  inner: Timer | undefined;
}

/**
 * A node's own crystal: another clock's time, running fast or slow. Ticks begin at 0 when it is made, as after a restart,
 * and cannot jump. It does not know UTC.
 */
export class DriftingClock implements Clock {
  readonly #true: Pick<Clock, "ticks" | "schedule" | "cancel">;
  #rate: number;
  #trueAt: number;
  #ticksAt = 0;

  /**
   * @param clock the true time
   * @param ppm how much too fast, in parts per million; −100,000 to 100,000
   */
  constructor(clock: Pick<Clock, "ticks" | "schedule" | "cancel">, ppm: number) {
    this.#true = clock;
    this.#trueAt = clock.ticks();
    this.#rate = rateOf(ppm);
  }

  /** From now on: as when it gets warm. What is scheduled already moves with it. */
  setPpm(ppm: number): void {
    this.#ticksAt = this.#exact();
    this.#trueAt = this.#true.ticks();
    this.#rate = rateOf(ppm);
  }

  ticks(): number {
    return Math.floor(this.#exact());
  }

  utc(): undefined {
    return undefined;
  }

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    if (!(delayMs >= 0)) throw new RangeError(`clock: delayMs ${delayMs} is not 0 or more`);
    const pending: Pending = {
      due: this.ticks() + Math.ceil(delayMs),
      callback: callback as (this: unknown) => void,
      owner,
      inner: undefined,
    };
    this.#await(pending);
    return pending;
  }

  cancel(timer: Timer): void {
    const pending = timer as Pending;
    if (pending.inner !== undefined) this.#true.cancel(pending.inner);
    pending.inner = undefined;
  }

  #await(pending: Pending): void {
    const wait = Math.max(Math.ceil((pending.due - this.#exact()) / this.#rate), 0);
    pending.inner = this.#true.schedule(() => {
      if (this.ticks() < pending.due) return this.#await(pending);
      pending.inner = undefined;
      pending.callback.call(pending.owner);
    }, wait);
  }

  #exact(): number {
    return this.#ticksAt + (this.#true.ticks() - this.#trueAt) * this.#rate;
  }
}

function rateOf(ppm: number): number {
  if (!(ppm >= -1e5 && ppm <= 1e5)) throw new RangeError(`fault: ppm ${ppm} is not -100000 to 100000`);
  return 1 + ppm * 1e-6;
}
