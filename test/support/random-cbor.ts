import type { CborValue, CborWriter } from "../../firmware/data/cbor.js";
import type { Random } from "../../simulator/random.js";

const scratch = new DataView(new ArrayBuffer(8));

/** A whole number from 0 to `limit` − 1. */
export function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit);
}

/** Any bit pattern of a double, so that every exponent is as likely. */
export function anyDouble(random: Random): number {
  scratch.setUint32(0, random.integer());
  scratch.setUint32(4, random.integer());
  return scratch.getFloat64(0);
}

/** A number of the kind that has a short form, or of the kind that has none. */
export function anyNumber(random: Random): number {
  const sign = random.next() < 0.5 ? -1 : 1;
  switch (below(random, 6)) {
    case 0:
      return sign * below(random, 300);
    case 1:
      return sign * Math.floor(random.next() * 2 ** below(random, 54));
    case 2:
      return (sign * below(random, 100000)) / 10 ** below(random, 7);
    case 3:
      return (sign * below(random, 2048)) / 2 ** below(random, 25);
    case 4:
      return Math.fround(anyDouble(random));
    default:
      return anyDouble(random);
  }
}

/** Up to 40 characters, most of them ASCII, some from every length of UTF-8; never half a surrogate pair. */
export function anyText(random: Random): string {
  let text = "";
  for (let left = below(random, random.next() < 0.1 ? 40 : 8); left > 0; left--) {
    const kind = below(random, 12);
    if (kind === 0) text += String.fromCodePoint(0x80 + below(random, 0x780));
    else if (kind === 1) text += String.fromCodePoint(0xe000 + below(random, 0x2000));
    else if (kind === 2) text += String.fromCodePoint(0x10000 + below(random, 0x100000));
    else text += String.fromCharCode(below(random, 128));
  }
  return text;
}

/** A value of any kind that the node's CBOR carries, containers up to `depth` deep. */
export function anyValue(random: Random, depth: number): CborValue {
  switch (below(random, depth > 0 ? 9 : 7)) {
    case 0:
      return [false, true, null, undefined][below(random, 4)];
    case 1:
    case 2:
      return anyText(random);
    case 3:
      return Uint8Array.from({ length: below(random, 30) }, () => random.integer());
    case 4:
    case 5:
    case 6:
      return anyNumber(random);
    case 7:
      return Array.from({ length: below(random, 5) }, () => anyValue(random, depth - 1));
    default: {
      const map = new Map<number | string, CborValue>();
      for (let left = below(random, 5); left > 0; left--) {
        const key = random.next() < 0.5 ? below(random, 1000) - 500 : anyText(random);
        map.set(key, anyValue(random, depth - 1));
      }
      return map;
    }
  }
}

/** Writes a value of {@link anyValue}. */
export function writeValue(writer: CborWriter, value: CborValue): void {
  if (typeof value === "number") writer.number(value);
  else if (typeof value === "string") writer.text(value);
  else if (typeof value === "boolean") writer.boolean(value);
  else if (value === null) writer.null();
  else if (value === undefined) writer.undefined();
  else if (value instanceof Uint8Array) writer.byteString(value);
  else if (Array.isArray(value)) {
    writer.array(value.length);
    for (const item of value) writeValue(writer, item);
  } else if (value instanceof Map) {
    writer.map(value.size);
    for (const [key, item] of value) {
      writeValue(writer, key);
      writeValue(writer, item);
    }
  } else {
    writer.tag(value.tag);
    writeValue(writer, value.value);
  }
}
