// Half precision (IEEE 754 binary16): sign, 5 bits of exponent, 10 bits of fraction.

/** The bits of the half that is exactly `value`, or −1. */
export function halfOf(value: number): number {
  if (value !== value) return 0x7e00;
  const sign = value < 0 || 1 / value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7c00;
  if (size > 65504) return -1;
  // Halves are multiples of 2^-24, those from 128 up of 2^-8 (2^-3 even): so many units fit in 31 bits.
  const small = size < 128;
  const units = size * (small ? 16777216 : 256);
  if ((units | 0) !== units) return -1;
  const excess = Math.max(0, 21 - Math.clz32(units));
  const kept = units >> excess;
  // The kept bits' leading one, if they have it, is the lowest bit of the exponent.
  return kept << excess === units ? sign | (((small ? excess : excess + 16) << 10) + kept) : -1;
}

/** The half nearest to `value` (11 bits by Veltkamp's splitting, 24 places below 2^-14), or something beyond 65504. */
export function roundToHalf(value: number): number {
  if (Math.abs(value) < 0.00006103515625) return Math.floor(value * 16777216 + 0.5) / 16777216;
  const wide = value * 4398046511105;
  return wide - (wide - value);
}

/** The number that these 16 bits are. */
export function halfFrom(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 0x3ff;
  let size: number;
  if (exponent === 31) size = mantissa === 0 ? Infinity : NaN;
  else if (exponent === 0) size = mantissa / 16777216;
  else if (exponent < 25) size = (mantissa + 1024) / (1 << (25 - exponent));
  else size = (mantissa + 1024) * (1 << (exponent - 25));
  return bits & 0x8000 ? -size : size;
}
