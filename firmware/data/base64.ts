/** The alphabet of RFC 4648 §4. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes as text (RFC 4648 §4), padded: four characters for every three bytes begun. */
export function encodeBase64(bytes: Uint8Array): string {
  const { length } = bytes;
  let text = "";
  for (let i = 0; i < length; i += 3) {
    const left = length - i;
    const three = (bytes[i]! << 16) | (left > 1 ? bytes[i + 1]! << 8 : 0) | (left > 2 ? bytes[i + 2]! : 0);
    text += ALPHABET.charAt(three >> 18) + ALPHABET.charAt((three >> 12) & 63);
    text += left > 1 ? ALPHABET.charAt((three >> 6) & 63) : "=";
    text += left > 2 ? ALPHABET.charAt(three & 63) : "=";
  }
  return text;
}

/** Reads `text` from character `from` to its end into all of `into`; `false` when it is not exactly that many bytes. */
export function decodeBase64(text: string, from: number, into: Uint8Array): boolean {
  const { length } = into;
  if (text.length - from !== 4 * Math.ceil(length / 3)) return false;
  for (let i = 0, at = from; i < length; i += 3, at += 4) {
    const left = length - i;
    let three = 0;
    for (let k = 0; k < 4; k++) {
      const code = left > k - 1 ? sixBits(text.charCodeAt(at + k)) : text.charAt(at + k) === "=" ? 0 : -1;
      if (code < 0) return false;
      three = (three << 6) | code;
    }
    into[i] = three >> 16;
    if (left > 1) into[i + 1] = three >> 8;
    if (left > 2) into[i + 2] = three;
  }
  return true;
}

function sixBits(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26;
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 52;
  if (code === 0x2b) return 62;
  return code === 0x2f ? 63 : -1;
}
