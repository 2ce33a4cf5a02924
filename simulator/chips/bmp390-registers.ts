/*
 * Bosch BMP390, I2C 0x76 or 0x77. Datasheet BST-BMP390-DS002, revision 1.7 (March 2021). Registers are 8 bits, §4.3; words
 * of several registers have the least significant byte first.
 */
export const CHIP_ID = 0x00; // §4.3.1
export const CHIP_ID_VALUE = 0x60;
export const REV_ID = 0x01; // §4.3.2
export const REV_ID_VALUE = 0x01;
export const ERR_REG = 0x02; // §4.3.3; cmd_err and conf_err are cleared by reading
export const ERR_CMD = 0x02;
export const ERR_CONF = 0x04;
export const STATUS = 0x03; // §4.3.4
export const STATUS_CMD_RDY = 0x10;
/** Cleared when one of the pressure's data registers is read. */
export const STATUS_DRDY_PRESS = 0x20;
/** Cleared when one of the temperature's data registers is read. */
export const STATUS_DRDY_TEMP = 0x40;
export const DATA = 0x04; // §4.3.5, §4.3.6: pressure 24 bits, temperature 24 bits
export const DATA_LENGTH = 6;
/** What the data registers hold until there was a measurement. */
export const DATA_RESET = 0x800000;
export const SENSORTIME = 0x0c; // §4.3.7: 24 bits of 39.0625 µs
export const SENSORTIME_PER_MS = 25.6;
export const EVENT = 0x10; // §4.3.8; cleared by reading
export const EVENT_POR = 0x01;
export const INT_STATUS = 0x11; // §4.3.9; cleared by reading
export const INT_STATUS_DRDY = 0x08;
export const FIFO_LENGTH = 0x12; // §4.3.10: 9 bits
/** FIFO_WTM, FIFO_CONFIG_1, FIFO_CONFIG_2, INT_CTRL and their reset values, §4.3.12 to §4.3.15. */
export const FIFO_AND_INTERRUPT: ReadonlyMap<number, number> = new Map([
  [0x15, 0x01],
  [0x16, 0x00],
  [0x17, 0x02],
  [0x18, 0x02],
  [0x19, 0x02],
]);
export const IF_CONF = 0x1a; // §4.3.16
export const PWR_CTRL = 0x1b; // §4.3.17
export const PRESS_EN = 0x01;
export const TEMP_EN = 0x02;
export const MODE = 0x30;
export const SLEEP = 0x00; // 0x10 and 0x20 are forced mode
export const NORMAL = 0x30;
export const OSR = 0x1c; // §4.3.18; bits 2..0 osr_p, 5..3 osr_t: 2^code samples, code 0 to 5
export const OSR_RESET = 0x02;
export const OSR_HIGHEST = 5;
export const ODR = 0x1d; // §4.3.19; a measurement every 5 ms × 2^odr_sel
export const ODR_HIGHEST = 17;
export const CONFIG = 0x1f; // §4.3.20; bits 3..1 iir_filter: coefficient 2^code − 1
export const CONFIG_FILTER = 0x0e;
export const CMD = 0x7e; // §4.3.21; reads 0
export const CMD_NOP = 0x00;
export const CMD_EXTMODE_ENABLE_MIDDLE = 0x34;
export const CMD_FIFO_FLUSH = 0xb0;
export const CMD_SOFT_RESET = 0xb6;

/** Power-up and soft reset to the first communication, at most, in ms (table 2). */
export const STARTUP_MS = 2;
/** By how much the part's own clock may be slow, over temperature (table 2, accuracy of the data rate). */
const SLOWNESS = 1.12;

/** How long a measurement takes at most, in ms (§3.9.2, with the slowest clock). */
export function measurementMs(powerControl: number, osr: number): number {
  let microseconds = 234;
  if (powerControl & PRESS_EN) microseconds += 392 + 2020 * (1 << (osr & 7));
  if (powerControl & TEMP_EN) microseconds += 163 + 2020 * (1 << (osr >> 3));
  return (microseconds / 1000) * SLOWNESS;
}

/**
 * Standard deviations by osr code, filter off: Pa and °C. 0.9 Pa at 16 samples is table 2; the others follow from it as the
 * root of the number of samples. The temperature's is assumed: as large as the step of its resolution.
 */
export const PASCAL_NOISE: readonly number[] = [3.6, 2.55, 1.8, 1.27, 0.9, 0.64];
export const CELSIUS_NOISE: readonly number[] = [0.005, 0.0035, 0.0025, 0.0018, 0.0013, 0.0009];
/** Of 24 bits, 16 and one more per osr code are resolution (§3.4.1, tables 6 and 7); with the filter on all are. */
export const LOWEST_RESOLUTION_BITS = 8;
