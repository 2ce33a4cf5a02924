import { SensorFault } from "../model/sensor.js";
import type { BlockStatus } from "../model/sensor.js";
import type { Clock } from "../ports/clock.js";
import { BlockRate } from "./block-rate.js";

// What the next call of sample() or read() does.
/** Look whether it is there and is the right part, and write all settings. */
export const IDENTIFY = 0;
/** The part has settled: begin to stream, or ask for one value. */
export const START = 1;
export const READ = 2;

/** The part's clock may be this much slow; MEMS oscillators err by percents. */
const SLOW = 1.15;

/**
 * When a part with a FIFO is to be spoken to and what of, for a driver with both `sample` (single values) and `read` (a
 * stream of blocks). Changing from one to the other, and any fault, starts the part anew; a stream that was interrupted
 * says overrun with its next block.
 */
export class FIFOSchedule {
  readonly #part: string;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #rate = new BlockRate();
  #nominalHz = 1;
  #streaming: boolean | undefined;
  #step = IDENTIFY;
  #due: number;
  #deadline = 0;
  /** There was a block, and since then the FIFO was emptied unread: samples are missing before the next one. */
  #streamed = false;
  #gap = false;
  /** Samples that the block before left in the FIFO. */
  #left = 0;

  /** @param bootMs from power-on until the part can be spoken to */
  constructor(part: string, clock: Pick<Clock, "ticks">, bootMs: number) {
    this.#part = part;
    this.#clock = clock;
    this.#due = clock.ticks() + Math.ceil(bootMs) + 1;
  }

  /** Settings have changed: from the beginning. */
  restart(nominalHz: number): void {
    this.interrupt();
    this.#nominalHz = nominalHz;
    this.#rate.start(nominalHz);
  }

  /** What is to be done now, or −1. Unless the driver then says what comes next, that is to begin anew. */
  take(streaming: boolean): number {
    if (this.#streaming !== streaming) {
      if (this.#streaming !== undefined) this.interrupt();
      this.#streaming = streaming;
    }
    const step = this.#step;
    // A FIFO may be emptied at any time, everything else has its own.
    if (this.#clock.ticks() < this.#due && !(streaming && step === READ)) return -1;
    this.interrupt();
    return step;
  }

  /** The next step, once the part has had time for `periods` of its rate and `extraMs`. */
  then(step: number, periods: number, extraMs = 0): void {
    const now = this.#clock.ticks();
    this.#step = step;
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#due = now + Math.ceil((1000 * SLOW * periods) / this.#nominalHz + extraMs) + 1;
    this.#deadline = this.#due + Math.ceil(10_000 / this.#nominalHz) + 10;
  }

  /** The same step again in a millisecond. @throws SensorFault `bus` when it has been so for too long */
  again(step: number): undefined {
    const now = this.#clock.ticks();
    if (now > this.#deadline) throw new SensorFault("bus", `${this.#part}: gives no new values`);
    this.#step = step;
    this.#due = now + 1;
    return undefined;
  }

  /** The FIFO was emptied and fills from now on; half of `capacity` samples is when to read it first. */
  streams(capacity: number): void {
    this.#gap = this.#streamed;
    this.#left = 0;
    this.#rate.interrupt();
    this.#rate.add(0, this.#clock.ticks());
    this.halfFull(capacity);
  }

  /** Of the FIFO's `level` samples a block took `samples`; `full`: there may have been more. */
  took(samples: number, level: number, full: boolean, capacity: number): BlockStatus {
    const overrun = full || this.#gap;
    if (full) this.#rate.interrupt();
    this.#rate.add(level - this.#left, this.#clock.ticks());
    this.#left = level - samples;
    this.#gap = false;
    this.#streamed = true;
    this.halfFull(capacity);
    return { samples, overrun, rateHz: this.#rate.rateHz };
  }

  /** While there is no stream. */
  nothing(): BlockStatus {
    return { samples: 0, overrun: false, rateHz: this.#rate.rateHz };
  }

  get readyInMs(): number {
    return Math.max(0, this.#due - this.#clock.ticks());
  }

  private interrupt(): void {
    if (this.#step === IDENTIFY) return;
    this.#step = IDENTIFY;
    this.#due = 0;
  }

  // By a clock that is as fast as it may be slow.
  private halfFull(capacity: number): void {
    this.#step = READ;
    const periods = Math.max(0, capacity / 2 - this.#left);
    this.#due = this.#clock.ticks() + Math.floor((1000 * periods) / (SLOW * this.#nominalHz));
  }
}
