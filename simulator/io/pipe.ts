import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";

/** What a packet meets on its way. */
export interface Link {
  readonly clock: Clock;
  readonly random: Random;
  readonly latencyMs: number;
  readonly jitterMs: number;
  /** Probability, 0 to below 1, that a segment is lost and has to be sent again. */
  readonly loss: number;
  /** Whether the far end can be reached now. */
  isUp(): boolean;
}

/** Bytes of a TCP segment on Ethernet and Wi-Fi (1500 less two headers of 20). */
const SEGMENT_BYTES = 1460;
/** RFC 6298: first retransmission after a second, then twice as long each time, up to a minute. */
const RETRANSMIT_FIRST_MS = 1000;
const RETRANSMIT_CAP_MS = 60_000;

interface Segment {
  due: number;
  /** `undefined`: the end of the stream. */
  readonly bytes: Uint8Array | undefined;
}

/** One-way time of one segment, lost ones sent again. */
export function transitMs(link: Link): number {
  const { random, latencyMs, jitterMs, loss } = link;
  let delay = latencyMs + (jitterMs > 0 ? Math.floor(random.next() * jitterMs) : 0);
  for (let wait = RETRANSMIT_FIRST_MS; loss > 0 && random.next() < loss; wait = Math.min(2 * wait, RETRANSMIT_CAP_MS))
    delay += wait;
  return delay;
}

/**
 * One direction of a TCP connection: ordered bytes that take their time. What is lost comes later, not never, and holds
 * up what follows. The sender's buffer empties when the receiver has the bytes; the receiver takes no more than its
 * window until it is read.
 */
export class Pipe {
  readonly #link: Link;
  readonly #windowBytes: number;
  readonly #onArrival: (ended: boolean) => void;
  readonly #onAcknowledged: (bytes: number) => void;
  readonly #flying: Segment[] = [];
  readonly #arrived: Uint8Array[] = [];
  #arrivedBytes = 0;
  #lastDue = 0;
  #retransmitMs = RETRANSMIT_FIRST_MS;
  #scheduled = false;
  #cut = false;

  /**
   * @param onArrival bytes, or the end of the stream, have come; from the clock
   * @param onAcknowledged the receiver has so many more bytes; from the clock
   */
  constructor(
    link: Link,
    windowBytes: number,
    onArrival: (ended: boolean) => void,
    onAcknowledged: (bytes: number) => void,
  ) {
    this.#link = link;
    this.#windowBytes = windowBytes;
    this.#onArrival = onArrival;
    this.#onAcknowledged = onAcknowledged;
  }

  /** Bytes that can be read. */
  get available(): number {
    return this.#arrivedBytes;
  }

  /** Sends a copy of `bytes`. */
  write(bytes: Uint8Array): void {
    for (let start = 0; start < bytes.length; start += SEGMENT_BYTES)
      this.#send(bytes.slice(start, start + SEGMENT_BYTES));
  }

  /** Ends the stream after what was written. */
  end(): void {
    this.#send(undefined);
  }

  /** From now on everything vanishes, and nobody is told. */
  cut(): void {
    this.#cut = true;
    this.#flying.length = 0;
  }

  /** Exactly `byteLength` bytes, which must be available. */
  read(byteLength: number): ArrayBuffer {
    const result = new Uint8Array(byteLength);
    let filled = 0;
    while (filled < byteLength) {
      const piece = this.#arrived[0]!;
      const count = Math.min(piece.length, byteLength - filled);
      result.set(piece.subarray(0, count), filled);
      filled += count;
      if (count === piece.length) this.#arrived.shift();
      else this.#arrived[0] = piece.subarray(count);
    }
    this.#arrivedBytes -= byteLength;
    // What waited for the window to open follows.
    this.#schedule();
    return result.buffer;
  }

  #send(bytes: Uint8Array | undefined): void {
    if (this.#cut) return;
    const due = Math.max(this.#lastDue, this.#link.clock.ticks() + transitMs(this.#link));
    this.#lastDue = due;
    this.#flying.push({ due, bytes });
    this.#schedule();
  }

  #schedule(): void {
    const head = this.#flying[0];
    if (this.#scheduled || head === undefined || !this.#fits(head)) return;
    this.#scheduled = true;
    this.#link.clock.schedule(this.#onDue, Math.max(0, head.due - this.#link.clock.ticks()));
  }

  #fits(segment: Segment): boolean {
    return segment.bytes === undefined || this.#arrivedBytes + segment.bytes.length <= this.#windowBytes;
  }

  readonly #onDue = (): void => {
    this.#scheduled = false;
    const head = this.#flying[0];
    if (head === undefined) return;
    const { clock, latencyMs } = this.#link;
    if (!this.#link.isUp()) {
      head.due = clock.ticks() + this.#retransmitMs;
      this.#retransmitMs = Math.min(2 * this.#retransmitMs, RETRANSMIT_CAP_MS);
      return this.#schedule();
    }
    this.#retransmitMs = RETRANSMIT_FIRST_MS;
    this.#flying.shift();
    const { bytes } = head;
    if (bytes !== undefined) {
      this.#arrived.push(bytes);
      this.#arrivedBytes += bytes.length;
      clock.schedule(() => {
        if (!this.#cut) this.#onAcknowledged(bytes.length);
      }, latencyMs);
    }
    this.#schedule();
    this.#onArrival(bytes === undefined);
  };
}
