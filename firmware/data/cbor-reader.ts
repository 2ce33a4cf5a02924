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
  return new Decoder(bytes, limits).only();
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

class Decoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #maximumLength: number;
  readonly #maximumDepth: number;
  readonly #maximumItems: number;
  #at = 0;
  #items = 0;

  constructor(bytes: Uint8Array, { maximumLength = 4096, maximumDepth = 8, maximumItems = 256 }: CborLimits) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#maximumLength = maximumLength;
    this.#maximumDepth = maximumDepth;
    this.#maximumItems = maximumItems;
  }

  only(): CborValue {
    const length = this.#bytes.length;
    if (length > this.#maximumLength) throw new CborError(0, `${length} bytes are more than ${this.#maximumLength}`);
    const value = this.#item(0);
    if (this.#at < length) throw new CborError(this.#at, `${length - this.#at} bytes follow the item`);
    return value;
  }

  #item(depth: number): CborValue {
    const at = this.#at;
    this.#count(at, 1);
    const initial = this.#byte(at);
    const major = initial >> 5;
    const information = initial & 31;
    if (major > TAG) return this.#simple(at, information);
    if (major >= ARRAY && depth >= this.#maximumDepth) {
      throw new CborError(at, `${MAJORS[major]} nested more than ${this.#maximumDepth} deep`);
    }
    if (information === INDEFINITE) return this.#indefinite(at, major, depth);
    const argument = this.#argument(at, major, information);
    switch (major) {
      case UNSIGNED:
        return argument;
      case NEGATIVE:
        if (argument === WHOLE) throw new CborError(at, "an integer beyond 2^53");
        return -1 - argument;
      case BYTES:
        return this.#byteString(at, argument);
      case TEXT:
        return this.#text(at, argument);
      case ARRAY:
        return this.#array(at, argument, depth);
      case MAP:
        return this.#map(at, argument, depth);
      default:
        return this.#tagged(at, argument, this.#item(depth + 1));
    }
  }

  #indefinite(at: number, major: number, depth: number): CborValue {
    switch (major) {
      case BYTES:
        return this.#byteChunks();
      case TEXT: {
        let text = "";
        while (!this.#atBreak()) text += this.#text(this.#at, this.#chunk(TEXT));
        return text;
      }
      case ARRAY: {
        const array: CborValue[] = [];
        while (!this.#atBreak()) array.push(this.#item(depth + 1));
        return array;
      }
      case MAP: {
        const map: CborMap = new Map();
        while (!this.#atBreak()) this.#entry(map, depth);
        return map;
      }
      default:
        throw new CborError(at, `${MAJORS[major]} of indefinite length`);
    }
  }

  #array(at: number, length: number, depth: number): CborValue[] {
    this.#expect(at, ARRAY, length, length);
    const array: CborValue[] = [];
    for (let i = 0; i < length; i++) array.push(this.#item(depth + 1));
    return array;
  }

  #map(at: number, length: number, depth: number): CborMap {
    this.#expect(at, MAP, length, 2 * length);
    const map: CborMap = new Map();
    for (let i = 0; i < length; i++) this.#entry(map, depth);
    return map;
  }

  #entry(map: CborMap, depth: number): void {
    const at = this.#at;
    const key = this.#item(depth + 1);
    if (typeof key !== "string" && !(typeof key === "number" && Math.floor(key) === key)) {
      throw new CborError(at, "a map key that is neither an integer nor text");
    }
    if (map.has(key)) throw new CborError(at, "a map key that was there before");
    map.set(key, this.#item(depth + 1));
  }

  #tagged(at: number, tag: number, value: CborValue): CborValue {
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

  #simple(at: number, information: number): CborValue {
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
        return halfFrom(this.#view.getUint16(this.#take(at, 2)));
      case 26:
        return this.#view.getFloat32(this.#take(at, 4));
      case 27:
        return this.#view.getFloat64(this.#take(at, 8));
      case 28:
      case 29:
      case 30:
        throw new CborError(at, `reserved additional information ${information}`);
      case INDEFINITE:
        throw new CborError(at, "a break out of place");
      default:
        throw new CborError(
          at,
          `simple value ${information === 24 ? this.#byte(at) : information}, which is not known`,
        );
    }
  }

  #argument(at: number, major: number, information: number): number {
    if (information < 24) return information;
    if (information === 24) return this.#byte(at);
    if (information === 25) return this.#view.getUint16(this.#take(at, 2));
    if (information === 26) return this.#view.getUint32(this.#take(at, 4));
    if (information > 27) throw new CborError(at, `reserved additional information ${information}`);
    const start = this.#take(at, 8);
    const high = this.#view.getUint32(start);
    const low = this.#view.getUint32(start + 4);
    if (high > 0x200000 || (high === 0x200000 && low > 0)) {
      throw new CborError(at, major <= NEGATIVE ? "an integer beyond 2^53" : `${MAJORS[major]} of a size beyond 2^53`);
    }
    return high * 4294967296 + low;
  }

  #text(at: number, length: number): string {
    const start = this.#take(at, length);
    const text = readUtf8(this.#bytes, start, this.#at);
    if (text === undefined) throw new CborError(at, "a text string that is not UTF-8");
    return text;
  }

  #byteString(at: number, length: number): Uint8Array {
    const start = this.#take(at, length);
    // Not slice(): a Buffer's makes a view.
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(start, this.#at));
    return copy;
  }

  #byteChunks(): Uint8Array {
    const chunks: Uint8Array[] = [];
    let length = 0;
    while (!this.#atBreak()) {
      const chunk = this.#byteString(this.#at, this.#chunk(BYTES));
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
  #chunk(major: number): number {
    const at = this.#at;
    this.#count(at, 1);
    const initial = this.#byte(at);
    if (initial >> 5 !== major || (initial & 31) === INDEFINITE) {
      throw new CborError(at, `a chunk that is not ${MAJORS[major]} of definite length`);
    }
    return this.#argument(at, major, initial & 31);
  }

  #atBreak(): boolean {
    if (this.#bytes[this.#at] !== BREAK) return false;
    this.#at++;
    return true;
  }

  /** That `items` more items can follow: an item takes at least one byte. */
  #expect(at: number, major: number, length: number, items: number): void {
    const left = this.#bytes.length - this.#at;
    if (items > left) throw new CborError(at, `${MAJORS[major]} of ${length}, ${left} bytes are left`);
    this.#count(at, items);
    this.#items -= items;
  }

  #count(at: number, items: number): void {
    this.#items += items;
    if (this.#items > this.#maximumItems) throw new CborError(at, `more than ${this.#maximumItems} items`);
  }

  #byte(at: number): number {
    return this.#bytes[this.#take(at, 1)]!;
  }

  /** Steps over `count` bytes of the item at `at` and returns where they start. */
  #take(at: number, count: number): number {
    const start = this.#at;
    const left = this.#bytes.length - start;
    if (count > left) throw new CborError(at, `cut short: ${count} bytes needed, ${left} left`);
    this.#at = start + count;
    return start;
  }
}

function isInteger(value: CborValue): value is number {
  return typeof value === "number" && Math.floor(value) === value && Math.abs(value) <= WHOLE;
}
