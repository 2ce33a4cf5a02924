/*
 * BMP390's trimming coefficients and what its raw words stand for, backwards. Bosch BMP390 datasheet BST-BMP390-DS002,
 * revision 1.7: registers §3.11.1, floating point coefficients appendix §8.4, compensation §8.5 and §8.6. A driver goes from
 * raw word to quantity; a chip knows the quantity and must find the raw word that its own trim makes of it, so the formulas
 * are written here only to be solved.
 */

/** NVM_PAR_T1 … NVM_PAR_P11 of the datasheet. */
export interface Trim {
  /** Unsigned 16 bits. */
  readonly t1: number;
  /** Unsigned 16 bits. */
  readonly t2: number;
  /** Signed 8 bits. */
  readonly t3: number;
  /** Signed 16 bits. */
  readonly p1: number;
  /** Signed 16 bits. */
  readonly p2: number;
  /** Signed 8 bits. */
  readonly p3: number;
  /** Signed 8 bits. */
  readonly p4: number;
  /** Unsigned 16 bits. */
  readonly p5: number;
  /** Unsigned 16 bits. */
  readonly p6: number;
  /** Signed 8 bits. */
  readonly p7: number;
  /** Signed 8 bits. */
  readonly p8: number;
  /** Signed 16 bits. */
  readonly p9: number;
  /** Signed 8 bits. */
  readonly p10: number;
  /** Signed 8 bits. */
  readonly p11: number;
}

/** Read out of one specimen of the family (a BMP388, whose coefficients and formulas are the same). */
export const TYPICAL_TRIM: Trim = Object.freeze({
  t1: 27355,
  t2: 18817,
  t3: -10,
  p1: -702,
  p2: -3205,
  p3: 35,
  p4: 0,
  p5: 26419,
  p6: 31923,
  p7: -13,
  p8: -10,
  p9: 16689,
  p10: 11,
  p11: -60,
});

/** 0x31 to 0x45. */
export const TRIM = { address: 0x31, length: 21 };

/** The registers' bytes. */
export function trimBytes(trim: Trim): Uint8Array {
  const bytes = new Uint8Array(TRIM.length);
  const word = (at: number, value: number): void => bytes.set([value & 0xff, (value >> 8) & 0xff], at);
  word(0, trim.t1);
  word(2, trim.t2);
  bytes[4] = trim.t3;
  word(5, trim.p1);
  word(7, trim.p2);
  bytes[9] = trim.p3;
  bytes[10] = trim.p4;
  word(11, trim.p5);
  word(13, trim.p6);
  bytes[15] = trim.p7;
  bytes[16] = trim.p8;
  word(17, trim.p9);
  bytes[19] = trim.p10;
  bytes[20] = trim.p11;
  return bytes;
}

const TWO_15 = 32768;
const TWO_20 = 1048576;
const TWO_29 = 536870912;
const TWO_30 = 1073741824;
const TWO_32 = 4294967296;
const TWO_37 = 137438953472;
const TWO_48 = 281474976710656;
const TWO_65 = 36893488147419103232;

/** The 24-bit temperature word of `celsius`, with a fraction. */
export function rawTemperature(trim: Trim, celsius: number): number {
  return solve((raw) => {
    const distance = raw - trim.t1 * 256;
    return distance * (trim.t2 / TWO_30) + distance * distance * (trim.t3 / TWO_48) - celsius;
  });
}

/** The 24-bit pressure word of `pascal` at `celsius`, with a fraction. */
export function rawPressure(trim: Trim, celsius: number, pascal: number): number {
  const t = celsius;
  const offset = trim.p5 * 8 + (trim.p6 / 64) * t + (trim.p7 / 256) * t * t + (trim.p8 / TWO_15) * t * t * t;
  const linear =
    (trim.p1 - 16384) / TWO_20 +
    ((trim.p2 - 16384) / TWO_29) * t +
    (trim.p3 / TWO_32) * t * t +
    (trim.p4 / TWO_37) * t * t * t;
  const square = trim.p9 / TWO_48 + (trim.p10 / TWO_48) * t;
  const cube = trim.p11 / TWO_65;
  return solve((raw) => offset + raw * (linear + raw * (square + raw * cube)) - pascal);
}

/** Where a monotonic function of a 24-bit word is zero, to 2⁻⁸; the nearer end when it is zero nowhere. */
function solve(error: (raw: number) => number): number {
  let below = 0;
  let above = 16777215;
  const rising = error(above) > error(below);
  for (let i = 0; i < 32; i++) {
    const middle = (below + above) / 2;
    if (error(middle) < 0 === rising) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}
