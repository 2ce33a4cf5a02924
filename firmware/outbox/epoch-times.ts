import { get32, put32 } from "./format.js";

/** UTC less ticks of the last epochs, as a note of the journal: epoch (u32), milliseconds (f64), little-endian each. */
const ENTRY_BYTES = 12;
const MOST_EPOCHS = 8;

/** UTC less ticks of an epoch; `undefined` when the note does not have it. */
export function offsetOf(note: Uint8Array | undefined, epoch: number): number | undefined {
  for (let at = 0; note !== undefined && at + ENTRY_BYTES <= note.length; at += ENTRY_BYTES) {
    if (get32(note, at) !== epoch) continue;
    return new DataView(note.buffer, note.byteOffset).getFloat64(at + 4, true);
  }
  return undefined;
}

/** The note with an epoch in front; the oldest ones go. */
export function withOffset(note: Uint8Array | undefined, epoch: number, offsetMs: number): Uint8Array {
  const kept: number[] = [];
  const entries = Math.floor((note?.length ?? 0) / ENTRY_BYTES);
  for (let i = 0; i < entries && kept.length < MOST_EPOCHS - 1; i++) {
    if (get32(note!, i * ENTRY_BYTES) !== epoch) kept.push(i * ENTRY_BYTES);
  }
  const bytes = new Uint8Array((kept.length + 1) * ENTRY_BYTES);
  put32(bytes, 0, epoch);
  new DataView(bytes.buffer).setFloat64(4, offsetMs, true);
  for (let i = 0; i < kept.length; i++) {
    bytes.set(note!.subarray(kept[i], kept[i]! + ENTRY_BYTES), (i + 1) * ENTRY_BYTES);
  }
  return bytes;
}
