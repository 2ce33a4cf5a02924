/**
 * What turns a BMP390's raw readings into physical ones: the trim words that every part carries, and the compensation.
 * Bosch BST-BMP390-DS002-07, revision 1.7 (March 2021): section 8.4 (words and their scale), 8.5 (temperature) and 8.6
 * (pressure), in double precision, which XS and V8 do alike as it needs + − × ÷ only.
 */

/** Registers 0x31 to 0x45. */
export const TRIM_BYTES = 21;

// Powers of two by which section 8.4 scales the words.
const TWO_14 = 0x4000;
const TWO_20 = 0x100000;
const TWO_29 = 0x20000000;
const TWO_30 = 0x40000000;
const TWO_32 = 0x100000000;
const TWO_37 = 0x2000000000;
const TWO_48 = 0x1000000000000;
const TWO_65 = TWO_48 * 0x20000;

export class BMP390Trim {
  // The datasheet's PAR_T1 … PAR_T3 and PAR_P1 … PAR_P11.
  readonly #t = new Float64Array(3);
  readonly #p = new Float64Array(11);

  /**
   * Takes the trim words.
   * @param bytes the 21 bytes from 0x31
   * @returns false for words that no part left the factory with (blank, or a bus that reads as all ones)
   */
  load(bytes: Uint8Array): boolean {
    const [t, p] = [this.#t, this.#p];
    const t1 = unsigned(bytes, 0);
    const t2 = unsigned(bytes, 2);
    const p5 = unsigned(bytes, 11);
    t[0] = t1 * 256;
    t[1] = t2 / TWO_30;
    t[2] = signed8(bytes[4]!) / TWO_48;
    p[0] = (signed(bytes, 5) - TWO_14) / TWO_20;
    p[1] = (signed(bytes, 7) - TWO_14) / TWO_29;
    p[2] = signed8(bytes[9]!) / TWO_32;
    p[3] = signed8(bytes[10]!) / TWO_37;
    p[4] = p5 * 8;
    p[5] = unsigned(bytes, 13) / 64;
    p[6] = signed8(bytes[15]!) / 256;
    p[7] = signed8(bytes[16]!) / 32_768;
    p[8] = signed(bytes, 17) / TWO_48;
    p[9] = signed8(bytes[19]!) / TWO_48;
    p[10] = signed8(bytes[20]!) / TWO_65;
    return isWritten(t1) && isWritten(t2) && isWritten(p5);
  }

  /** Cel. */
  temperature(rawTemperature: number): number {
    const t = this.#t;
    const difference = rawTemperature - t[0]!;
    return difference * t[1]! + difference * difference * t[2]!;
  }

  /**
   * Pa.
   * @param temperature Cel, of the same conversion
   */
  pressure(rawPressure: number, temperature: number): number {
    const p = this.#p;
    const squared = temperature * temperature;
    const cubed = squared * temperature;
    const offset = p[4]! + p[5]! * temperature + p[6]! * squared + p[7]! * cubed;
    const slope = p[0]! + p[1]! * temperature + p[2]! * squared + p[3]! * cubed;
    const curve = p[8]! + p[9]! * temperature + p[10]! * rawPressure;
    return offset + rawPressure * (slope + rawPressure * curve);
  }
}

function unsigned(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8);
}

function signed(bytes: Uint8Array, offset: number): number {
  return (unsigned(bytes, offset) << 16) >> 16;
}

function signed8(byte: number): number {
  return (byte << 24) >> 24;
}

function isWritten(word: number): boolean {
  return word !== 0 && word !== 0xffff;
}
