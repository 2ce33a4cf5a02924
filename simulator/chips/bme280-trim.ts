/*
 * BME280's trimming parameters and what its raw words stand for, backwards. Bosch BME280 datasheet BST-BME280-DS002,
 * revision 1.6 (September 2018): parameters and their registers §4.2.2, compensation in double precision appendix 8.1.
 * A driver goes from raw word to quantity; a chip knows the quantity and must find the raw word that its own trim makes
 * of it, so the formulas are written here only to be solved.
 */

/** dig_T1 … dig_H6 of the datasheet. Signed 16 bits unless said otherwise. */
export interface Trim {
  /** Unsigned 16 bits. */
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
  /** Unsigned 16 bits. */
  readonly p1: number;
  readonly p2: number;
  readonly p3: number;
  readonly p4: number;
  readonly p5: number;
  readonly p6: number;
  readonly p7: number;
  readonly p8: number;
  readonly p9: number;
  /** Unsigned 8 bits. */
  readonly h1: number;
  readonly h2: number;
  /** Unsigned 8 bits. */
  readonly h3: number;
  /** Signed 12 bits. */
  readonly h4: number;
  /** Signed 12 bits. */
  readonly h5: number;
  /** Signed 8 bits. */
  readonly h6: number;
}

/** Temperature and pressure: the worked example of Bosch's BMP280 datasheet, §3.12. Humidity: of the usual size. */
export const TYPICAL_TRIM: Trim = Object.freeze({
  t1: 27504,
  t2: 26435,
  t3: -1000,
  p1: 36477,
  p2: -10685,
  p3: 3024,
  p4: 2855,
  p5: 140,
  p6: -7,
  p7: 15500,
  p8: -14600,
  p9: 6000,
  h1: 75,
  h2: 363,
  h3: 0,
  h4: 312,
  h5: 50,
  h6: 30,
});

/** Where the two blocks of trim begin, and how long they are: calib00 to calib25, calib26 to calib41 (§5.3). */
export const TRIM_LOW = { address: 0x88, length: 26 };
export const TRIM_HIGH = { address: 0xe1, length: 16 };

/** The bytes of both blocks, least significant first except dig_H4 and dig_H5 (§4.2.2, table 16). */
export function trimBytes(trim: Trim): { low: Uint8Array; high: Uint8Array } {
  const { t1, t2, t3, p1, p2, p3, p4, p5, p6, p7, p8, p9, h1, h2, h3, h4, h5, h6 } = trim;
  const low = new Uint8Array(TRIM_LOW.length);
  [t1, t2, t3, p1, p2, p3, p4, p5, p6, p7, p8, p9].forEach((value, i) =>
    low.set([value & 0xff, (value >> 8) & 0xff], 2 * i),
  );
  low[25] = h1;
  const high = new Uint8Array(TRIM_HIGH.length);
  // 0xE4 and 0xE6 hold the upper eight bits of H4 and H5; 0xE5 both lower halves, that of H4 in its lower half.
  high.set([
    h2 & 0xff,
    (h2 >> 8) & 0xff,
    h3,
    (h4 >> 4) & 0xff,
    (h4 & 0xf) | ((h5 & 0xf) << 4),
    (h5 >> 4) & 0xff,
    h6 & 0xff,
  ]);
  return { low, high };
}

/** The datasheet's `t_fine` of a temperature, unrounded: 5120 to the °C. */
function fine(celsius: number): number {
  return celsius * 5120;
}

/** The 20-bit temperature word of `celsius`, with a fraction. */
export function rawTemperature(trim: Trim, celsius: number): number {
  const target = fine(celsius);
  return solve(0, 1048575, (raw) => {
    const distance = raw / 16384 - trim.t1 / 1024;
    return distance * trim.t2 + ((distance * distance) / 64) * trim.t3 - target;
  });
}

/** The 20-bit pressure word of `pascal` at `celsius`, with a fraction. */
export function rawPressure(trim: Trim, celsius: number, pascal: number): number {
  // 25 °C is t_fine 128000; the pressure formulas count from there in halves.
  const warm = fine(celsius) / 2 - 64000;
  const offset = ((warm * warm * trim.p6) / 32768 + 2 * warm * trim.p5) / 4 + 65536 * trim.p4;
  const sensitivity = (1 + ((trim.p3 * warm * warm) / 524288 + trim.p2 * warm) / 524288 / 32768) * trim.p1;
  return solve(0, 1048575, (raw) => {
    const linear = ((1048576 - raw - offset / 4096) * 6250) / sensitivity;
    const bent = (trim.p9 * linear * linear) / 2147483648 + (linear * trim.p8) / 32768 + trim.p7;
    return linear + bent / 16 - pascal;
  });
}

/** The 16-bit humidity word of `percent` relative humidity at `celsius`, with a fraction. */
export function rawHumidity(trim: Trim, celsius: number, percent: number): number {
  // 15 °C is t_fine 76800.
  const warm = fine(celsius) - 76800;
  const offset = 64 * trim.h4 + (trim.h5 / 16384) * warm;
  const drift = 1 + (trim.h6 / 67108864) * warm * (1 + (trim.h3 / 67108864) * warm);
  const sensitivity = (trim.h2 / 65536) * drift;
  return solve(0, 65535, (raw) => {
    const linear = (raw - offset) * sensitivity;
    return linear * (1 - (trim.h1 * linear) / 524288) - percent;
  });
}

/** Where a monotonic function is zero, to 2⁻²⁴ of the range; the nearer end when it is zero nowhere in it. */
function solve(low: number, high: number, error: (raw: number) => number): number {
  const rising = error(high) > error(low);
  let below = low;
  let above = high;
  for (let i = 0; i < 24; i++) {
    const middle = (below + above) / 2;
    if (error(middle) < 0 === rising) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}
