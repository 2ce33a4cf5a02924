import { epochAt, decodeMessage, encodeMessage, storedBytes, sequenceAt, streamAt } from "./stored-message.js";
import { get32, put32 } from "./format.js";
import type { OutboxMessage } from "./outbox.js";

// Before each record: its bytes (u32), payload bytes (u32), since when it is held (f64), flags (u8).
const PAYLOAD_AT = 4;
const SINCE_AT = 8;
const FLAGS_AT = 16;
const HEAD_BYTES = 17;
const URGENT = 1;
const ARRIVED = 2;

/** What an empty row holds on to. */
const FEWEST_BYTES = 512;

/**
 * Messages in a row, in one buffer: XS keeps an object of a dozen members in as many slots of 16 bytes, which is more than
 * most messages have. A message is named by where it stands, which is good until one before it is removed.
 */
export class MessageRow {
  #bytes = new Uint8Array(FEWEST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Where the next message will stand; where the first stands is 0. */
  get end(): number {
    return this.#end;
  }

  /** Where the message after this one stands. */
  after(at: number): number {
    return at + HEAD_BYTES + get32(this.#bytes, at);
  }

  push(message: OutboxMessage, sinceTicks: number): void {
    const { payload, urgent } = message;
    const at = this.#end;
    const count = storedBytes(message);
    this.reserve(at + HEAD_BYTES + count);
    put32(this.#bytes, at, count);
    put32(this.#bytes, at + PAYLOAD_AT, payload.length);
    this.#view.setFloat64(at + SINCE_AT, sinceTicks);
    this.#bytes[at + FLAGS_AT] = urgent ? URGENT : 0;
    encodeMessage(message, this.#bytes, at + HEAD_BYTES);
    this.#end = at + HEAD_BYTES + count;
    this.#length++;
  }

  /** A copy of a message. */
  read(at: number): OutboxMessage {
    const record = this.#bytes.slice(at + HEAD_BYTES, this.after(at));
    return decodeMessage(record, this.isUrgent(at))!;
  }

  remove(at: number): void {
    const after = this.after(at);
    this.#bytes.copyWithin(at, after, this.#end);
    this.#end -= after - at;
    this.#length--;
    if (this.#length === 0 && this.#bytes.length > FEWEST_BYTES) this.resize(FEWEST_BYTES);
  }

  payloadBytes(at: number): number {
    return get32(this.#bytes, at + PAYLOAD_AT);
  }

  sinceTicks(at: number): number {
    return this.#view.getFloat64(at + SINCE_AT);
  }

  isUrgent(at: number): boolean {
    return (this.#bytes[at + FLAGS_AT]! & URGENT) !== 0;
  }

  /** The broker has it, and the consumer has not confirmed it. */
  hasArrived(at: number): boolean {
    return (this.#bytes[at + FLAGS_AT]! & ARRIVED) !== 0;
  }

  setArrived(at: number, arrived: boolean): void {
    const flags = this.#bytes[at + FLAGS_AT]! & ~ARRIVED;
    this.#bytes[at + FLAGS_AT] = arrived ? flags | ARRIVED : flags;
  }

  /** Whether it is of this stream and epoch. */
  isOf(at: number, stream: number, epoch: number): boolean {
    const record = at + HEAD_BYTES;
    return streamAt(this.#bytes, record) === stream && epochAt(this.#bytes, record) === epoch;
  }

  sequence(at: number): number {
    return sequenceAt(this.#bytes, at + HEAD_BYTES);
  }

  private reserve(bytes: number): void {
    if (bytes > this.#bytes.length) this.resize(Math.max(bytes, 2 * this.#bytes.length));
  }

  private resize(bytes: number): void {
    const before = this.#bytes;
    this.#bytes = new Uint8Array(bytes);
    this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(before.subarray(0, this.#end));
  }
}
