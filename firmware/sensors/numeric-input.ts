/** A number that the host has already (a PLC register, a column of a file), as a sensor. No part, no bus, no datasheet. */
import type { Sensor, SensorOptions } from "../model/sensor.js";
import type { Numeric, NumericConstructor, NumericOptions } from "../ports/io.js";

/** In whatever unit the definition gives the port. */
export interface NumericSample extends Readonly<Record<string, number>> {
  readonly value: number;
}

export type NumericInputOptions = SensorOptions<NumericOptions & { io: NumericConstructor }>;

export class NumericInput implements Sensor<NumericSample> {
  readonly #input: Numeric;
  #closed = false;

  /** @throws what the IO class throws */
  constructor(options: NumericInputOptions) {
    const { io: NumericIO, ...wiring } = options.sensor;
    this.#input = new NumericIO(wiring);
  }

  /** There is nothing to configure. */
  configure(): void {
    this.requireOpen();
  }

  /** The number as it is now, whatever its size; `undefined` while the host has none. */
  sample(): NumericSample | undefined {
    this.requireOpen();
    const value = this.#input.read();
    return value === undefined ? undefined : { value };
  }

  close(): void {
    this.#closed = true;
    this.#input.close();
  }

  private requireOpen(): void {
    if (this.#closed) throw new Error("numeric-input: closed");
  }
}
