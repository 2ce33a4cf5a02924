/*
 * STMicroelectronics IIS3DWB, SPI. Datasheet DS12569 and application note AN5444, revision 1 (March 2020). Registers are 8
 * bits, §8 and §9.
 */
export const PIN_CTRL = 0x02;
export const FIFO_CTRL1 = 0x07; // watermark, bits 7..0
export const FIFO_CTRL2 = 0x08; // bits 7 STOP_ON_WTM, 0 watermark bit 8
export const STOP_ON_WATERMARK = 0x80;
export const FIFO_CTRL3 = 0x09; // bits 3..0 BDR_XL
export const BATCHED = 10; // 0: not in the FIFO
export const FIFO_CTRL4 = 0x0a; // bits 7..6 time stamps, 5..4 temperature, 2..0 FIFO_MODE
export const FIFO_BYPASS = 0;
export const FIFO_FIFO = 1;
/** 6: continuous; 3, 4 and 7 change on an interrupt, of which there are none here. */
export const FIFO_MODES: readonly number[] = [0, 1, 3, 4, 6, 7];
/** What each does until there is an interrupt: nothing, fill up, or go round. */
export const FIFO_WAITING: readonly number[] = [4, 7];
export const WHO_AM_I = 0x0f;
export const WHO_AM_I_VALUE = 0x7b;
export const CTRL1_XL = 0x10; // bits 7..5 XL_EN, 3..2 FS, 1 LPF2_XL_EN
export const ENABLED = 5; // 0: power-down
export const LOW_PASS_2 = 0x02;
export const CTRL3_C = 0x12; // bits 7 BOOT, 6 BDU, 5 H_LACTIVE, 4 PP_OD, 3 SIM, 2 IF_INC, 0 SW_RESET
export const BOOT = 0x80;
export const BLOCK_DATA_UPDATE = 0x40;
export const INCREMENT = 0x04;
export const SOFTWARE_RESET = 0x01;
export const CTRL5_C = 0x14; // bits 6..5 ROUNDING, 1..0 ST_XL
export const CTRL8_XL = 0x17; // bits 7..5 HPCF, 2 FDS
export const HIGH_PASS = 0x04;
export const STATUS_REG = 0x1e; // bits 2 TDA, 0 XLDA
export const OUT_TEMP_L = 0x20; // 256 per °C, 0 at 25 °C; here it is always that
export const OUT_TEMP_H = 0x21;
export const OUTX_L_A = 0x28; // to 0x2d; two's complement
export const OUTZ_H_A = 0x2d;
export const FIFO_STATUS1 = 0x3a; // unread words, bits 7..0
export const FIFO_STATUS2 = 0x3b; // bits 7 WTM, 6 OVR, 5 FULL, 4 COUNTER_BDR, 3 OVR_LATCHED, 1..0 unread words, bits 9..8
export const INTERNAL_FREQ_FINE = 0x63; // two's complement, 0.15 % of the rate per bit
export const FIFO_DATA_OUT_TAG = 0x78; // bits 7..3 sensor, 2..1 count, 0 parity
export const FIFO_DATA_OUT_X_L = 0x79;
export const FIFO_DATA_OUT_Z_H = 0x7e;
export const TAG_ACCELEROMETER = 2;

export const READ_ONLY: readonly number[] = [
  WHO_AM_I,
  0x1a, // ALL_INT_SRC
  0x1b, // WAKE_UP_SRC
  STATUS_REG,
  OUT_TEMP_L,
  OUT_TEMP_H,
  FIFO_STATUS1,
  FIFO_STATUS2,
  0x40, // TIMESTAMP0 to 3
  0x41,
  0x42,
  0x43,
  INTERNAL_FREQ_FINE,
];

/** Which bits of a register can be set; the others must stay 0. What is a feature that is not modelled is not in it. */
export const WRITABLE: ReadonlyMap<number, number> = new Map([
  [PIN_CTRL, 0x7f], // six low bits are 1 at reset
  [FIFO_CTRL1, 0xff],
  [FIFO_CTRL2, 0x81],
  [FIFO_CTRL3, 0x0f],
  [FIFO_CTRL4, 0x07], // neither temperature nor time stamps
  [0x0b, 0xc7], // COUNTER_BDR_REG1
  [0x0c, 0xff], // COUNTER_BDR_REG2
  [0x0d, 0x7d], // INT1_CTRL
  [0x0e, 0x7d], // INT2_CTRL
  [CTRL1_XL, 0xee],
  [CTRL3_C, 0xfd],
  [0x13, 0x2c], // CTRL4_C, without 1AX_TO_3REGOUT
  [CTRL5_C, 0x63],
  [0x15, 0x08], // CTRL6_C, without XL_AXIS_SEL
  [0x16, 0x00], // CTRL7_C, without USR_OFF_ON_OUT
  [CTRL8_XL, 0xfc],
  [0x19, 0x00], // CTRL10_C, without TIMESTAMP_EN
  [0x56, 0x31], // SLOPE_EN
  [0x58, 0x80], // INTERRUPTS_EN
  [0x5b, 0x7f], // WAKE_UP_THS
  [0x5c, 0x7f], // WAKE_UP_DUR
  [0x5e, 0xa0], // MD1_CFG
  [0x5f, 0xa1], // MD2_CFG
  [0x73, 0xff], // X_OFS_USR
  [0x74, 0xff],
  [0x75, 0xff],
]);
export const RESET_VALUES: readonly (readonly [number, number])[] = [
  [PIN_CTRL, 0x3f],
  [WHO_AM_I, WHO_AM_I_VALUE],
  [CTRL3_C, INCREMENT],
];

export const RATE_HZ = 26_667;
/** mg per step by FS code: ±2, ±16, ±4, ±8 g (table 3). */
export const STEP_MILLIGRAMS = [0.061, 0.488, 0.122, 0.244] as const;
/** Noise density of three axes in g/√Hz, and the bandwidth in Hz (table 3). */
export const NOISE_DENSITY = 75e-6;
export const BANDWIDTH_HZ = 6300;
/** Change of the output under self-test in g, within table 3: 0.8 to 3.2. */
export const SELF_TEST = 1.5;
/** From the supply to the first answer, and of BOOT; of SW_RESET (AN5444 §6, at most). */
export const BOOT_MS = 10;
export const RESET_MS = 0.05;
/** 3 kB of data, six bytes of them to a word. */
export const FIFO_DEPTH = 512;
