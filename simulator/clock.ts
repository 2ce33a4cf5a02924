import type { Clock, Timer } from "../firmware/ports/clock.js";

interface Pending {
  due: number;
  order: number;
  callback: ((this: unknown) => void) | undefined;
  owner: unknown;
}

/**
 * Time that passes only when it is told to. The same clock serves virtual time (run as fast as it can go) and real time
 * (a host advances it to the wall clock): the node cannot tell which.
 */
export class VirtualClock implements Clock {
  #ticks = 0;
  #order = 0;
  #startUtc: number;
  #synchronisedAt: number;
  // A binary heap: the next call due is #pending[0].
  readonly #pending: Pending[] = [];

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

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    if (!(delayMs >= 0)) throw new RangeError(`clock: delayMs ${delayMs} is not 0 or more`);
    const pending: Pending = {
      due: this.#ticks + Math.ceil(delayMs),
      order: this.#order++,
      callback: callback as (this: unknown) => void,
      owner,
    };
    this.#push(pending);
    return pending;
  }

  cancel(timer: Timer): void {
    (timer as Pending).callback = undefined;
  }

  /** The tick of the next pending call, or `undefined` when there is none. */
  nextDue(): number | undefined {
    const heap = this.#pending;
    while (heap.length > 0 && heap[0]!.callback === undefined) this.#pop();
    return heap[0]?.due;
  }

  /** Runs every call due up to and including `ticks`, in order, and leaves the clock there. */
  advanceTo(ticks: number): void {
    if (ticks < this.#ticks) throw new RangeError(`clock: cannot go back from tick ${this.#ticks} to ${ticks}`);
    for (;;) {
      const due = this.nextDue();
      if (due === undefined || due > ticks) break;
      const { callback, owner } = this.#pop();
      this.#ticks = due;
      callback?.call(owner);
    }
    this.#ticks = ticks;
  }

  #push(pending: Pending): void {
    const heap = this.#pending;
    let index = heap.length;
    heap.push(pending);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(pending, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = pending;
  }

  #pop(): Pending {
    const heap = this.#pending;
    const top = heap[0]!;
    const last = heap.pop()!;
    const length = heap.length;
    if (length > 0) {
      let index = 0;
      for (;;) {
        let child = 2 * index + 1;
        if (child >= length) break;
        if (child + 1 < length && before(heap[child + 1]!, heap[child]!)) child++;
        if (!before(heap[child]!, last)) break;
        heap[index] = heap[child]!;
        index = child;
      }
      heap[index] = last;
    }
    return top;
  }
}

function before(a: Pending, b: Pending): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
