import { crc32 } from "../data/crc.js";

/**
 * How blocks and records look on flash; README.md beside this draws them. Numbers are little-endian. All that is checked
 * is bound to where it was written: a copy of a record inside another one's payload does not pass for a record.
 */

/** Classes of records: 0 alarms, 1 data. */
export const CLASSES = 2;
/** Kind of the block that keeps the journal's own marks; kinds below are classes. */
export const MARKS = CLASSES;
/** No write is longer, nor does one cross a multiple of it: serial flash programs pages of so many bytes. */
export const PAGE_BYTES = 256;
/** Numbers kept per class: {@link ACKNOWLEDGED}, {@link DROPPED}, {@link NEXT}. */
export const STATE_NUMBERS = 3;
/** Everything up to this sequence has been acknowledged. */
export const ACKNOWLEDGED = 0;
/** Everything up to this sequence has been dropped, or acknowledged before. */
export const DROPPED = 1;
/** Sequence of the next record. */
export const NEXT = 2;

/** Block header: 64 bytes, once at the block's begin and once at its end. */
export const BLOCK_HEADER_BYTES = 64;
/** "MWJ1", u32. */
const MAGIC = 0x314a574d;
const KIND_AT = 4; // u8: class or MARKS
const COPY_AT = 5; // u8: how often the block's content has moved to another block
const GENERATION_AT = 8; // u32: rises with every block that is opened
const WEAR_AT = 12; // u32: erases of this block
const FIRST_AT = 16; // u32: sequence of the first record
const SECONDS_AT = 20; // u32: when the block was opened, in the journal's seconds
const STATE_AT = 24; // u32 each: STATE_NUMBERS for each class
const CHECK_AT = 60; // u32: CRC-32 of all before

/** Record: a header of 16 bytes, payload, zeros up to the unit of writing, CRC-32. */
export const RECORD_HEADER_BYTES = 16;
export const RECORD_CHECK_BYTES = 4;
/** Neither erased nor programmed to zeros, u8. */
export const RECORD_MAGIC = 0xa6;
const FLAGS_AT = 1; // u8
const LENGTH_AT = 2; // u16: bytes of payload
const SEQUENCE_AT = 4; // u32
const RECORD_SECONDS_AT = 8; // u32: when it was appended, in the journal's seconds
const COMMIT_END_AT = 12; // u16: where in the block the commit ends that the record is part of
const HEADER_CHECK_AT = 14; // u16: hash of all before

/** Odd, and even in its bits. */
const HASH_FACTOR = 0x9e3779b1;

/** The first record of its commit. */
export const FIRST_OF_COMMIT = 1;
/** Sequences before this record are missing for a reason that is not damage. */
export const AFTER_LOSS = 2;
/** Record flags in a block of marks: the owner's note, or where a class stands. */
export const NOTE_MARK = 4;
export const STATE_MARK = 8;
/**
 * Of a state mark: the class is in the flags from this bit on, the record's sequence is the one acknowledged, and the
 * payload is u32 each: dropped, next, generation of the newest block of the class.
 */
export const MARK_CLASS_SHIFT = 4;
export const MARK_BYTES = 12;

export interface BlockHeader {
  kind: number;
  copy: number;
  generation: number;
  wear: number;
  first: number;
  seconds: number;
}

export function writeBlockHeader(into: Uint8Array, header: BlockHeader, state: Uint32Array): void {
  into.fill(0xff);
  put32(into, 0, MAGIC);
  into[KIND_AT] = header.kind;
  into[COPY_AT] = header.copy;
  put32(into, GENERATION_AT, header.generation);
  put32(into, WEAR_AT, header.wear);
  put32(into, FIRST_AT, header.first);
  put32(into, SECONDS_AT, header.seconds);
  for (let i = 0; i < state.length; i++) put32(into, STATE_AT + 4 * i, state[i]!);
  put32(into, CHECK_AT, crc32(into, 0, CHECK_AT));
}

/** Whether there is a block header at `at`; fills `header`, and `state` with what is greater than what it holds. */
export function readBlockHeader(from: Uint8Array, at: number, header: BlockHeader, state: Uint32Array): boolean {
  if (get32(from, at) !== MAGIC || from[at + KIND_AT]! > MARKS) return false;
  if (get32(from, at + CHECK_AT) !== crc32(from, at, at + CHECK_AT)) return false;
  header.kind = from[at + KIND_AT]!;
  header.copy = from[at + COPY_AT]!;
  header.generation = get32(from, at + GENERATION_AT);
  header.wear = get32(from, at + WEAR_AT);
  header.first = get32(from, at + FIRST_AT);
  header.seconds = get32(from, at + SECONDS_AT);
  for (let i = 0; i < state.length; i++) {
    const number = get32(from, at + STATE_AT + 4 * i);
    if (number > state[i]!) state[i] = number;
  }
  return true;
}

export interface RecordHeader {
  flags: number;
  length: number;
  sequence: number;
  seconds: number;
  commitEnd: number;
}

/** @param offset where in its block the record is @param generation of its block */
export function writeRecordHeader(into: DataView, header: RecordHeader, offset: number, generation: number): void {
  into.setUint8(0, RECORD_MAGIC);
  into.setUint8(FLAGS_AT, header.flags);
  into.setUint16(LENGTH_AT, header.length, true);
  into.setUint32(SEQUENCE_AT, header.sequence, true);
  into.setUint32(RECORD_SECONDS_AT, header.seconds, true);
  into.setUint16(COMMIT_END_AT, header.commitEnd, true);
  into.setUint16(HEADER_CHECK_AT, headerHash(into, 0, place(offset, generation)), true);
}

/** Whether there is a record header at `at`; fills `header` if so. */
export function readRecordHeader(
  from: DataView,
  at: number,
  header: RecordHeader,
  offset: number,
  generation: number,
): boolean {
  if (from.getUint8(at) !== RECORD_MAGIC) return false;
  if (from.getUint16(at + HEADER_CHECK_AT, true) !== headerHash(from, at, place(offset, generation))) return false;
  header.flags = from.getUint8(at + FLAGS_AT);
  header.length = from.getUint16(at + LENGTH_AT, true);
  header.sequence = from.getUint32(at + SEQUENCE_AT, true);
  header.seconds = from.getUint32(at + RECORD_SECONDS_AT, true);
  header.commitEnd = from.getUint16(at + COMMIT_END_AT, true);
  return true;
}

/**
 * 16 bits of a multiplicative hash, word by word. Every header at a mount goes through it, for which a CRC, byte by byte,
 * would be slow; the record's CRC-32 covers the header again.
 */
function headerHash(bytes: DataView, at: number, seed: number): number {
  let hash = Math.imul(seed ^ bytes.getUint32(at, true), HASH_FACTOR);
  hash = Math.imul(hash ^ (hash >>> 15) ^ bytes.getUint32(at + SEQUENCE_AT, true), HASH_FACTOR);
  hash = Math.imul(hash ^ (hash >>> 15) ^ bytes.getUint32(at + RECORD_SECONDS_AT, true), HASH_FACTOR);
  hash = Math.imul(hash ^ (hash >>> 15) ^ bytes.getUint16(at + COMMIT_END_AT, true), HASH_FACTOR);
  return hash >>> 16;
}

/** What the CRC-32 of a record starts from: it holds for one place in one generation of one block only. */
export function place(offset: number, generation: number): number {
  return (Math.imul(generation, HASH_FACTOR) ^ Math.imul(offset + 1, 0x85ebca6b)) >>> 0;
}

export function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

/** The first multiple of a page after `offset`. */
export function pageAfter(offset: number): number {
  return roundUp(offset + 1, PAGE_BYTES);
}

export function put16(into: Uint8Array, at: number, value: number): void {
  into[at] = value;
  into[at + 1] = value >>> 8;
}

export function put32(into: Uint8Array, at: number, value: number): void {
  into[at] = value;
  into[at + 1] = value >>> 8;
  into[at + 2] = value >>> 16;
  into[at + 3] = value >>> 24;
}

export function get16(from: Uint8Array, at: number): number {
  return from[at]! | (from[at + 1]! << 8);
}

export function get32(from: Uint8Array, at: number): number {
  return (from[at]! | (from[at + 1]! << 8) | (from[at + 2]! << 16) | (from[at + 3]! << 24)) >>> 0;
}
