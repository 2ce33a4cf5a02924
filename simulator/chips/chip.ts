/**
 * A chip has two faces. The bus sees an {@link I2CTarget} or an {@link SPITarget}; tests, the world and the bench see a
 * {@link Part}.
 * Chips are strict: an unknown command or register, or time running backwards, throws a {@link ProtocolViolation}.
 */

/** What an I2C bus sees of one target, byte by byte. */
export interface I2CTarget {
  /** Addressed after a (repeated) start; `false` is a NACK. */
  start(address: number, read: boolean): boolean;
  /** One byte from the controller; `false` is a NACK. */
  write(byte: number): boolean;
  /** The next byte to the controller. */
  read(): number;
  stop(): void;
}

/** How a part wants to be clocked. */
export interface SPITiming {
  readonly maximumHz: number;
  /** Clock polarity and phase, as in the SPI options. */
  readonly modes: readonly number[];
}

/** What an SPI bus sees of one part, byte by byte. */
export interface SPITarget {
  /** Absent: anything goes. A controller that does otherwise is told so by the bus. */
  readonly timing?: SPITiming;
  select(): void;
  /** Takes one byte and gives the one that leaves at the same time. */
  transfer(byte: number): number;
  deselect(): void;
}

/** What an ADC pin sees. */
export interface AnalogSource {
  /** Voltage at the pin now. */
  millivolts(): number;
}

/** What a serial line sees of one device on it. */
export interface SerialDevice {
  /** Bits per second that it sends and understands; absent: those of the line. */
  readonly baud?: number;
  /**
   * Called once, when it is wired. `send` puts bytes on the line from now on, one after the other; `measure` sets the
   * device's channels to what holds now, and is called by the device whenever it measures.
   */
  connect?(send: (bytes: Uint8Array) => void, measure: () => void): void;
  /** One byte from the line. `ticks` is the end of its stop bit to a fraction of a ms, at or before the clock's tick. */
  receive(byte: number, ticks: number): void;
}

/** What a pulse counter's pin sees. */
export interface PulseSource {
  /** Whole pulses since the source was made, as of the clock's tick; never fewer than before. */
  pulses(): number;
}

/** What a digital pin sees. */
export interface DigitalSource {
  level(): 0 | 1;
  /** The tick of the next change that is certain already; Infinity or absent: none. */
  changesAt?(): number;
  /** Called once, when it is wired. `changed` is to be called when the level or `changesAt` has changed by itself. */
  connect?(changed: () => void): void;
}

/** One physical quantity that a part feels. */
export interface PartChannel {
  readonly minimum: number;
  readonly maximum: number;
  /** How far a right reading may be from the truth, over the whole range. */
  readonly tolerance: number;
  /** SenML unit. */
  readonly unit: string;
}

/** The other face: the physics of a part. */
export interface Part {
  readonly channels: Readonly<Record<string, PartChannel>>;
  /** Throws RangeError for an unknown name; values outside the range are what the part then saturates at. */
  setChannel(name: string, value: number): void;
  /** Off and on again: registers at their reset values, a running conversion lost. */
  powerCycle(): void;
}

/** The controller did what the datasheet does not define: a fault of the driver, never of the line. */
export class ProtocolViolation extends Error {
  override readonly name = "ProtocolViolation";
}
