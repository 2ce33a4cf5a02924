/**
 * UTF-8 (RFC 3629) without TextEncoder. XS counts a string in code points, other engines in 16-bit units: only the step
 * after a character beyond U+FFFF tells them apart.
 */
const STEP_BEYOND_FFFF = "\u{10000}".length;
/** Called on a string, not through it: on XS each `text.member` takes two slots for a String object (measured). */
const { codePointAt } = String.prototype;
/** XS copies the whole string at each `+=`: long strings are joined from pieces of so many characters. */
const PIECE = 32;

/**
 * Writes `text` from `at` on and returns the index after it; half a surrogate pair becomes U+FFFD. Bytes beyond the end
 * of `into` are counted and not written, so that the answer tells how many were needed.
 */
export function writeUtf8(text: string, into: Uint8Array, at: number): number {
  for (let index = 0; ; index++) {
    let code = codePointAt.call(text, index)!;
    if (code < 0x80) {
      into[at++] = code;
      continue;
    }
    // Beyond the end there is no code point, and nothing is below 0x80.
    if (code === undefined) return at;
    if (code < 0x800) into[at++] = 0xc0 | (code >> 6);
    else {
      if (code < 0x10000) {
        if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
        into[at++] = 0xe0 | (code >> 12);
      } else {
        index += STEP_BEYOND_FFFF - 1;
        into[at++] = 0xf0 | (code >> 18);
        into[at++] = 0x80 | ((code >> 12) & 0x3f);
      }
      into[at++] = 0x80 | ((code >> 6) & 0x3f);
    }
    into[at++] = 0x80 | (code & 0x3f);
  }
}

/**
 * The string in `bytes` from `start` up to `end`, or `undefined` where that is not well-formed UTF-8: overlong, cut
 * short, a surrogate, or beyond U+10FFFF.
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let piece = "";
  let count = 0;
  for (let at = start; at < end;) {
    let code = bytes[at++]!;
    if (code >= 0x80) {
      if (code < 0xc2 || code > 0xf4) return undefined;
      const more = code >= 0xf0 ? 3 : code >= 0xe0 ? 2 : 1;
      if (at + more > end) return undefined;
      code &= 0x3f >> more;
      for (let left = more; left > 0; left--) {
        const next = bytes[at++]!;
        if ((next & 0xc0) !== 0x80) return undefined;
        code = (code << 6) | (next & 0x3f);
      }
      const least = more === 1 ? 0x80 : more === 2 ? 0x800 : 0x10000;
      if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    }
    piece += String.fromCodePoint(code);
    if (++count === PIECE) {
      text += piece;
      piece = "";
      count = 0;
    }
  }
  return text + piece;
}
