import { halfFrom } from "./half.js";
import { readUtf8 } from "./utf8.js";

/**
 * What CBOR decodes to. Maps become `Map`s: they are safe with any key (`__proto__`), and on XS a property name made
 * from input would enter the engine's table of names, which is small. Decimal fractions (tag 4) become numbers, every
 * other tag stays beside its value.
 */
export type CborValue = number | string | boolean | null | undefined | Uint8Array | CborValue[] | CborMap | CborTag;
export type CborMap = Map<number | string, CborValue>;
export interface CborTag {
  readonly tag: number;
  readonly value: CborValue;
}

/** What a decoder lets through; all of it is checked before memory is taken. */
export interface CborLimits {
  /** Bytes of input; 4096 unless told. */
  readonly maximumLength?: number;
  /** Arrays, maps and tags inside each other; 8 unless told. */
  readonly maximumDepth?: number;
  /** Items of any kind, keys and chunks of strings counted; 256 unless told. One takes up to 64 bytes of XS heap. */
  readonly maximumItems?: number;
}

/** Input that is not CBOR, or not CBOR that this decoder takes. */
export class CborError extends Error {
  override readonly name = "CborError";
  /** Of the item that is wrong, in bytes from the start. */
  readonly offset: number;

  constructor(offset: number, what: string) {
    super(`cbor: at offset ${offset}: ${what}`);
    this.offset = offset;
  }
}

/**
 * Decodes `bytes`, which must be exactly one well-formed item (RFC 8949 appendix C) within `limits`. Integers reach from
 * −2^53 to 2^53, strings are UTF-8, map keys are integers or text and differ, simple values are false, true, null and
 * undefined; indefinite lengths and heads longer than necessary are taken. Anything else throws a {@link CborError}.
 * Byte strings are copies.
 */
export function decode(bytes: Uint8Array, limits: CborLimits = {}): CborValue {
  const { maximumLength = 4096, maximumDepth = 8, maximumItems = 256 } = limits;
  const length = bytes.length;
  if (length > maximumLength) throw new CborError(0, `${length} bytes are more than ${maximumLength}`);
  source = bytes;
  view = new DataView(bytes.buffer, bytes.byteOffset, length);
  end = length;
  position = taken = 0;
  most = maximumItems;
  deepest = maximumDepth;
  try {
    count(0, 1);
    const value = readItem(0);
    if (position < length) throw new CborError(position, `${length - position} bytes follow the item`);
    return value;
  } finally {
    source = NOTHING;
    view = NOTHING_VIEW;
  }
}

// Major types (RFC 8949 §3.1).
const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const MAJORS = Object.freeze([
  "an integer",
  "an integer",
  "a byte string",
  "a text string",
  "an array",
  "a map",
  "a tag",
]);
const INDEFINITE = 31;
const BREAK = 0xff;
const DECIMAL_FRACTION = 4;
/** Powers of ten up to this one are exact. */
const MAXIMUM_EXPONENT = 22;
const WHOLE = 9007199254740992;
const NOTHING = new Uint8Array(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer);
const { fromCharCode } = String;
/** Characters that one call may be given: they lie on the engine's stack, which is small. */
const LONGEST_CALL = 32;

// The one decoding that is going on: module variables take half the engine steps that private fields take.
let source: Uint8Array = NOTHING;
let view: DataView = NOTHING_VIEW;
let end = 0;
let position = 0;
/** Items so far, those of containers from their heads on. */
let taken = 0;
let most = 0;
let deepest = 0;

/** One item, which has been counted. */
function readItem(depth: number): CborValue {
  const at = position;
  if (at >= end) refuseEnd(at, 1);
  const initial = source[at]!;
  position = at + 1;
  // Small integers and short texts are most of what comes.
  if (initial < 24) return initial;
  const major = initial >> 5;
  const information = initial & 31;
  if (major === TEXT && information < 24) return readText(at, information);
  if (major > TAG) return readSimple(at, information);
  if (major >= ARRAY && depth >= deepest) {
    throw new CborError(at, `${MAJORS[major]} nested more than ${deepest} deep`);
  }
  if (information === INDEFINITE) return readIndefinite(at, major, depth);
  const argument = information < 24 ? information : readArgument(at, major, information);
  if (major === MAP) return readMap(at, argument, depth);
  switch (major) {
    case UNSIGNED:
      return argument;
    case NEGATIVE:
      if (argument === WHOLE) throw new CborError(at, "an integer beyond 2^53");
      return -1 - argument;
    case BYTES:
      return readByteString(at, argument);
    case TEXT:
      return readText(at, argument);
    case ARRAY:
      return readArray(at, argument, depth);
    default:
      count(position, 1);
      return readTagged(at, argument, readItem(depth + 1));
  }
}

function readIndefinite(at: number, major: number, depth: number): CborValue {
  switch (major) {
    case BYTES:
      return readByteChunks();
    case TEXT: {
      let text = "";
      while (!isAtBreak()) text += readText(position, readChunk(TEXT));
      return text;
    }
    case ARRAY: {
      const array: CborValue[] = [];
      while (!isAtBreak()) {
        count(position, 1);
        array.push(readItem(depth + 1));
      }
      return array;
    }
    case MAP: {
      const map: CborMap = new Map();
      while (!isAtBreak()) {
        count(position, 2);
        readEntry(map, depth);
      }
      return map;
    }
    default:
      throw new CborError(at, `${MAJORS[major]} of indefinite length`);
  }
}

function readArray(at: number, length: number, depth: number): CborValue[] {
  expect(at, ARRAY, length, length);
  const array: CborValue[] = [];
  for (let i = 0; i < length; i++) array.push(readItem(depth + 1));
  return array;
}

function readMap(at: number, length: number, depth: number): CborMap {
  expect(at, MAP, length, 2 * length);
  const map: CborMap = new Map();
  for (let i = 0; i < length; i++) readEntry(map, depth);
  return map;
}

function readEntry(map: CborMap, depth: number): void {
  const at = position;
  const key = readItem(depth + 1);
  if (typeof key !== "string" && !(typeof key === "number" && Math.floor(key) === key)) {
    throw new CborError(at, "a map key that is neither an integer nor text");
  }
  if (map.has(key)) throw new CborError(at, "a map key that was there before");
  map.set(key, readItem(depth + 1));
}

function readTagged(at: number, tag: number, value: CborValue): CborValue {
  if (tag !== DECIMAL_FRACTION) return { tag, value };
  const [exponent, mantissa] = Array.isArray(value) && value.length === 2 ? value : [];
  if (!isInteger(exponent) || !isInteger(mantissa)) {
    throw new CborError(at, "a decimal fraction that is not an array of two integers");
  }
  const size = Math.abs(exponent);
  if (size > MAXIMUM_EXPONENT) throw new CborError(at, `a decimal exponent ${exponent} beyond ${MAXIMUM_EXPONENT}`);
  let power = 1;
  for (let i = 0; i < size; i++) power *= 10;
  return exponent < 0 ? mantissa / power : mantissa * power;
}

function readSimple(at: number, information: number): CborValue {
  switch (information) {
    case 20:
      return false;
    case 21:
      return true;
    case 22:
      return null;
    case 23:
      return undefined;
    case 25:
      return halfFrom(view.getUint16(take(at, 2)));
    case 26:
      return view.getFloat32(take(at, 4));
    case 27:
      return view.getFloat64(take(at, 8));
    case 28:
    case 29:
    case 30:
      throw new CborError(at, `reserved additional information ${information}`);
    case INDEFINITE:
      throw new CborError(at, "a break out of place");
    default:
      throw new CborError(at, `simple value ${information === 24 ? readByte(at) : information}, which is not known`);
  }
}

/** What the head says in the bytes after the first. */
function readArgument(at: number, major: number, information: number): number {
  if (information === 24) return readByte(at);
  if (information === 25) return view.getUint16(take(at, 2));
  if (information === 26) return view.getUint32(take(at, 4));
  if (information > 27) throw new CborError(at, `reserved additional information ${information}`);
  const start = take(at, 8);
  const high = view.getUint32(start);
  const low = view.getUint32(start + 4);
  if (high > 0x200000 || (high === 0x200000 && low > 0)) {
    throw new CborError(at, major <= NEGATIVE ? "an integer beyond 2^53" : `${MAJORS[major]} of a size beyond 2^53`);
  }
  return high * 4294967296 + low;
}

function readText(at: number, length: number): string {
  const start = position;
  const after = start + length;
  if (after > end) refuseEnd(at, length);
  position = after;
  if (length >= 4 && length <= LONGEST_CALL) {
    // Four bytes at a time, some of them twice.
    const last = after - 4;
    let bits = view.getUint32(start) | view.getUint32(last);
    for (let i = start + 4; i < last; i += 4) bits |= view.getUint32(i);
    // ASCII: all characters in one call take a fifth of the engine steps of joining them.
    if ((bits & 0x80808080) === 0) {
      return Reflect.apply(fromCharCode, undefined, source.subarray(start, after));
    }
  } else if (length === 2) {
    const first = source[start]!;
    const second = source[start + 1]!;
    if ((first | second) < 0x80) return fromCharCode(first, second);
  }
  const text = readUtf8(source, start, after);
  if (text === undefined) throw new CborError(at, "a text string that is not UTF-8");
  return text;
}

function readByteString(at: number, length: number): Uint8Array {
  const start = take(at, length);
  // Not slice(): a Buffer's makes a view.
  const copy = new Uint8Array(length);
  copy.set(source.subarray(start, position));
  return copy;
}

function readByteChunks(): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (!isAtBreak()) {
    const chunk = readByteString(position, readChunk(BYTES));
    chunks.push(chunk);
    length += chunk.length;
  }
  const whole = new Uint8Array(length);
  length = 0;
  for (const chunk of chunks) {
    whole.set(chunk, length);
    length += chunk.length;
  }
  return whole;
}

/** The head of one chunk of an indefinite string; returns the chunk's length. */
function readChunk(major: number): number {
  const at = position;
  count(at, 1);
  const initial = readByte(at);
  if (initial >> 5 !== major || (initial & 31) === INDEFINITE) {
    throw new CborError(at, `a chunk that is not ${MAJORS[major]} of definite length`);
  }
  const information = initial & 31;
  return information < 24 ? information : readArgument(at, major, information);
}

function isAtBreak(): boolean {
  if (source[position] !== BREAK) return false;
  position++;
  return true;
}

/** Counts `items` more items, which must be able to follow: an item takes at least one byte. */
function expect(at: number, major: number, length: number, items: number): void {
  const left = end - position;
  if (items > left) throw new CborError(at, `${MAJORS[major]} of ${length}, ${left} bytes are left`);
  count(at, items);
}

function count(at: number, items: number): void {
  taken += items;
  if (taken > most) throw new CborError(at, `more than ${most} items`);
}

function refuseEnd(at: number, count: number): never {
  throw new CborError(at, `cut short: ${count} bytes needed, ${end - position} left`);
}

function readByte(at: number): number {
  return source[take(at, 1)]!;
}

/** Steps over `count` bytes of the item at `at` and returns where they start. */
function take(at: number, count: number): number {
  const start = position;
  if (start + count > end) refuseEnd(at, count);
  position = start + count;
  return start;
}

function isInteger(value: CborValue): value is number {
  return typeof value === "number" && Math.floor(value) === value && Math.abs(value) <= WHOLE;
}
