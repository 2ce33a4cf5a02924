/*
 * Texas Instruments TMP117, I2C 0x48 to 0x4B. Datasheet SNOSD82D (September 2022). Registers are 16 bits, the most
 * significant byte first, §7.6.
 */
export const TEMP_RESULT = 0x00; // §7.6.1; two's complement, 7.8125 m°C per bit; read only
export const CELSIUS_PER_BIT = 0.0078125;
export const TEMP_RESULT_RESET = 0x8000;
export const CONFIGURATION = 0x01; // §7.6.2
export const CONFIGURATION_RESET = 0x0220;
export const HIGH_ALERT = 0x8000;
export const LOW_ALERT = 0x4000;
export const DATA_READY = 0x2000; // cleared by reading the configuration or the result
export const EEPROM_BUSY = 0x1000;
export const MODE = 0x0c00;
export const SHUTDOWN = 0x0400; // 0x0000 and 0x0800 are continuous conversion
export const ONE_SHOT = 0x0c00;
export const THERM = 0x0010;
export const SOFT_RESET = 0x0002; // reads 0
/** MOD, CONV, AVG, T/nA, POL, DR/Alert. */
export const WRITABLE = 0x0ffc;
export const HIGH_LIMIT = 0x02; // §7.6.3; as the result
export const LOW_LIMIT = 0x03; // §7.6.4
export const EEPROM_UNLOCK = 0x04; // §7.6.5
export const UNLOCKED = 0x8000;
export const UNLOCK_BUSY = 0x4000;
export const EEPROM_1 = 0x05; // §7.6.6
export const EEPROM_2 = 0x06;
export const TEMP_OFFSET = 0x07; // §7.6.8; as the result, added to it
export const EEPROM_3 = 0x08;
export const DEVICE_ID = 0x0f; // §7.6.10: revision 0, device 0x117; read only
export const DEVICE_ID_VALUE = 0x0117;

/** What the factory wrote to the registers that the EEPROM keeps; the general purpose ones hold a number of the specimen. */
export const FACTORY: ReadonlyMap<number, number> = new Map([
  [CONFIGURATION, CONFIGURATION_RESET],
  [HIGH_LIMIT, 0x6000],
  [LOW_LIMIT, 0x8000],
  [EEPROM_1, 0x5a01],
  [EEPROM_2, 0x1c7e],
  [TEMP_OFFSET, 0x0000],
  [EEPROM_3, 0x93d4],
]);

/** One conversion takes 15.5 ms, or 17.5 ms at most (§6.6); all other times are made by the same oscillator. */
const SLOWNESS = 17.5 / 15.5;
/** Power-up (§7.3.1), soft reset (§7.6.2) and programming of one EEPROM register (§6.6), in ms. */
export const POWER_UP_MS = 1.5;
export const RESET_MS = 2;
export const PROGRAMMING_MS = 7;
/** Conversions that one result is the mean of, by AVG code (§7.3.2). */
export const AVERAGES: readonly number[] = [1, 8, 32, 64];
/** Active conversion time by AVG code, and shortest cycle by CONV code (table 7-7), in ms. */
const ACTIVE_MS: readonly number[] = [15.5, 125, 500, 1000];
const CYCLE_MS: readonly number[] = [15.5, 125, 250, 500, 1000, 4000, 8000, 16000];

export function averagingCode(configuration: number): number {
  return (configuration >> 5) & 3;
}

/** From the start of a conversion to its result, at most, in ms. */
export function activeMs(configuration: number): number {
  return ACTIVE_MS[averagingCode(configuration)]! * SLOWNESS;
}

/** From the start of one conversion to that of the next, at most, in ms. */
export function cycleMs(configuration: number): number {
  return Math.max(CYCLE_MS[(configuration >> 7) & 7]! * SLOWNESS, activeMs(configuration));
}
