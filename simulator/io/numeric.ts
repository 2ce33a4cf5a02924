import type { Numeric, NumericConstructor, NumericOptions } from "../../firmware/ports/io.js";
import { classOf } from "./class-of.js";

/** What a port of a {@link NumericBank} sees. */
export interface NumberSource {
  /** The number now, or `undefined` when there is none. */
  number(): number | undefined;
}

/** Numbers that the host has already, by port. `Numeric` is the class that firmware gets. */
export class NumericBank {
  readonly Numeric: NumericConstructor;
  readonly #sources = new Map<number, NumberSource>();
  readonly #open = new Set<number>();

  constructor() {
    this.Numeric = classOf(NumericBank.#Input, this);
  }

  static readonly #Input = class implements Numeric {
    readonly #bank: NumericBank;
    readonly #port: number;
    #closed = false;

    constructor(bank: NumericBank, { port }: NumericOptions) {
      this.#bank = bank;
      if (!Number.isInteger(port) || port < 0) throw new RangeError(`numeric: port ${port} is not 0 or more`);
      if (bank.#open.has(port)) throw new RangeError(`in use: port ${port}`);
      this.#port = port;
      bank.#open.add(port);
    }

    read(): number | undefined {
      if (this.#closed) throw new Error("numeric: used after close");
      return this.#bank.#sources.get(this.#port)?.number();
    }

    close(): void {
      if (!this.#closed) this.#bank.#open.delete(this.#port);
      this.#closed = true;
    }
  };

  /** Throws RangeError when the port is taken. */
  attach(port: number, source: NumberSource): void {
    if (this.#sources.has(port)) throw new RangeError(`numeric: port ${port} is taken`);
    this.#sources.set(port, source);
  }

  /** The port then has no number. Throws RangeError when it had none before. */
  detach(port: number): void {
    if (!this.#sources.delete(port)) throw new RangeError(`numeric: nothing on port ${port}`);
  }
}
