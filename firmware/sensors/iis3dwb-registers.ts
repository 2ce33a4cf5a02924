/**
 * Registers of the STMicroelectronics IIS3DWB, 8 bits each; a command goes on to the next one with every byte (IF_INC).
 * Of the datasheet DS12569, application note AN5444 and ST's register description iis3dwb-pid (iis3dwb_reg.h).
 */

/** Added to a register's number in the first byte of a command: read. */
export const READ = 0x80;
/** Up to 10 MHz, clock modes 3 and 0. */
export const MAXIMUM_HZ = 10_000_000;
export const MODES = Object.freeze([3, 0] as const);

/** FIFO_CTRL1, FIFO_CTRL2, FIFO_CTRL3 and FIFO_CTRL4 follow each other; 0 after a reset. */
export const FIFO_CTRL1 = 0x07;
export const FIFO_CONTROLS = 4;
/** BDR_XL 3:0 of FIFO_CTRL3: acceleration goes into the FIFO at 26.667 kHz. */
export const FIFO_CTRL3 = 0x09;
export const BDR_XL = 0x0a;
/** FIFO_MODE 2:0: bypass (which empties it), FIFO (stops when full), continuous (the oldest is overwritten). */
export const FIFO_CTRL4 = 0x0a;
export const BYPASS = 0x00;
export const FIFO = 0x01;
export const CONTINUOUS = 0x06;
/** Always 0x7B. */
export const WHO_AM_I = 0x0f;
export const WHO_AM_I_IIS3DWB = 0x7b;
/** XL_EN 7:5, 5 is on; FS_XL 3:2. 0 after a reset. */
export const CTRL1_XL = 0x10;
export const XL_EN = 0xa0;
export const FS_SHIFT = 2;
/** BDU 6, IF_INC 2, SW_RESET 0 (clears itself); 0x04 after a reset. */
export const CTRL3_C = 0x12;
export const BDU = 0x40;
export const IF_INC = 0x04;
export const SW_RESET = 0x01;
/** DIFF_FIFO 7:0, words in the FIFO; its bits 9:8 are 1:0 of FIFO_STATUS2, which follows. */
export const FIFO_STATUS1 = 0x3a;
export const DIFF_FIFO_HIGH = 0x03;
/** In FIFO_STATUS2: FIFO_OVR_IA 6, and FIFO_OVR_LATCHED 3, which reading it clears. */
export const OVERRUN = 0x48;
/**
 * Tag (TAG_SENSOR 7:3, TAG_CNT 2:1, TAG_PARITY 0: an even number of ones) and three values of 16 bits, two's complement,
 * least significant byte first. After 0x7E comes 0x78 of the next word.
 */
export const FIFO_DATA_OUT_TAG = 0x78;
export const WORD_BYTES = 7;
export const TAG_SENSOR_SHIFT = 3;
export const TAG_ACCELEROMETER = 2;
/** 3 KB: 512 words of which one byte is the tag. */
export const FIFO_WORDS = 512;

/** Nominal; the part is some percent off. */
export const RATE_HZ = 26_667;
/** ± g, their codes of FS_XL, and mg per count. */
export const RANGES = Object.freeze([2, 4, 8, 16] as const);
export const RANGE_CODES = Object.freeze([0, 2, 3, 1]);
export const SENSITIVITY = Object.freeze([0.061, 0.122, 0.244, 0.488]);

/** From power-on until the part has loaded its trim (AN5444, boot). */
export const BOOT_MS = 10;
/** SW_RESET takes some 50 µs (AN5444). */
export const RESET_MS = 1;
/** From switching on to values that are right; 10 ms with the widest band. */
export const TURN_ON_MS = 10;
