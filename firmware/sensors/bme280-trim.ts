/**
 * What turns a BME280's raw readings into physical ones: the trim words that every part carries, and the compensation.
 * Bosch BST-BME280-DS002-15, revision 1.6 (September 2018): section 4.2.2 (where the words are) and section 8.1
 * (compensation in double precision, which XS and V8 do alike as it needs + − × ÷ only).
 */

/** Registers 0x88 to 0xA1 (calib00 to calib25), then 0xE1 to 0xE7 (calib26 to calib32). */
export const TRIM_LOW_BYTES = 26;
export const TRIM_HIGH_BYTES = 7;

export class BME280Trim {
  // The datasheet's dig_T1 … dig_H6.
  readonly #t = new Float64Array(3);
  readonly #p = new Float64Array(9);
  readonly #h = new Float64Array(6);

  /**
   * Takes the trim words.
   * @param bytes the 26 bytes from 0x88, then the 7 bytes from 0xE1
   * @returns false for words that no part left the factory with (blank, or a bus that reads as all ones)
   */
  load(bytes: Uint8Array): boolean {
    const [t, p, h] = [this.#t, this.#p, this.#h];
    t[0] = unsigned(bytes, 0);
    t[1] = signed(bytes, 2);
    t[2] = signed(bytes, 4);
    p[0] = unsigned(bytes, 6);
    for (let i = 1; i < 9; i++) p[i] = signed(bytes, 6 + 2 * i);
    // Table 16: 0xA0 is not used; H4 and H5 are 12 bits wide and share 0xE5.
    h[0] = bytes[25]!;
    h[1] = signed(bytes, 26);
    h[2] = bytes[28]!;
    h[3] = signed8(bytes[29]!) * 16 + (bytes[30]! & 0x0f);
    h[4] = signed8(bytes[31]!) * 16 + (bytes[30]! >> 4);
    h[5] = signed8(bytes[32]!);
    return isWritten(t[0]) && isWritten(p[0]) && h[1] !== 0 && h[1] !== -1;
  }

  /** The temperature on the fine scale that all three compensations share (the datasheet's t_fine): 5120 per °C. */
  fine(rawTemperature: number): number {
    const difference = rawTemperature / 16384 - this.#t[0]! / 1024;
    const eighth = difference / 8;
    return difference * this.#t[1]! + eighth * eighth * this.#t[2]!;
  }

  /** Cel. */
  temperature(fine: number): number {
    return fine / 5120;
  }

  /** Pa. */
  pressure(rawPressure: number, fine: number): number {
    const p = this.#p;
    const x = fine / 2 - 64000;
    const offset = ((x * x * p[5]!) / 32768 + x * p[4]! * 2) / 4 + p[3]! * 65536;
    const slope = (1 + ((p[2]! * x * x) / 524288 + p[1]! * x) / 524288 / 32768) * p[0]!;
    const linear = ((1048576 - rawPressure - offset / 4096) * 6250) / slope;
    return linear + ((p[8]! * linear * linear) / 2147483648 + (linear * p[7]!) / 32768 + p[6]!) / 16;
  }

  /** %RH, 0 to 100: the datasheet's own limits. */
  humidity(rawHumidity: number, fine: number): number {
    const h = this.#h;
    const x = fine - 76800;
    const gain = (h[1]! / 65536) * (1 + (h[5]! / 67108864) * x * (1 + (h[2]! / 67108864) * x));
    const linear = (rawHumidity - (h[3]! * 64 + (h[4]! / 16384) * x)) * gain;
    return Math.min(100, Math.max(0, linear * (1 - (h[0]! * linear) / 524288)));
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
