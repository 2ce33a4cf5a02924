import { crc32 } from "../data/crc.js";
import { writeUtf8 } from "../data/utf8.js";

/** Texts go in pieces of so many characters, of four bytes at the most. */
const PIECE = 64;

/**
 * CRC-32 of plain data in 8 hexadecimal digits: of `{` or `[`, each name and each value as a text with a zero byte
 * after it, in their order, and `}`. The same settings give the same; nothing as long as all of them is made meanwhile.
 */
export function settingsHash(settings: object): string {
  const buffer = new Uint8Array(4 * PIECE + 1);
  return hashed(settings, 0, buffer).toString(16).padStart(8, "0");
}

function hashed(value: unknown, crc: number, buffer: Uint8Array): number {
  if (typeof value !== "object" || value === null) return text(String(value), crc, buffer);
  const isList = Array.isArray(value);
  crc = text(isList ? "[" : "{", crc, buffer);
  for (const [name, member] of Object.entries(value)) {
    if (!isList) crc = text(name, crc, buffer);
    crc = hashed(member, crc, buffer);
  }
  return text("}", crc, buffer);
}

function text(whole: string, crc: number, buffer: Uint8Array): number {
  for (let from = 0; from < whole.length; from += PIECE) {
    crc = crc32(buffer, 0, writeUtf8(whole.slice(from, from + PIECE), buffer, 0), crc);
  }
  buffer[0] = 0;
  return crc32(buffer, 0, 1, crc);
}
