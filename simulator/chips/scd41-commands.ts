/*
 * Sensirion SCD41, I2C 0x62. Datasheet "SCD4x", version 1.3 (September 2022). Commands are 16 bits, words 16 bits with their
 * CRC-8 (§3.11: polynomial 0x31, initial 0xff), the most significant byte first; table 9.
 */
export interface Command {
  readonly code: number;
  /** At most, in ms; the part does not acknowledge meanwhile. */
  readonly durationMs: number;
  /** Whether it may be sent while a periodic measurement runs. */
  readonly whileMeasuring: boolean;
  /** Whether a word follows. */
  readonly takesWord: boolean;
}

const commands = new Map<number, Command>();
function command(code: number, durationMs: number, whileMeasuring = false, takesWord = false): number {
  commands.set(code, { code, durationMs, whileMeasuring, takesWord });
  return code;
}

export const START_PERIODIC = command(0x21b1, 0); // §3.5.1; a measurement every 5 s
export const READ_MEASUREMENT = command(0xec05, 1, true); // §3.5.2; three words, once
export const STOP_PERIODIC = command(0x3f86, 500, true); // §3.5.3
export const SET_TEMPERATURE_OFFSET = command(0x241d, 1, false, true); // §3.6.1; 175/65535 °C per bit
export const GET_TEMPERATURE_OFFSET = command(0x2318, 1); // §3.6.2
export const SET_ALTITUDE = command(0x2427, 1, false, true); // §3.6.3; m
export const GET_ALTITUDE = command(0x2322, 1); // §3.6.4
export const SET_AMBIENT_PRESSURE = command(0xe000, 1, true, true); // §3.6.5; hPa
export const FORCED_RECALIBRATION = command(0x362f, 400, false, true); // §3.7.1
export const SET_SELF_CALIBRATION = command(0x2416, 1, false, true); // §3.7.2; 1: on
export const GET_SELF_CALIBRATION = command(0x2313, 1); // §3.7.3
export const START_LOW_POWER_PERIODIC = command(0x21ac, 0); // §3.8.1; a measurement every 30 s
export const GET_DATA_READY = command(0xe4b8, 1, true); // §3.8.2
export const PERSIST_SETTINGS = command(0x3615, 800); // §3.9.1
export const GET_SERIAL_NUMBER = command(0x3682, 1); // §3.9.2; three words
export const SELF_TEST = command(0x3639, 10_000); // §3.9.3; one word, 0: no fault
export const FACTORY_RESET = command(0x3632, 1200); // §3.9.4
export const REINIT = command(0x3646, 20); // §3.9.5
export const SINGLE_SHOT = command(0x219d, 5000); // §3.10.1
export const SINGLE_SHOT_CLIMATE = command(0x2196, 50); // §3.10.2; humidity and temperature only
export const POWER_DOWN = command(0x36e0, 1); // §3.10.3
export const WAKE_UP = command(0x36f6, 20); // §3.10.4; never acknowledged

/** By code. */
export const COMMANDS: ReadonlyMap<number, Command> = commands;

/** From power-on to idle (§3.1), in ms. */
export const POWER_UP_MS = 1000;
/** Signal update intervals (§3.5.1, §3.8.1), in ms. */
export const PERIOD_MS = 5000;
export const LOW_POWER_PERIOD_MS = 30_000;
/** §3.8.2: data is ready unless the least significant 11 bits are 0. */
export const READY = 0x8006;
export const NOT_READY = 0x8000;
/** Of an otherwise idle part in its usual surroundings (§3.6.1): what the factory set the offset to. */
export const SELF_HEATING_CELSIUS = 4;
/** §3.5.2. */
export const CELSIUS_SPAN = 175;
export const CELSIUS_LOWEST = -45;
/** Repeatability, taken as three standard deviations: ppm (§1.1), %RH (§1.2), °C (§1.3). */
export const REPEATABILITY_PPM = 10;
export const REPEATABILITY_HUMIDITY = 0.4;
export const REPEATABILITY_CELSIUS = 0.1;
