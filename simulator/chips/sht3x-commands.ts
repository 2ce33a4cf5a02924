/*
 * Sensirion SHT3x-DIS (SHT30, SHT31, SHT35), I2C 0x44 or 0x45. Datasheet SHT3x-DIS, version 5 (May 2018).
 * Every command is 16 bits, most significant byte first (§4); every 16-bit word read or written carries a CRC-8.
 * Where the datasheet gives a typical and a maximum time, this part takes the maximum.
 */
export const CLEAR_STATUS = 0x3041; // §4.11
export const HEATER_OFF = 0x3066; // §4.10
export const HEATER_ON = 0x306d; // §4.10
export const BREAK = 0x3093; // §4.8
export const SOFT_RESET = 0x30a2; // §4.9
export const FETCH_DATA = 0xe000; // §4.6
export const READ_STATUS = 0xf32d; // §4.11

export interface Repeatability {
  /** Maximum duration of one measurement at 2.4 to 5.5 V in ms, §2.2. */
  durationMs: number;
  /** Three standard deviations in °C and in %RH, §1. */
  celsius: number;
  humidity: number;
}
export const LOW: Repeatability = { durationMs: 4, celsius: 0.15, humidity: 0.21 };
export const MEDIUM: Repeatability = { durationMs: 6, celsius: 0.08, humidity: 0.15 };
export const HIGH: Repeatability = { durationMs: 15, celsius: 0.04, humidity: 0.08 };

/** Single shot by command, §4.3. `stretching`: a read that comes early is held until the measurement is done. */
export const SINGLE_SHOT = new Map<number, { repeatability: Repeatability; stretching: boolean }>([
  [0x2c06, { repeatability: HIGH, stretching: true }],
  [0x2c0d, { repeatability: MEDIUM, stretching: true }],
  [0x2c10, { repeatability: LOW, stretching: true }],
  [0x2400, { repeatability: HIGH, stretching: false }],
  [0x240b, { repeatability: MEDIUM, stretching: false }],
  [0x2416, { repeatability: LOW, stretching: false }],
]);

/** Periodic measurement by command: ms from one to the next, §4.5. The last is ART, 4 Hz, §4.7. */
export const PERIODIC = new Map<number, { repeatability: Repeatability; periodMs: number }>([
  [0x2032, { repeatability: HIGH, periodMs: 2000 }],
  [0x2024, { repeatability: MEDIUM, periodMs: 2000 }],
  [0x202f, { repeatability: LOW, periodMs: 2000 }],
  [0x2130, { repeatability: HIGH, periodMs: 1000 }],
  [0x2126, { repeatability: MEDIUM, periodMs: 1000 }],
  [0x212d, { repeatability: LOW, periodMs: 1000 }],
  [0x2236, { repeatability: HIGH, periodMs: 500 }],
  [0x2220, { repeatability: MEDIUM, periodMs: 500 }],
  [0x222b, { repeatability: LOW, periodMs: 500 }],
  [0x2334, { repeatability: HIGH, periodMs: 250 }],
  [0x2322, { repeatability: MEDIUM, periodMs: 250 }],
  [0x2329, { repeatability: LOW, periodMs: 250 }],
  [0x2737, { repeatability: HIGH, periodMs: 100 }],
  [0x2721, { repeatability: MEDIUM, periodMs: 100 }],
  [0x272a, { repeatability: LOW, periodMs: 100 }],
  [0x2b32, { repeatability: HIGH, periodMs: 250 }],
]);

// Status register, 16 bits, §4.11.
export const STATUS_ALERT_PENDING = 0x8000;
export const STATUS_HEATER = 0x2000;
export const STATUS_HUMIDITY_ALERT = 0x0800;
export const STATUS_TEMPERATURE_ALERT = 0x0400;
export const STATUS_RESET = 0x0010;
export const STATUS_COMMAND_FAILED = 0x0002;
export const STATUS_CHECKSUM_FAILED = 0x0001;
export const STATUS_DEFAULT = STATUS_ALERT_PENDING | STATUS_RESET;
export const STATUS_ALERTS = STATUS_ALERT_PENDING | STATUS_HUMIDITY_ALERT | STATUS_TEMPERATURE_ALERT;
export const STATUS_CLEARED = STATUS_ALERTS | STATUS_RESET;
