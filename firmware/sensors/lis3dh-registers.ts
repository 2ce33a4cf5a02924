/**
 * Registers of the STMicroelectronics LIS3DH, 8 bits each. Sections are of the datasheet, DocID17530 revision 2
 * (December 2016).
 */

/** 7-bit addresses: SA0 to ground, SA0 high or open (section 6.1.1). */
export const ADDRESSES = [0x18, 0x19];
/** Added to a register's number: go on to the next one with every byte (section 6.1.1). */
export const INCREMENT = 0x80;
/** Section 8.6: always 0x33. */
export const WHO_AM_I = 0x0f;
export const WHO_AM_I_LIS3DH = 0x33;
/** Section 8.8: ODR 7:4, LPen 3 (8 bits), Zen Yen Xen 2:0; 0x07 after a reset. CTRL_REG2 to CTRL_REG6 follow. */
export const CTRL_REG1 = 0x20;
export const CONTROLS = 6;
export const LPEN = 0x08;
export const ALL_AXES = 0x07;
/** Section 8.11: BDU 7 (both bytes of a value belong together), FS 5:4, HR 3 (12 bits). */
export const CTRL_REG4 = 0x23;
export const BDU = 0x80;
export const FS_SHIFT = 4;
export const HR = 0x08;
/** Section 8.12: FIFO_EN 6. */
export const CTRL_REG5 = 0x24;
export const FIFO_EN = 0x40;
/** Section 8.15: ZYXDA 3, all axes have a new value. OUT_X_L to OUT_Z_H follow it. */
export const STATUS_REG = 0x27;
export const ZYXDA = 0x08;
/** Section 8.16: two's complement, least significant byte first, left-aligned in 16 bits whatever the mode. */
export const OUT_X_L = 0x28;
export const SAMPLE_BYTES = 6;
/** Section 8.19: FM 7:6, 0 is bypass (which empties the FIFO) and 2 stream. FIFO_SRC_REG follows. */
export const FIFO_CTRL_REG = 0x2e;
export const BYPASS = 0x00;
export const STREAM = 0x80;
/** Section 8.20: OVRN_FIFO 6 when all 32 are there (the next one overwrites), EMPTY 5, FSS 4:0 unread samples. */
export const OVRN_FIFO = 0x40;
export const EMPTY = 0x20;
export const FSS = 0x1f;
export const FIFO_SAMPLES = 32;

/** Section 8.8, table 31: samples per second, and ODR with LPen of CTRL_REG1 in the same order. */
export const RATES = [1, 10, 25, 50, 100, 200, 400, 1344, 1600, 5376] as const;
export const RATE_BITS = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0x80 | LPEN, 0x90 | LPEN];
/** ± g, and mg per digit of 12 bits in the same order (section 2.1, table 4). */
export const RANGES = [2, 4, 8, 16] as const;
export const SENSITIVITY = [1, 2, 4, 12];
/** 12 bits at either end of their scale. */
export const MAXIMUM = 0x7ff0;
export const MINIMUM = -0x8000;

/** Section 6.1: from power-on until the part has loaded its trim. */
export const BOOT_MS = 5;
/** Section 3.2.1, table 11: the first right values come 7 periods after the part was turned on. */
export const TURN_ON_PERIODS = 7;
