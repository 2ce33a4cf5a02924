import { get16, get32, put16, put32 } from "./format.js";
import type { OutboxMessage } from "./outbox.js";

/**
 * A message as a record of the journal: version (u8), stream (u8), offset of the time (u16), epoch (u32), sequence (u32),
 * ticks where the time is not resolved (f64, by version), payload. Little-endian.
 */
const RESOLVED = 1;
const UNRESOLVED = 2;
const STREAM_AT = 1;
const TIME_OFFSET_AT = 2;
const EPOCH_AT = 4;
const SEQUENCE_AT = 8;
const HEAD_BYTES = 12;
const TICKS_BYTES = 8;
/** Longest that goes before a payload. */
export const LONGEST_HEAD = HEAD_BYTES + TICKS_BYTES;

export function storedBytes({ payload, unresolved }: OutboxMessage): number {
  return (unresolved === undefined ? HEAD_BYTES : LONGEST_HEAD) + payload.length;
}

/** Writes a message to where there is room for its {@link storedBytes}. */
export function encodeMessage(message: OutboxMessage, into: Uint8Array, at = 0): void {
  const { payload, unresolved } = message;
  into[at] = unresolved === undefined ? RESOLVED : UNRESOLVED;
  into[at + STREAM_AT] = message.stream;
  put16(into, at + TIME_OFFSET_AT, message.timeOffset);
  put32(into, at + EPOCH_AT, message.epoch);
  put32(into, at + SEQUENCE_AT, message.sequence);
  if (unresolved === undefined) return into.set(payload, at + HEAD_BYTES);
  new DataView(into.buffer, into.byteOffset).setFloat64(at + HEAD_BYTES, unresolved, true);
  into.set(payload, at + LONGEST_HEAD);
}

/** `undefined` when it was written by a firmware with another format. The payload is a view of `bytes`. */
export function decodeMessage(bytes: Uint8Array, urgent: boolean): OutboxMessage | undefined {
  const resolved = bytes[0] === RESOLVED;
  const head = resolved ? HEAD_BYTES : LONGEST_HEAD;
  if ((!resolved && bytes[0] !== UNRESOLVED) || bytes.length < head) return undefined;
  return {
    payload: bytes.subarray(head),
    urgent,
    stream: streamAt(bytes),
    epoch: epochAt(bytes),
    sequence: sequenceAt(bytes),
    unresolved: resolved ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getFloat64(HEAD_BYTES, true),
    timeOffset: get16(bytes, TIME_OFFSET_AT),
  };
}

export function streamAt(bytes: Uint8Array, at = 0): number {
  return bytes[at + STREAM_AT]!;
}

export function epochAt(bytes: Uint8Array, at = 0): number {
  return get32(bytes, at + EPOCH_AT);
}

export function sequenceAt(bytes: Uint8Array, at = 0): number {
  return get32(bytes, at + SEQUENCE_AT);
}
