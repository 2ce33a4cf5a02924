/**
 * Registers of the Analog Devices ADXL345, 8 bits each; a burst goes on to the next one. Sections are of the datasheet,
 * revision G.
 */

/** 7-bit addresses: ALT ADDRESS to ground, and high (section I2C). */
export const ADDRESSES = [0x53, 0x1d];
/** Fast mode, the part's fastest. */
export const USUAL_HZ = 400_000;
/** Section I2C: at most 800 samples a second at 400 kHz, and in proportion. */
export const BUS_HZ_PER_RATE = 500;

/** Always 0xE5. */
export const DEVID = 0x00;
export const DEVID_ADXL345 = 0xe5;
/** OFSX, OFSY and OFSZ follow each other: added to the values, two's complement, 15.6 mg per bit. */
export const OFSX = 0x1e;
/** LOW_POWER 4, rate 3:0; 0x0A after a reset. POWER_CTL and INT_ENABLE follow. */
export const BW_RATE = 0x2c;
/** Measure 3; 0, which is standby, after a reset. */
export const POWER_CTL = 0x2d;
export const MEASURE = 0x08;
export const INT_ENABLE = 0x2e;
/** DATA_READY 7, Overrun 0: as long as it is so, whatever INT_ENABLE says. DATA_FORMAT follows. */
export const INT_SOURCE = 0x30;
export const DATA_READY = 0x80;
export const OVERRUN = 0x01;
/** FULL_RES 3, Range 1:0. */
export const DATA_FORMAT = 0x31;
export const FULL_RES = 0x08;
/** DATAX0 to DATAZ1: two's complement, least significant byte first, right-aligned with the sign in front. */
export const DATAX0 = 0x32;
export const SAMPLE_BYTES = 6;
/** FIFO_MODE 7:6, 0 is bypass (which empties the FIFO) and 2 stream. FIFO_STATUS follows. */
export const FIFO_CTL = 0x38;
export const BYPASS = 0x00;
export const STREAM = 0x80;
/** FIFO_STATUS, Entries 5:0: up to 32, and one more in the data registers. */
export const ENTRIES = 0x3f;
export const FIFO_SAMPLES = 32;

/** Table 7: samples per second, and the codes of BW_RATE in the same order. */
export const RATES = [0.1, 0.2, 0.39, 0.78, 1.56, 3.13, 6.25, 12.5, 25, 50, 100, 200, 400, 800, 1600, 3200] as const;
export const RATE_CODES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/** ± g, in the order of their codes. */
export const RANGES = [2, 4, 8, 16] as const;
/** Table 1, sensitivity with FULL_RES: 3.9 mg per count. */
export const COUNTS_PER_G = 256;

/** Section Power Sequencing and table 1: 1.1 ms after power-on, and a period and 1.1 ms after standby. */
export const TURN_ON_MS = 1.1;
export const TURN_ON_PERIODS = 1;
