/*
 * STMicroelectronics LIS3DH, I2C 0x18 or 0x19. Datasheet DocID17530, revision 2 (December 2016); where it says how the
 * FIFO counts, application note AN3308, revision 3 (June 2017). Registers are 8 bits, §7 and §8.
 */
export const OUT_ADC = 0x07; // to 0x0d: status and data of the auxiliary ADC, not modelled, read 0
export const WHO_AM_I = 0x0f;
export const WHO_AM_I_VALUE = 0x33;
export const CTRL_REG0 = 0x1e; // bit 7: pull-up off; the others must stay 0x10
export const TEMP_CFG_REG = 0x1f;
export const CTRL_REG1 = 0x20; // bits 7..4 ODR, 3 LPen, 2..0 Zen Yen Xen
export const LOW_POWER = 0x08;
export const CTRL_REG2 = 0x21; // high-pass filter
export const FILTERED_DATA = 0x08; // FDS
export const CTRL_REG4 = 0x23; // bits 7 BDU, 6 BLE, 5..4 FS, 3 HR, 2..1 ST, 0 SIM
export const BLOCK_DATA_UPDATE = 0x80;
export const BIG_ENDIAN = 0x40;
export const HIGH_RESOLUTION = 0x08;
export const CTRL_REG5 = 0x24; // bits 7 BOOT, 6 FIFO_EN
export const BOOT = 0x80;
export const FIFO_ENABLE = 0x40;
export const STATUS_REG = 0x27; // bits 7..4 overrun of all, z, y, x; 3..0 data available of all, z, y, x
export const OUT_X_L = 0x28; // to 0x2d; left-justified two's complement
export const OUT_Z_H = 0x2d;
export const FIFO_CTRL_REG = 0x2e; // bits 7..6 FM, 5 TR, 4..0 FTH
export const FIFO_BYPASS = 0;
export const FIFO_FIFO = 1; // 2: stream; 3: stream until an interrupt, of which there are none here
export const FIFO_SRC_REG = 0x2f; // bits 7 WTM, 6 OVRN_FIFO, 5 EMPTY, 4..0 FSS
export const INT1_SRC = 0x31;
export const INT2_SRC = 0x35;
export const CLICK_SRC = 0x39;
export const ACT_DUR = 0x3f; // the last one

export const READ_ONLY: readonly number[] = [WHO_AM_I, STATUS_REG, FIFO_SRC_REG, INT1_SRC, INT2_SRC, CLICK_SRC];
export const RESET_VALUES: readonly (readonly [number, number])[] = [
  [WHO_AM_I, WHO_AM_I_VALUE],
  [CTRL_REG0, 0x10],
  [CTRL_REG1, 0x07],
];

/** Rates in Hz by ODR code (§8.8, table 31); 8 is for low-power mode only, 9 is another rate there. 0: power-down. */
export const RATES_HZ: readonly number[] = [0, 1, 10, 25, 50, 100, 200, 400, 1600, 1344];
export const ONLY_LOW_POWER = 8;
export const FASTEST_LOW_POWER = { code: 9, rateHz: 5376 } as const;

/** Bits, and mg per step by FS code (§2.1, table 4). The same 16-bit word is cut off at other places. */
export const LOW_POWER_MODE = { bits: 8, stepMilligrams: [16, 32, 64, 192], settling: 1, bandwidth: 1 / 2 } as const;
export const NORMAL_MODE = { bits: 10, stepMilligrams: [4, 8, 16, 48], settling: 1, bandwidth: 1 / 2 } as const;
/** Right from the seventh sample on (§3.2.1, table 11). */
export const HIGH_RESOLUTION_MODE = { bits: 12, stepMilligrams: [1, 2, 4, 12], settling: 7, bandwidth: 1 / 9 } as const;
export type Mode = typeof LOW_POWER_MODE | typeof NORMAL_MODE | typeof HIGH_RESOLUTION_MODE;

/** Noise density in g/√Hz at ±2 g (§2.1, table 4). */
export const NOISE_DENSITY = 220e-6;
/** Change of the output under self-test in g: 17 to 360 steps of 4 mg (§2.1, table 4). */
export const SELF_TEST = 0.3;
/** Power-up, and a reload of the trim by BOOT, in ms (AN3308 §3.4). */
export const BOOT_MS = 5;
export const FIFO_DEPTH = 32;
