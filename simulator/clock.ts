import type { Clock, Timer } from "../firmware/ports/clock.js";

/** Says whether something is still to happen. */
export interface Power {
  readonly on: boolean;
}

class Call {
  /** `undefined`: taken back, or made. */
  callback: ((this: unknown) => void) | undefined;
  readonly owner: unknown;
  readonly power: Power | undefined;

  constructor(callback: (this: unknown) => void, owner: unknown, power: Power | undefined) {
    this.callback = callback;
    this.owner = owner;
    this.power = power;
  }
}

/** All calls of one tick, in the order in which they were scheduled. */
class Moment {
  readonly due: number;
  readonly calls: Call[] = [];
  /** So many of them have been made, or had been taken back. */
  done = 0;

  constructor(due: number) {
    this.due = due;
  }
}

/**
 * Time that passes only when it is told to. The same clock serves virtual time (run as fast as it can go) and real time
 * (a host advances it to the wall clock): the node cannot tell which.
 */
export class VirtualClock implements Clock {
  #ticks = 0;
  #startUtc: number;
  #synchronisedAt: number;
  // Nodes that run side by side do most things at the same ticks: there are far fewer moments than calls.
  readonly #moments = new Map<number, Moment>();
  // The same as a binary heap: the next one is #heap[0].
  readonly #heap: Moment[] = [];

  /**
   * @param startUtc UTC milliseconds at tick 0
   * @param synchronisedAt ticks at which `utc()` begins to answer
   */
  constructor(startUtc = 0, synchronisedAt = 0) {
    this.#startUtc = startUtc;
    this.#synchronisedAt = synchronisedAt;
  }

  ticks(): number {
    return this.#ticks;
  }

  utc(): number | undefined {
    return this.#ticks < this.#synchronisedAt ? undefined : this.#startUtc + this.#ticks;
  }

  /** @param power when it is off by then, the call is not made */
  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner, power?: Power): Timer {
    if (!(delayMs >= 0)) throw new RangeError(`clock: delayMs ${delayMs} is not 0 or more`);
    const due = this.#ticks + Math.ceil(delayMs);
    let moment = this.#moments.get(due);
    if (moment === undefined) {
      moment = new Moment(due);
      this.#moments.set(due, moment);
      this.#push(moment);
    }
    const call = new Call(callback as (this: unknown) => void, owner, power);
    moment.calls.push(call);
    return call;
  }

  cancel(timer: Timer): void {
    (timer as Call).callback = undefined;
  }

  /** The tick of the next pending call, or `undefined` when there is none. */
  nextDue(): number | undefined {
    return this.#next()?.due;
  }

  /** Runs every call due up to and including `ticks`, in order, and leaves the clock there. */
  advanceTo(ticks: number): void {
    if (ticks < this.#ticks) throw new RangeError(`clock: cannot go back from tick ${this.#ticks} to ${ticks}`);
    for (let moment = this.#next(); moment !== undefined && moment.due <= ticks; moment = this.#next()) {
      const call = moment.calls[moment.done++]!;
      const { callback, owner, power } = call;
      call.callback = undefined;
      this.#ticks = moment.due;
      if (power === undefined || power.on) callback!.call(owner);
    }
    this.#ticks = ticks;
  }

  /** The moment of the next call, which is the one after those that are done. */
  #next(): Moment | undefined {
    for (;;) {
      const moment = this.#heap[0];
      if (moment === undefined) return undefined;
      const { calls } = moment;
      while (moment.done < calls.length && calls[moment.done]!.callback === undefined) moment.done++;
      if (moment.done < calls.length) return moment;
      this.#pop();
      this.#moments.delete(moment.due);
    }
  }

  #push(moment: Moment): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(moment);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (moment.due >= heap[parent]!.due) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = moment;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    const length = heap.length;
    if (length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && heap[child + 1]!.due < heap[child]!.due) child++;
      if (heap[child]!.due >= last.due) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}
