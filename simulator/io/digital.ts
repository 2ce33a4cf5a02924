import type { Clock, Timer } from "../../firmware/ports/clock.js";
import type { Digital, DigitalConstructor, DigitalOptions, Pin } from "../../firmware/ports/io.js";
import type { DigitalSource } from "../chips/chip.js";
import { Random } from "../random.js";
import { classOf } from "./class-of.js";

export interface DigitalBankOptions {
  clock: Clock;
  /** How often a source is looked at for an edge, beside the changes that it tells of itself (default 10 ms). */
  pollMs?: number;
}

// The SDK's constants (modules/io/digital/digitalbank.js, digital.js).
const INPUT = 0;
const PULL_UP = 1;
const PULL_DOWN = 2;
const RISING = 1;
const FALLING = 2;

/** The GPIO numbers that ESP32 has. */
const LAST_PIN = 39;

/**
 * The digital inputs of one chip. `Digital` is the class that firmware gets, with the manners of the SDK's on ESP32
 * (modules/io/digital/esp32/digitalbank.c): one callback for all edges since the last, from the clock, and without a
 * level: whoever is called reads what holds by then. A pin with nothing on it follows its pull, or floats.
 */
export class DigitalBank {
  readonly Digital: DigitalConstructor;
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #sources = new Map<Pin, DigitalSource>();
  readonly #open = new Map<Pin, { check(): void }>();

  constructor({ clock, pollMs = 10 }: DigitalBankOptions) {
    if (!(pollMs >= 1)) throw new RangeError(`digital: pollMs ${pollMs} is not 1 or more`);
    this.#clock = clock;
    this.#pollMs = pollMs;
    this.Digital = classOf(DigitalBank.#Input, this);
  }

  static readonly #Input = class implements Digital {
    static readonly Input = INPUT;
    static readonly InputPullUp = PULL_UP;
    static readonly InputPullDown = PULL_DOWN;
    static readonly Rising = RISING;
    static readonly Falling = FALLING;
    readonly #bank: DigitalBank;
    readonly #options: DigitalOptions;
    readonly #noise: Random;
    readonly #edge: number;
    #level: 0 | 1;
    #triggered = false;
    #timer: Timer | undefined;
    #closed = false;

    constructor(bank: DigitalBank, options: DigitalOptions) {
      this.#bank = bank;
      const { pin, mode, edge = 0, onReadable } = options;
      if (!Number.isInteger(pin) || pin < 0 || pin > LAST_PIN) {
        throw new Error(`invalid pin: ${pin} is not 0 to ${LAST_PIN}`);
      }
      if (bank.#open.has(pin)) throw new Error(`in use: pin ${pin}`);
      if (mode !== INPUT && mode !== PULL_UP && mode !== PULL_DOWN) {
        throw new RangeError(`invalid mode: ${mode} is not Input, InputPullUp or InputPullDown`);
      }
      if (onReadable && (edge & (RISING | FALLING)) === 0) {
        throw new RangeError(`invalid edges: ${edge} is not Rising, Falling or both`);
      }
      this.#options = { ...options };
      this.#edge = onReadable ? edge : 0;
      this.#noise = new Random(pin);
      this.#level = this.#now();
      bank.#open.set(pin, { check: () => this.#check() });
      this.#wait();
    }

    get format(): string {
      return "number";
    }

    set format(format: string) {
      if (format !== "number") throw new RangeError(`digital: format ${format} is not number`);
    }

    read(): 0 | 1 {
      if (this.#closed) throw new Error("digital: used after close");
      this.#look();
      return this.#level;
    }

    close(): void {
      if (this.#closed) return;
      this.#closed = true;
      if (this.#timer) this.#bank.#clock.cancel(this.#timer);
      this.#bank.#open.delete(this.#options.pin);
    }

    #now(): 0 | 1 {
      const { pin, mode } = this.#options;
      const source = this.#bank.#sources.get(pin);
      if (source) return source.level();
      if (mode === INPUT) return this.#noise.next() < 0.5 ? 0 : 1;
      return mode === PULL_UP ? 1 : 0;
    }

    #look(): void {
      const level = this.#now();
      if (level === this.#level) return;
      this.#level = level;
      if ((this.#edge & (level ? RISING : FALLING)) === 0 || this.#triggered) return;
      this.#triggered = true;
      this.#bank.#clock.schedule(() => {
        this.#triggered = false;
        if (!this.#closed) this.#options.onReadable!.call(this);
      }, 0);
    }

    #check(): void {
      this.#look();
      this.#wait();
    }

    #wait(): void {
      if (this.#edge === 0) return;
      if (this.#timer) this.#bank.#clock.cancel(this.#timer);
      const untilChange =
        (this.#bank.#sources.get(this.#options.pin)?.changesAt?.() ?? Infinity) - this.#bank.#clock.ticks();
      this.#timer = this.#bank.#clock.schedule(
        () => this.#check(),
        Math.max(1, Math.min(untilChange, this.#bank.#pollMs)),
      );
    }
  };

  /** Wires a source to a pin. Throws RangeError when the pin is taken. */
  attach(pin: Pin, source: DigitalSource): void {
    if (this.#sources.has(pin)) throw new RangeError(`digital: pin ${pin} is taken`);
    this.#sources.set(pin, source);
    source.connect?.(() => this.#notice(pin, source));
    this.#open.get(pin)?.check();
  }

  /** Cuts the wire. Throws RangeError when there is none. */
  detach(pin: Pin): void {
    if (!this.#sources.delete(pin)) throw new RangeError(`digital: nothing on pin ${pin}`);
    this.#open.get(pin)?.check();
  }

  #notice(pin: Pin, source: DigitalSource): void {
    if (this.#sources.get(pin) === source) this.#open.get(pin)?.check();
  }
}
