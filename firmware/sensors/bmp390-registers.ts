/**
 * Registers of the Bosch BMP390, 8 bits each. A read goes on to the next register (section 5.2). Sections are of
 * BST-BMP390-DS002-07, revision 1.7 (March 2021).
 */

/** 7-bit addresses: SDO low and SDO high (section 5.2). */
export const ADDRESSES = [0x76, 0x77];

/** Section 4.3.1: 0x60. */
export const CHIP_ID = 0x00;
export const CHIP_ID_BMP390 = 0x60;
/** Section 4.3.4: drdy_press in bit 5 and drdy_temp in bit 6, cleared when the data are read. */
export const STATUS = 0x03;
export const STATUS_DATA_READY = 0x60;
/** Sections 4.3.5 and 4.3.6: pressure, then temperature, 24 bits each, least significant byte first. */
export const DATA = 0x04;
export const DATA_BYTES = 6;
/** What either holds after a reset: no measurement is this. */
export const RESET_24_BITS = 0x800000;
/** Section 4.3.17: press_en bit 0, temp_en bit 1, mode bits 5:4 (forced 01; it returns to sleep by itself); 0 at reset. */
export const PWR_CTRL = 0x1b;
export const PWR_CTRL_BITS = 0x33;
export const MODE = 0x30;
export const MODE_FORCED = 0x10;
export const BOTH_ENABLED = 0x03;
/** Section 4.3.18: osr_t bits 5:3, osr_p bits 2:0, 0 to 5 for 1 to 32; 0x02 at reset. */
export const OSR = 0x1c;
export const OSR_BITS = 0x3f;
export const OSR_RESET = 0x02;
/** Section 4.3.20: iir_filter bits 3:1, 0 to 7 for coefficients 0 to 127; 0 at reset. */
export const CONFIG = 0x1f;
export const CONFIG_BITS = 0x0e;
/** Section 4.3.21. */
export const CMD = 0x7e;
export const CMD_SOFT_RESET = 0xb6;
/** Section 1, table 2: start-up takes 2 ms at most. */
export const START_UP_MS = 2;
/** Section 8.4: trim words. */
export const TRIM = 0x31;

/** Section 3.9.2: durations of a forced measurement in ms; each conversion of pressure or temperature takes the last. */
export const FORCED_MS = 0.234;
export const PRESSURE_MS = 0.392;
export const TEMPERATURE_MS = 0.163;
export const CONVERSION_MS = 2.02;
