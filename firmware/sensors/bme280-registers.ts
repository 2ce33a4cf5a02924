/**
 * Registers of the Bosch BME280, 8 bits each. A read goes on to the next register, a write is pairs of register and value
 * (section 6.2). Sections are of BST-BME280-DS002-15, revision 1.6 (September 2018).
 */

/** 7-bit addresses: SDO low and SDO high (section 6.2). */
export const ADDRESSES: readonly number[] = Object.freeze([0x76, 0x77]);

/** Section 4.2.2, table 16: trim words. */
export const TRIM_LOW = 0x88;
export const TRIM_HIGH = 0xe1;
/** Section 5.4.1: always 0x60. */
export const ID = 0xd0;
export const ID_BME280 = 0x60;
/** Section 5.4.2: 0xB6 is a power-on reset; start-up takes 2 ms at most (section 1.1). */
export const RESET = 0xe0;
export const RESET_WORD = 0xb6;
export const START_UP_MS = 2;
/** Section 5.4.3: osrs_h in bits 2:0; takes effect with the next write to ctrl_meas. */
export const CTRL_HUM = 0xf2;
/** Section 5.4.4: bit 3 while converting, bit 0 while the trim words are being copied. */
export const STATUS_MEASURING = 0x08;
export const STATUS_IM_UPDATE = 0x01;
/** Section 5.4.5: osrs_t in bits 7:5, osrs_p in bits 4:2, mode in bits 1:0; mode returns to sleep by itself. */
export const CTRL_MEAS = 0xf4;
export const MODE = 0x03;
export const MODE_FORCED = 0x01;
/** Section 5.4.6: filter in bits 4:2. */
export const CONFIG = 0xf5;
/** ctrl_hum, status, ctrl_meas and config are neighbours. */
export const SETTINGS = CTRL_HUM;
export const SETTINGS_BYTES = 4;
/** Sections 5.4.7 to 5.4.9: pressure and temperature 20 bits, left-aligned in three bytes each; humidity 16 bits. */
export const DATA = 0xf7;
export const DATA_BYTES = 8;
/** What the data registers hold after a reset (sections 5.3 and 5.4.7 to 5.4.9). */
export const RESET_20_BITS = 0x80000;
export const RESET_16_BITS = 0x8000;
