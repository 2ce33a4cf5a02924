import Digital from "embedded:io/digital";
import type { PulseCount, PulseCountOptions } from "../../firmware/ports/io.js";

type EdgeDigital = new (options: object) => { close(): void };

/**
 * Counts rising edges, one interrupt each: good for flow meters and tachometers up to about a kilohertz. The SDK's own
 * PulseCount is a quadrature decoder, which takes back at the falling edge what it counted at the rising one.
 */
export class EdgeCount implements PulseCount {
  readonly #digital: { close(): void };
  #count = 0;

  constructor({ signal }: PulseCountOptions) {
    const options = { pin: signal, mode: Digital.InputPullUp, edge: Digital.Rising, onReadable: () => this.#count++ };
    this.#digital = new (Digital as unknown as EdgeDigital)(options);
  }

  read(): number {
    return this.#count;
  }

  write(count: number): void {
    this.#count = count;
  }

  close(): void {
    this.#digital.close();
  }
}
