import {
  ARRAY,
  BYTES,
  INDEFINITE,
  MAJORS,
  MAP,
  NEGATIVE,
  TAG,
  TEXT,
  UNSIGNED,
  simpleAt,
  wideArgument,
} from "./cbor-head.js";
import { CborError, decimalFraction } from "./cbor-value.js";
import type { CborLimits, CborMap, CborValue } from "./cbor-value.js";
import { readUtf8 } from "./utf8.js";

/**
 * Decodes `bytes`, which must be exactly one well-formed item (RFC 8949 appendix C) within `limits`. Integers reach from
 * −2^53 to 2^53, strings are UTF-8, map keys are integers or text and differ, simple values are false, true, null and
 * undefined; indefinite lengths and heads longer than necessary are taken. Anything else throws a {@link CborError}.
 * Byte strings are copies.
 */
export function decode(bytes: Uint8Array, limits: CborLimits = NO_LIMITS): CborValue {
  const length = bytes.length;
  const maximumLength = limits.maximumLength ?? 4096;
  if (length > maximumLength) throw new CborError(0, `${length} bytes are more than ${maximumLength}`);
  source = bytes;
  signed = new Int8Array(bytes.buffer, bytes.byteOffset, length);
  view = new DataView(bytes.buffer, bytes.byteOffset, length);
  end = asciiEnd = length;
  most = limits.maximumItems ?? 256;
  deepest = limits.maximumDepth ?? 8;
  try {
    return readWhole();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // A text is not ASCII. Few are not: it costs less to read all once more than to look at each.
    asciiEnd = 0;
    return readWhole();
  } finally {
    source = NOTHING;
    signed = NOTHING_SIGNED;
    view = NOTHING_VIEW;
  }
}

// Initial bytes of texts: of none, of two and of more than 23 bytes.
const SHORT_TEXT = 0x60;
const TWO_CHARACTERS = 0x62;
const LONG_TEXT = 0x78;
/** A short text ends so much less than its initial byte after that byte. */
const TEXT_HEAD = SHORT_TEXT - 1;
const BREAK = 0xff;
const DECIMAL_FRACTION = 4;
const WHOLE = 9007199254740992;
const NO_LIMITS: CborLimits = Object.freeze({});
const NOTHING = new Uint8Array(0);
const NOTHING_SIGNED: Int8Array = new Int8Array(0);
const NOTHING_VIEW = new DataView(NOTHING.buffer);
const { fromCodePoint } = String;
const { apply } = Reflect;
/** Characters that one call may be given: they lie on the engine's stack, which is small. */
const LONGEST_CALL = 32;

// The one decoding that is going on: module variables take half the engine steps that private fields take.
let source: Uint8Array = NOTHING;
/** The same bytes as signed numbers: `fromCodePoint` throws at a negative one, that is at one that is not ASCII. */
let signed: Int8Array = NOTHING_SIGNED;
let view: DataView = NOTHING_VIEW;
let end = 0;
let position = 0;
/** Items so far, those of containers from their heads on. */
let taken = 0;
let most = 0;
/** Containers and tags that are open. */
let depth = 0;
let deepest = 0;
/** Texts up to here are taken for ASCII, and made by one native call: 42 engine steps and 6 more per character on XS. */
let asciiEnd = 0;

function readWhole(): CborValue {
  position = depth = 0;
  taken = 1;
  if (most < 1) refuseCount(0);
  const value = readItem();
  if (position < end) throw new CborError(position, `${end - position} bytes follow the item`);
  return value;
}

/** One item, which has been counted. Small integers and short texts are most of what comes: no call is made for them. */
function readItem(): CborValue {
  const at = position;
  const initial = source[at]!;
  if (initial < 24) {
    position = at + 1;
    return initial;
  }
  if (initial >= SHORT_TEXT && initial < LONG_TEXT) {
    const after = at + initial - TEXT_HEAD;
    if (after <= asciiEnd) {
      position = after;
      return apply(fromCodePoint, null, signed.subarray(at + 1, after));
    }
  }
  if (at >= end) refuseEnd(at, at, 1);
  position = at + 1;
  return readOther(at, initial >> 5, initial & 31);
}

function readOther(at: number, major: number, information: number): CborValue {
  if (depth >= deepest && major >= ARRAY && major <= TAG) {
    throw new CborError(at, `${MAJORS[major]} nested more than ${deepest} deep`);
  }
  if (information === INDEFINITE) return readIndefinite(at, major);
  const argument = information < 24 ? information : readArgument(at, major, information);
  switch (major) {
    case UNSIGNED:
      return argument;
    case NEGATIVE:
      if (argument === WHOLE) throw new CborError(at, "an integer beyond 2^53");
      return -1 - argument;
    case MAP:
      expect(at, MAP, argument, 2 * argument);
      return readMap(new Map(), argument);
    case ARRAY:
      expect(at, ARRAY, argument, argument);
      return readArray(argument);
    case TEXT:
      return readText(at, argument);
    case BYTES:
      return readByteString(at, argument);
    case TAG:
      return readTagged(at, argument);
    default:
      return simpleAt(view, at, information);
  }
}

function readIndefinite(at: number, major: number): CborValue {
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
      depth++;
      while (!isAtBreak()) {
        count(position, 1);
        array.push(readItem());
      }
      depth--;
      return array;
    }
    case MAP: {
      const map: CborMap = new Map();
      while (!isAtBreak()) {
        count(position, 2);
        readMap(map, 1);
      }
      return map;
    }
    default:
      throw new CborError(at, major > TAG ? "a break out of place" : `${MAJORS[major]} of indefinite length`);
  }
}

function readArray(length: number): CborValue[] {
  const array: CborValue[] = [];
  depth++;
  for (let left = length; left > 0; left--) array.push(readItem());
  depth--;
  return array;
}

/** Reads so many keys, each with its value, into `map`. */
function readMap(map: CborMap, length: number): CborMap {
  depth++;
  for (let left = length; left > 0; left--) {
    const at = position;
    const initial = source[at]!;
    const after = at + initial - TEXT_HEAD;
    let key: number | string;
    // As readItem does: most keys are short texts, and many of two characters.
    if (initial === TWO_CHARACTERS && after <= asciiEnd) {
      position = after;
      key = fromCodePoint(signed[at + 1]!, signed[at + 2]!);
    } else if (initial >= SHORT_TEXT && initial < LONG_TEXT && after <= asciiEnd) {
      position = after;
      key = apply(fromCodePoint, null, signed.subarray(at + 1, after));
    } else key = readKey();
    if (map.has(key)) throw new CborError(at, "a map key that was there before");
    map.set(key, readItem());
  }
  depth--;
  return map;
}

function readKey(): number | string {
  const at = position;
  const key = readItem();
  if (typeof key === "string" || (typeof key === "number" && Math.floor(key) === key)) return key;
  throw new CborError(at, "a map key that is neither an integer nor text");
}

function readTagged(at: number, tag: number): CborValue {
  count(position, 1);
  depth++;
  const value = readItem();
  depth--;
  return tag === DECIMAL_FRACTION ? decimalFraction(at, value) : { tag, value };
}

/** What the head at `at` says in the bytes after its first; of a float nothing, they are its value. */
function readArgument(at: number, major: number, information: number): number {
  if (information > 27) throw new CborError(at, `reserved additional information ${information}`);
  const start = position;
  const after = start + (1 << (information - 24));
  if (after > end) refuseEnd(at, start, after - start);
  position = after;
  if (information === 26) return view.getUint32(start);
  if (information === 25) return view.getUint16(start);
  if (information === 24) return source[start]!;
  return major > TAG ? 0 : wideArgument(view, at);
}

function readText(at: number, length: number): string {
  const start = position;
  const after = start + length;
  if (after > end) refuseEnd(at, start, length);
  position = after;
  if (after <= asciiEnd && length <= LONGEST_CALL) return apply(fromCodePoint, null, signed.subarray(start, after));
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
  taken += items;
  if (taken > most) refuseCount(at);
}

function count(at: number, items: number): void {
  taken += items;
  if (taken > most) refuseCount(at);
}

function refuseCount(at: number): never {
  throw new CborError(at, `more than ${most} items`);
}

function refuseEnd(at: number, start: number, count: number): never {
  throw new CborError(at, `cut short: ${count} bytes needed, ${end - start} left`);
}

function readByte(at: number): number {
  return source[take(at, 1)]!;
}

/** Steps over `count` bytes of the item at `at` and returns where they start. */
function take(at: number, count: number): number {
  const start = position;
  if (start + count > end) refuseEnd(at, start, count);
  position = start + count;
  return start;
}
