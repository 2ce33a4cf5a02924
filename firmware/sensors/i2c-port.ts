import { SensorFault } from "../model/sensor.js";
import type { I2C, I2CConstructor, Pin } from "../ports/io.js";

/** The `sensor` option of an I2C part: the IO class and what it needs. The driver knows the usual `hz` and `address`. */
export interface I2CSensorIO {
  io: I2CConstructor;
  data: Pin;
  clock: Pin;
  hz?: number;
  address?: number;
  /** How long one transaction may take, in ms. */
  timeout?: number;
}

/** One part's end of an I2C bus: a refused transaction becomes a {@link SensorFault}, use after closing an Error. */
export class I2CPort {
  readonly #part: string;
  readonly #address: number;
  #io: I2C | undefined;

  /**
   * @param part the driver's name, with which its errors begin
   * @param addresses the 7-bit addresses that the part can have, the usual one first
   * @param hz the bus frequency where `sensor` gives none
   * @throws RangeError for an address that the part cannot have, before anything is opened; whatever the IO class throws
   */
  constructor(part: string, sensor: I2CSensorIO, addresses: readonly number[], hz: number) {
    const address = sensor.address ?? addresses[0]!;
    if (!addresses.includes(address)) {
      throw new RangeError(`${part}: address ${hex(address)} is not one of ${addresses.map(hex).join(", ")}`);
    }
    this.#part = part;
    this.#address = address;
    // The ecosystem's way: the IO class gets the whole `sensor` object, completed.
    this.#io = new sensor.io({ ...sensor, address, hz: sensor.hz ?? hz });
  }

  /** Throws an Error when the port is closed. */
  requireOpen(): I2C {
    if (this.#io === undefined) throw new Error(`${this.#part}: closed`);
    return this.#io;
  }

  read(into: Uint8Array): void {
    const io = this.requireOpen();
    try {
      io.read(into);
    } catch (error) {
      throw this.fault(error);
    }
  }

  write(bytes: Uint8Array): void {
    const io = this.requireOpen();
    try {
      io.write(bytes);
    } catch (error) {
      throw this.fault(error);
    }
  }

  writeRead(bytes: Uint8Array, into: Uint8Array): void {
    const io = this.requireOpen();
    try {
      io.writeRead(bytes, into);
    } catch (error) {
      throw this.fault(error);
    }
  }

  /** Harmless when repeated. */
  close(): void {
    const io = this.#io;
    this.#io = undefined;
    io?.close();
  }

  private fault(error: unknown): SensorFault {
    const reason = error instanceof Error ? error.message : String(error);
    return new SensorFault("bus", `${this.#part}: no answer at ${hex(this.#address)} (${reason})`);
  }
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
