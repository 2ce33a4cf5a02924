import type { Clock } from "../../firmware/ports/clock.js";
import type { Pin, Serial, SerialConstructor, SerialOptions } from "../../firmware/ports/io.js";
import { SerialLine } from "./serial.js";
import { classOf } from "./class-of.js";

/** Where a line is soldered, and what it is. */
export interface SerialPins {
  receive: Pin;
  transmit: Pin;
  /** Two wires (RS-485), as whoever is first on the line says. */
  halfDuplex?: boolean;
}

/**
 * The UARTs of one chip: one line for each pair of pins. `Serial` is the class that firmware gets; on pins where nothing
 * is soldered nobody hears or answers.
 */
export class SerialLines {
  readonly Serial: SerialConstructor;
  readonly #clock: Clock;
  readonly #lines = new Map<string, SerialLine>();
  readonly #openPins = new Set<Pin>();
  readonly #openPorts = new Set<number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.Serial = classOf(SerialLines.#Port, this);
  }

  static readonly #Port = class implements Serial {
    readonly #lines: SerialLines;
    readonly #serial: Serial;
    readonly #options: SerialOptions;
    #closed = false;

    constructor(lines: SerialLines, options: SerialOptions) {
      this.#lines = lines;
      const { receive, transmit, port = 0, onReadable, onWritable } = options;
      if (lines.#openPins.has(receive) || lines.#openPins.has(transmit)) throw new Error("in use");
      if (lines.#openPorts.has(port)) throw new RangeError("port in use");
      this.#options = options;
      this.#serial = new (lines.at(options).Serial)({
        ...options,
        ...(onReadable && { onReadable: (bytes: number) => onReadable.call(this, bytes) }),
        ...(onWritable && { onWritable: (bytes: number) => onWritable.call(this, bytes) }),
      });
      lines.#openPins.add(receive).add(transmit);
      lines.#openPorts.add(port);
    }

    read(into: Uint8Array): number | undefined {
      return this.#serial.read(into);
    }

    write(bytes: Uint8Array): void {
      this.#serial.write(bytes);
    }

    close(): void {
      if (this.#closed) return;
      this.#closed = true;
      this.#serial.close();
      const { receive, transmit, port = 0 } = this.#options;
      this.#lines.#openPins.delete(receive);
      this.#lines.#openPins.delete(transmit);
      this.#lines.#openPorts.delete(port);
    }
  };

  /** The line at these pins. Throws RangeError when it is of the other kind: two wires, or four. */
  at({ receive, transmit, halfDuplex }: SerialPins): SerialLine {
    const key = `${receive},${transmit}`;
    let line = this.#lines.get(key);
    if (line === undefined) {
      line = new SerialLine({ clock: this.#clock, halfDuplex: halfDuplex === true });
      this.#lines.set(key, line);
    } else if (halfDuplex !== undefined && halfDuplex !== line.halfDuplex) {
      throw new RangeError(`serial: halfDuplex ${halfDuplex} is not that of the line at ${key}`);
    }
    return line;
  }
}
