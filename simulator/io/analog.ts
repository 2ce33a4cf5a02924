import type { Analog, AnalogConstructor, AnalogOptions, Attenuation, Pin } from "../../firmware/ports/io.js";
import type { AnalogSource } from "../chips/chip.js";
import type { Random } from "../random.js";
import { classOf } from "./class-of.js";

export interface AnalogBankOptions {
  random: Random;
  /** Standard deviation of one reading in mV, at the pin. */
  noiseMillivolts?: number;
  /** Bits per reading. */
  resolution?: number;
  /** The pins that have an ADC; ESP32's when absent. */
  pins?: readonly Pin[];
}

/** Millivolts that can be told apart from less and from more, by attenuation in dB (SDK, kAttenuationTable). */
const RANGES = new Map<Attenuation, { minimum: number; maximum: number }>([
  [0, { minimum: 100, maximum: 950 }],
  [2.5, { minimum: 100, maximum: 1250 }],
  [6, { minimum: 150, maximum: 1750 }],
  [12, { minimum: 150, maximum: 2450 }],
]);

/** ESP32: ADC1 on 32 to 39, ADC2 on the rest. */
const ESP32_PINS: readonly Pin[] = [32, 33, 34, 35, 36, 37, 38, 39, 0, 2, 4, 12, 13, 14, 15, 25, 26, 27];
const FIRST_OF_ADC1 = 32;

/**
 * The ADC inputs of one chip. `Analog` is the class that firmware gets; it does what the SDK's does on ESP32
 * (modules/io/analog/esp32/_analog.c), calibrated: whole millivolts, scaled to the range of the attenuation and cut off.
 * A pin with nothing on it floats: each reading is anywhere in the range.
 */
export class AnalogBank {
  readonly Analog: AnalogConstructor;
  readonly #random: Random;
  readonly #noise: number;
  readonly #resolution: number;
  readonly #pins: readonly Pin[];
  readonly #sources = new Map<Pin, AnalogSource>();
  readonly #failures = new Map<Pin, number>();
  readonly #open = new Map<Pin, Attenuation>();

  constructor(options: AnalogBankOptions) {
    const { random, noiseMillivolts = 0.6, resolution = 12, pins = ESP32_PINS } = options;
    if (!(noiseMillivolts >= 0)) throw new RangeError(`analog: noiseMillivolts ${noiseMillivolts} is not 0 or more`);
    this.#random = random;
    this.#noise = noiseMillivolts;
    this.#resolution = resolution;
    this.#pins = pins;
    this.Analog = classOf(AnalogBank.#Input, this);
  }

  static readonly #Input = class implements Analog {
    readonly #bank: AnalogBank;
    readonly #pin: Pin;
    readonly #attenuation: Attenuation;
    #closed = false;

    constructor(bank: AnalogBank, options: AnalogOptions) {
      this.#bank = bank;
      const { pin, esp32: { calibrated = true, attenuation = 12 } = {} } = options;
      if (!bank.#pins.includes(pin)) throw new RangeError(`not analog pin: ${pin}`);
      if (bank.#open.has(pin)) throw new RangeError(`in use: pin ${pin}`);
      if (!RANGES.has(attenuation)) {
        throw new RangeError(`bad attenuation: ${String(attenuation)} is not 0, 2.5, 6 or 12`);
      }
      if (!calibrated) throw new RangeError("analog: uncalibrated readings are not simulated");
      bank.#checkUnit(pin, attenuation);
      this.#pin = pin;
      this.#attenuation = attenuation;
      bank.#open.set(pin, attenuation);
    }

    get resolution(): number {
      return this.#bank.#resolution;
    }

    get format(): string {
      return "number";
    }

    set format(format: string) {
      if (format !== "number") throw new RangeError(`analog: format ${format} is not number`);
    }

    read(): number | undefined {
      if (this.#closed) throw new Error("analog: used after close");
      if (this.#bank.#fails(this.#pin)) return undefined;
      const { minimum, maximum } = RANGES.get(this.#attenuation)!;
      const full = (1 << this.#bank.#resolution) - 1;
      const millivolts = Math.round(Math.min(Math.max(this.#bank.#millivolts(this.#pin, maximum), minimum), maximum));
      return Math.floor((millivolts * full) / maximum);
    }

    close(): void {
      if (!this.#closed) this.#bank.#open.delete(this.#pin);
      this.#closed = true;
    }
  };

  /** Wires a source to a pin. Throws RangeError when the pin is taken. */
  attach(pin: Pin, source: AnalogSource): void {
    if (this.#sources.has(pin)) throw new RangeError(`analog: pin ${pin} is taken`);
    this.#sources.set(pin, source);
  }

  /** Cuts the wire; the pin then floats. Throws RangeError when there is none. */
  detach(pin: Pin): void {
    if (!this.#sources.delete(pin)) throw new RangeError(`analog: nothing on pin ${pin}`);
  }

  /**
   * Puts something between a pin and its source, such as a fault of simulator/faults/analog.ts.
   *
   * @returns takes it out again (and whatever was put in after it)
   */
  decorate(pin: Pin, decorator: (source: AnalogSource) => AnalogSource): () => void {
    const source = this.#sources.get(pin);
    if (source === undefined) throw new RangeError(`analog: nothing on pin ${pin}`);
    this.#sources.set(pin, decorator(source));
    return () => {
      this.#sources.set(pin, source);
    };
  }

  /** Makes the next `count` conversions on a pin fail. */
  failNext(pin: Pin, count = 1): void {
    this.#failures.set(pin, count);
  }

  #fails(pin: Pin): boolean {
    const left = this.#failures.get(pin) ?? 0;
    if (left > 0) this.#failures.set(pin, left - 1);
    return left > 0;
  }

  #millivolts(pin: Pin, maximum: number): number {
    const source = this.#sources.get(pin);
    if (source === undefined) return this.#random.next() * maximum;
    return source.millivolts() + this.#noise * this.#random.normal();
  }

  // The SDK keeps one calibration per ADC unit, that of the first pin opened: another attenuation would read wrong.
  #checkUnit(pin: Pin, attenuation: Attenuation): void {
    for (const [other, used] of this.#open) {
      if (other >= FIRST_OF_ADC1 === pin >= FIRST_OF_ADC1 && used !== attenuation) {
        throw new RangeError(
          `analog: pin ${pin} wants ${attenuation} dB, but pin ${other} of its ADC is open at ${used} dB`,
        );
      }
    }
  }
}
