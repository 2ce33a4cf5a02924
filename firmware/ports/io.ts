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

export interface SPIOptions {
  clock: Pin;
  /** Controller out (MOSI). */
  out: Pin;
  /** Controller in (MISO). */
  in: Pin;
  select: Pin;
  /** Level that selects the part (default 0). */
  active?: 0 | 1;
  /** Clock frequency in Hz. */
  hz: number;
  /** Clock polarity and phase, 0 to 3. */
  mode: 0 | 1 | 2 | 3;
  /** Which of the controller's units, by the host's number; the host has a usual one. */
  port?: number;
}

/** One part on an SPI bus. It stays selected from a `transfer` to the next `flush(true)`. */
export interface SPI {
  /** Sends every byte and puts the one received in its place: full duplex, at most 65,535 bytes. */
  transfer(bytes: Uint8Array): unknown;
  /** Waits for what is under way; `true` ends the part's selection, and with it the command. */
  flush(deselect?: boolean): void;
  close(): void;
}
export type SPIConstructor = new (options: SPIOptions) => SPI;

export interface SerialOptions {
  receive: Pin;
  transmit: Pin;
  /** Bits per second; 8 data bits, no parity, 1 stop bit (ESP32's class has no other). */
  baud: number;
  port?: number;
  format: "buffer";
  /** `bytes` can be read now. */
  onReadable?: (bytes: number) => void;
  /** `bytes` can be written now. */
  onWritable?: (bytes: number) => void;
}

/** One UART. Callbacks never run inside the constructor, `read`, `write` or `close`. */
export interface Serial {
  /** What has arrived, up to the length of `into`; the count, or `undefined` when there is nothing. */
  read(into: Uint8Array): number | undefined;
  /** Takes all of `bytes`, or throws when they are more than fits (ESP32: a FIFO of 128 bytes). */
  write(bytes: Uint8Array): void;
  close(): void;
}
export type SerialConstructor = new (options: SerialOptions) => Serial;

export interface PulseCountOptions {
  signal: Pin;
  /** Pulses shorter than this are not counted, in ns (default 1000; ESP32: at most 12,787). */
  filter?: number;
}

/** A counter of rising edges. */
export interface PulseCount {
  /** Pulses since the start or the last `write`. */
  read(): number;
  /** Sets the count. */
  write(count: number): void;
  close(): void;
}
export type PulseCountConstructor = new (options: PulseCountOptions) => PulseCount;

export interface DigitalOptions {
  pin: Pin;
  /** The host's constant for the mode: `Digital.Input`, `Digital.InputPullUp`. */
  mode: number;
  /** Edges that call `onReadable`: `Digital.Rising`, `Digital.Falling` or their sum. */
  edge?: number;
  onReadable?: () => void;
}

/** One digital input. */
export interface Digital {
  read(): 0 | 1;
  close(): void;
}
export interface DigitalConstructor {
  new (options: DigitalOptions): Digital;
  readonly Input: number;
  readonly InputPullUp: number;
  readonly InputPullDown: number;
  readonly Rising: number;
  readonly Falling: number;
}

/** The IO classes that a board offers; what it lacks is absent. */
export interface IO {
  I2C?: I2CConstructor;
  SPI?: SPIConstructor;
  Analog?: AnalogConstructor;
  Serial?: SerialConstructor;
  PulseCount?: PulseCountConstructor;
  Digital?: DigitalConstructor;
  Numeric?: NumericConstructor;
}
