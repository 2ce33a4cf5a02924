import type { Pin, PulseCount, PulseCountConstructor, PulseCountOptions } from "../../firmware/ports/io.js";
import type { PulseSource } from "../chips/chip.js";
import { classOf } from "./class-of.js";

export interface PulseBankOptions {
  /** How many counters there are (ESP32: 8; S3 and C6: 4; C3: none). */
  units?: number;
}

/** The longest glitch that the hardware filters, in ns: 1023 cycles of 80 MHz (ESP-IDF, pcnt_unit_set_glitch_filter). */
const MAXIMUM_FILTER = 12_787;
/** Where the hardware's counter starts again at 0 (SDK, high_limit); the SDK does not notice. */
const HARDWARE_LIMIT = 32_767;

/**
 * The pulse counters of one chip, counting rising edges. `PulseCount` is the class that firmware gets; `read` and `write`
 * are the SDK's on ESP32 (modules/io/pulsecount/esp32/_pulsecount.c): a read moves what the hardware has counted to a
 * number of 32 bits, so whoever reads too seldom loses multiples of 32,767 pulses. A pin with nothing on it counts none.
 */
export class PulseBank {
  readonly PulseCount: PulseCountConstructor;
  readonly #units: number;
  readonly #sources = new Map<Pin, PulseSource>();
  readonly #open = new Map<Pin, { settle(): void; follow(source: PulseSource): void }>();

  constructor({ units = 8 }: PulseBankOptions = {}) {
    this.#units = units;
    this.PulseCount = classOf(PulseBank.#Counter, this);
  }

  static readonly #Counter = class implements PulseCount {
    readonly #bank: PulseBank;
    readonly #signal: Pin;
    #base = 0;
    /** Pulses since the hardware's counter was last set to 0, and how many its source had given by then. */
    #counted = 0;
    #seen = 0;
    #closed = false;

    constructor(bank: PulseBank, { signal, filter = 1000 }: PulseCountOptions) {
      this.#bank = bank;
      if (!Number.isInteger(signal) || signal < 0) throw new RangeError(`invalid pin: ${signal}`);
      if (bank.#open.has(signal)) throw new RangeError(`in use: pin ${signal}`);
      // The SDK ignores a filter that the hardware has not, and counts unfiltered.
      if (!(filter >= 0 && filter <= MAXIMUM_FILTER)) {
        throw new RangeError(`pulse count: filter ${filter} is not 0 to ${MAXIMUM_FILTER}`);
      }
      if (bank.#open.size >= bank.#units) throw new Error("no pcnt");
      this.#signal = signal;
      this.#seen = bank.#sources.get(signal)?.pulses() ?? 0;
      bank.#open.set(signal, { settle: () => this.#settle(), follow: (source) => this.#follow(source) });
    }

    get format(): string {
      return "number";
    }

    set format(format: string) {
      if (format !== "number") throw new RangeError(`pulse count: format ${format} is not number`);
    }

    read(): number {
      this.#check();
      this.#settle();
      this.#base = (this.#base + (this.#counted % HARDWARE_LIMIT)) | 0;
      this.#counted = 0;
      return this.#base;
    }

    write(count: number): void {
      this.#check();
      this.#settle();
      this.#base = count | 0;
      this.#counted = 0;
    }

    close(): void {
      if (!this.#closed) this.#bank.#open.delete(this.#signal);
      this.#closed = true;
    }

    #settle(): void {
      const pulses = this.#bank.#sources.get(this.#signal)?.pulses() ?? this.#seen;
      this.#counted += pulses - this.#seen;
      this.#seen = pulses;
    }

    /** Pulses of a source count from the moment at which it is wired. */
    #follow(source: PulseSource): void {
      this.#seen = source.pulses();
    }

    #check(): void {
      if (this.#closed) throw new Error("pulse count: used after close");
    }
  };

  /** Wires a source to a pin. Throws RangeError when the pin is taken. */
  attach(pin: Pin, source: PulseSource): void {
    if (this.#sources.has(pin)) throw new RangeError(`pulse count: pin ${pin} is taken`);
    this.#sources.set(pin, source);
    this.#open.get(pin)?.follow(source);
  }

  /** Cuts the wire; what was counted stays. Throws RangeError when there is none. */
  detach(pin: Pin): void {
    this.#open.get(pin)?.settle();
    if (!this.#sources.delete(pin)) throw new RangeError(`pulse count: nothing on pin ${pin}`);
  }
}
