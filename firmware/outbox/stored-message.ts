import { get16, get32, put16, put32 } from "./format.js";
import type { OutboxMessage } from "./outbox.js";

/**
 * A message as a record of the journal: version (u8), stream (u8), offset of the time (u16), epoch (u32), sequence (u32),
 * ticks where the time is not resolved (f64, by version), payload. Little-endian.
 */
const RESOLVED = 1;
const UNRESOLVED = 2;
const HEAD_BYTES = 12;
const TICKS_BYTES = 8;
/** Longest that goes before a payload. */
export const LONGEST_HEAD = HEAD_BYTES + TICKS_BYTES;

export function encodeMessage(message: OutboxMessage): Uint8Array {
  const { payload, unresolved } = message;
  const head = unresolved === undefined ? HEAD_BYTES : LONGEST_HEAD;
  const bytes = new Uint8Array(head + payload.length);
  bytes[0] = unresolved === undefined ? RESOLVED : UNRESOLVED;
  bytes[1] = message.stream;
  put16(bytes, 2, message.timeOffset);
  put32(bytes, 4, message.epoch);
  put32(bytes, 8, message.sequence);
  if (unresolved !== undefined) new DataView(bytes.buffer).setFloat64(HEAD_BYTES, unresolved, true);
  bytes.set(payload, head);
  return bytes;
}

/** `undefined` when it was written by a firmware with another format. The payload is a view of `bytes`. */
export function decodeMessage(bytes: Uint8Array, urgent: boolean): OutboxMessage | undefined {
  const resolved = bytes[0] === RESOLVED;
  const head = resolved ? HEAD_BYTES : LONGEST_HEAD;
  if ((!resolved && bytes[0] !== UNRESOLVED) || bytes.length < head) return undefined;
  return {
    payload: bytes.subarray(head),
    urgent,
    stream: bytes[1]!,
    epoch: get32(bytes, 4),
    sequence: get32(bytes, 8),
    unresolved: resolved ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getFloat64(HEAD_BYTES, true),
    timeOffset: get16(bytes, 2),
  };
}
