import { CborError } from "./cbor-value.js";
import { halfFrom } from "./half.js";

// Major types (RFC 8949 §3.1).
export const UNSIGNED = 0;
export const NEGATIVE = 1;
export const BYTES = 2;
export const TEXT = 3;
export const ARRAY = 4;
export const MAP = 5;
export const TAG = 6;
/** What an item of each major type is called. */
export const MAJORS: readonly string[] = Object.freeze([
  "an integer",
  "an integer",
  "a byte string",
  "a text string",
  "an array",
  "a map",
  "a tag",
]);
/** The additional information of what ends with a break. */
export const INDEFINITE = 31;

/** The argument of a head whose first byte is at `at` and which has eight more: an integer up to 2^53. */
export function wideArgument(view: DataView, at: number): number {
  const high = view.getUint32(at + 1);
  const low = view.getUint32(at + 5);
  if (high > 0x200000 || (high === 0x200000 && low > 0)) {
    const major = view.getUint8(at) >> 5;
    throw new CborError(at, major <= NEGATIVE ? "an integer beyond 2^53" : `${MAJORS[major]} of a size beyond 2^53`);
  }
  return high * 4294967296 + low;
}

/** The simple value or float (§3.3) at `at`, all of which is there. */
export function simpleAt(view: DataView, at: number, information: number): number | boolean | null | undefined {
  const start = at + 1;
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
      return halfFrom(view.getUint16(start));
    case 26:
      return view.getFloat32(start);
    case 27:
      return view.getFloat64(start);
    default: {
      const simple = information === 24 ? view.getUint8(start) : information;
      throw new CborError(at, `simple value ${simple}, which is not known`);
    }
  }
}
