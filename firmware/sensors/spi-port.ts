import { SensorFault } from "../model/sensor.js";
import type { Pin, SPI, SPIConstructor } from "../ports/io.js";

/** The `sensor` option of an SPI part: the IO class and what it needs. The driver knows the usual `hz` and `mode`. */
export interface SPISensorIO {
  io: SPIConstructor;
  clock: Pin;
  out: Pin;
  in: Pin;
  select: Pin;
  active?: 0 | 1;
  hz?: number;
  mode?: 0 | 1 | 2 | 3;
}

/** One part's end of an SPI bus: a failed transfer becomes a {@link SensorFault}, use after closing an Error. */
export class SPIPort {
  readonly #part: string;
  #io: SPI | undefined;

  /**
   * @param part the driver's name, with which its errors begin
   * @param hz the bus frequency where `sensor` gives none
   * @param maximumHz the part's fastest
   * @param modes clock modes that the part understands, the usual one first
   * @throws RangeError for what the part does not understand, before anything is opened; whatever the IO class throws
   */
  constructor(part: string, sensor: SPISensorIO, hz: number, maximumHz: number, modes: readonly (0 | 1 | 2 | 3)[]) {
    const { mode = modes[0]!, hz: chosen = hz } = sensor;
    if (!modes.includes(mode)) throw new RangeError(`${part}: mode ${mode} is not one of ${modes.join(", ")}`);
    if (!(chosen > 0 && chosen <= maximumHz)) throw new RangeError(`${part}: hz ${chosen} is not in 1 to ${maximumHz}`);
    this.#part = part;
    // The ecosystem's way: the IO class gets the whole `sensor` object, completed.
    this.#io = new sensor.io({ ...sensor, hz: chosen, mode });
  }

  /** Throws an Error when the port is closed. */
  requireOpen(): SPI {
    if (this.#io === undefined) throw new Error(`${this.#part}: closed`);
    return this.#io;
  }

  /** One whole command: sends the bytes, puts those received in their place and ends the part's selection. */
  command(bytes: Uint8Array): void {
    const io = this.requireOpen();
    try {
      io.transfer(bytes);
      io.flush(true);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SensorFault("bus", `${this.#part}: no transfer (${reason})`);
    }
  }

  /** Harmless when repeated. */
  close(): void {
    const io = this.#io;
    this.#io = undefined;
    io?.close();
  }
}
