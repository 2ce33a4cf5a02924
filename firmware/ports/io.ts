/**
 * ECMA-419 IO classes as drivers use them: constructed with options, closed once, no callback from inside a call.
 * What ESP32's classes really do is narrower than the standard and is what these say (see docs of each member).
 */

/** A pin, by the number printed on the module. */
export type Pin = number;

export interface I2COptions {
  data: Pin;
  clock: Pin;
  /** Bus frequency in Hz. */
  hz: number;
  /** 7-bit address, 0x08 to 0x77. */
  address: number;
  /** How long one transaction may take, in ms (the SDK's default is 400). */
  timeout?: number;
}

/**
 * One target on an I2C bus. Every call is one whole transaction that ends in a stop; a refused or timed-out one throws
 * a bare `Error` that does not tell which.
 */
export interface I2C {
  /** Reads `into.byteLength` bytes. */
  read(into: Uint8Array): unknown;
  write(bytes: Uint8Array): void;
  /** Writes, then reads `into.byteLength` bytes after a repeated start. */
  writeRead(bytes: Uint8Array, into: Uint8Array): unknown;
  close(): void;
}
export type I2CConstructor = new (options: I2COptions) => I2C;

/** Input attenuation of ESP32's ADC in dB; full scale is 950, 1250, 1750 and 2450 mV. */
export type Attenuation = 0 | 2.5 | 6 | 12;

export interface AnalogOptions {
  pin: Pin;
  esp32?: { calibrated: boolean; attenuation: Attenuation };
}

/** One ADC input. */
export interface Analog {
  /** 0 to 2^resolution − 1, or `undefined` when the conversion failed. Full scale is the attenuation's maximum voltage. */
  read(): number | undefined;
  /** Bits per reading. */
  readonly resolution: number;
  close(): void;
}
export type AnalogConstructor = new (options: AnalogOptions) => Analog;

export interface NumericOptions {
  /** Which of the host's numbers; what a number means is agreed between host and definition. */
  port: number;
}

/** A value that a host already has as a number of any range: a PLC register, a column of a file. Not in ECMA-419. */
export interface Numeric {
  /** The value now, or `undefined` when there is none. */
  read(): number | undefined;
  close(): void;
}
export type NumericConstructor = new (options: NumericOptions) => Numeric;

/** The IO classes that a board offers; what it lacks is absent. */
export interface IO {
  I2C?: I2CConstructor;
  Analog?: AnalogConstructor;
  Numeric?: NumericConstructor;
}
