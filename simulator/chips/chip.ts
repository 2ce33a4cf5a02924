/**
 * A chip has two faces. The bus sees an {@link I2CTarget}; tests, the world and the bench see a {@link Part}.
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

/** What an ADC pin sees. */
export interface AnalogSource {
  /** Voltage at the pin now. */
  millivolts(): number;
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
