/*
 * Bosch BME280, I2C 0x76 or 0x77. Datasheet BST-BME280-DS002, revision 1.6 (September 2018). Registers are 8 bits, §5.3.
 * Where the datasheet gives a typical and a maximum time, this part takes the maximum.
 */
export const ID = 0xd0; // §5.4.1
export const ID_VALUE = 0x60;
export const RESET = 0xe0; // §5.4.2; reads 0
export const RESET_WORD = 0xb6;
export const CTRL_HUM = 0xf2; // §5.4.3; bits 2..0 osrs_h
export const STATUS = 0xf3; // §5.4.4
export const STATUS_MEASURING = 0x08;
export const STATUS_IM_UPDATE = 0x01;
export const CTRL_MEAS = 0xf4; // §5.4.5; bits 7..5 osrs_t, 4..2 osrs_p, 1..0 mode
export const MODE = 0x03;
export const SLEEP = 0; // 1 and 2 are forced mode
export const NORMAL = 3;
export const CONFIG = 0xf5; // §5.4.6; bits 7..5 t_sb, 4..2 filter, 0 spi3w_en
export const DATA = 0xf7; // §5.4.7 to §5.4.9: pressure 20 bits, temperature 20 bits, humidity 16 bits, most significant first
export const DATA_LENGTH = 8;
/** What is read of a quantity that was not measured: 20 bits in three bytes, left-aligned; 16 bits in two. */
export const SKIPPED_20 = 0x80000;
export const SKIPPED_16 = 0x8000;

/** Samples by osrs code, §5.4.3. */
export const OVERSAMPLING = [0, 1, 2, 4, 8, 16, 16, 16];
/** Coefficient by filter code, table 28. */
export const FILTER = [1, 2, 4, 8, 16, 16, 16, 16];
/** Standby in ms by t_sb code, table 27. */
export const STANDBY_MS = [0.5, 62.5, 125, 250, 500, 1000, 10, 20];
/** Standard deviation by osrs code, filter off, §3.6: °C, Pa, %RH. */
export const CELSIUS_NOISE = [0, 0.005, 0.004, 0.003, 0.003, 0.002, 0.002, 0.002];
export const PASCAL_NOISE = [0, 3.3, 2.6, 2.1, 1.6, 1.3, 1.3, 1.3];
export const HUMIDITY_NOISE = [0, 0.07, 0.05, 0.04, 0.03, 0.02, 0.02, 0.02];
