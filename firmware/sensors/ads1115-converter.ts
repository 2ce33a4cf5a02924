/**
 * Texas Instruments ADS1115 (I2C), as a building block: converts several inputs one after the other without blocking.
 * Datasheet SBAS444E (December 2024); sections below are of that document.
 *
 * Single-shot mode: each conversion is asked for, and the part sleeps in between. Nothing that it sends has a checksum,
 * so every result is read twice, with the Config register in between. That register must read back as it was written:
 * comparator polarity is set in it, which does nothing while the comparator is off, and tells ours from the one that a
 * reset leaves behind.
 */
import { SensorFault } from "../model/sensor.js";
import type { Clock } from "../ports/clock.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";

/** One input against ground, or the first against the second. */
export type ADS1115Input = "a0" | "a1" | "a2" | "a3" | "a0-a1" | "a0-a3" | "a1-a3" | "a2-a3";
/** ± this many volts; the inputs themselves must stay between ground and supply whatever it says. */
export type ADS1115FullScale = 6.144 | 4.096 | 2.048 | 1.024 | 0.512 | 0.256;
export type ADS1115Rate = 8 | 16 | 32 | 64 | 128 | 250 | 475 | 860;

/** Each list is in the order of its codes in the Config register, except for the inputs: see {@link MUX}. */
export const INPUTS: readonly ADS1115Input[] = ["a0", "a1", "a2", "a3", "a0-a1", "a0-a3", "a1-a3", "a2-a3"];
export const FULL_SCALES: readonly ADS1115FullScale[] = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256];
export const RATES: readonly ADS1115Rate[] = [8, 16, 32, 64, 128, 250, 475, 860];

/** One conversion of a plan. */
export interface ADS1115Conversion {
  readonly input: ADS1115Input;
  readonly fullScaleVolts: ADS1115FullScale;
}

/** 7-bit addresses: ADDR to ground, supply, SDA, SCL. */
const ADDRESSES = [0x48, 0x49, 0x4a, 0x4b];
/** Fast mode. */
const USUAL_HZ = 400_000;

// Pointer register: 8 bits. The others have 16, most significant byte first.
/** Conversion register: two's complement, full scale per 2^15; 0 until a first conversion has ended. */
const CONVERSION = 0x00;
/** Config register; 0x8583 after a reset. */
const CONFIG = 0x01;
/** Bit 15: written, starts a conversion; read, 0 while one is running. */
const OS = 0x8000;
/** Bits 14:12. */
const MUX: Readonly<Record<ADS1115Input, number>> = {
  "a0-a1": 0x0000,
  "a0-a3": 0x1000,
  "a1-a3": 0x2000,
  "a2-a3": 0x3000,
  a0: 0x4000,
  a1: 0x5000,
  a2: 0x6000,
  a3: 0x7000,
};
/** Bits 11:9. */
const PGA_SHIFT = 9;
/** Bit 8: single-shot mode. */
const MODE = 0x0100;
/** Bits 7:5. */
const DR_SHIFT = 5;
/** Bit 3, active high. */
const COMP_POL = 0x0008;
/** Bits 1:0, comparator disabled. */
const COMP_QUE = 0x0003;

/** A conversion takes one period of the data rate, which may be 10 % longer, and about 30 µs to wake up. */
const SLOWEST = 1.1;
const WAKE_UP_MS = 0.03;
/** A part that still converts this long after that does not work. */
const GRACE_MS = 50;

const MAXIMUM = 0x7fff;
const MINIMUM = -0x8000;

export class ADS1115Converter {
  readonly #part: string;
  readonly #port: I2CPort;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #register = new Uint8Array(1);
  readonly #word = new Uint8Array(2);
  readonly #start = new Uint8Array(3);
  /** Config register per conversion, without OS. */
  #configs = new Uint16Array(0);
  #results = new Int16Array(0);
  #scales = new Float64Array(0);
  #takesMs = 0;
  #running = -1;
  #due = 0;
  #deadline = 0;

  /**
   * The part need not be there yet: the bus is first used by `advance`.
   * @param part the driver's name, with which errors begin
   * @throws RangeError for an address that the part cannot have; what the IO class throws
   */
  constructor(part: string, sensor: I2CSensorIO, clock: Pick<Clock, "ticks">) {
    this.#part = part;
    this.#clock = clock;
    this.#port = new I2CPort(part, sensor, ADDRESSES, USUAL_HZ);
  }

  /** What is converted from the next `advance` on, in that order; a conversion that is running is forgotten. */
  plan(conversions: readonly ADS1115Conversion[], rateHz: ADS1115Rate): void {
    const { length } = conversions;
    this.#configs = new Uint16Array(length);
    this.#results = new Int16Array(length);
    this.#scales = new Float64Array(length);
    const rate = MODE | (RATES.indexOf(rateHz) << DR_SHIFT) | COMP_POL | COMP_QUE;
    for (let i = 0; i < length; i++) {
      const { input, fullScaleVolts } = conversions[i]!;
      this.#configs[i] = MUX[input] | (FULL_SCALES.indexOf(fullScaleVolts) << PGA_SHIFT) | rate;
      this.#scales[i] = fullScaleVolts / 32768;
    }
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#takesMs = Math.ceil((SLOWEST * 1000) / rateHz + WAKE_UP_MS) + 1;
    // One that is running ends first: a start in the middle of it has no effect.
    this.#due = this.#running < 0 ? 0 : Math.max(this.#due, this.#clock.ticks());
    this.#running = -1;
  }

  /**
   * Never waits. Starts the first conversion of the plan, or takes the result of the one that is running and starts the
   * next; gives true when it took the last result, which holds until the call after.
   * @throws SensorFault `bus`; the next call begins the plan again
   */
  advance(): boolean {
    this.#port.requireOpen();
    const now = this.#clock.ticks();
    if (now < this.#due) return false;
    const running = this.#running;
    this.#running = -1;
    if (running < 0) this.begin(0, now);
    else if (!this.take(running)) {
      if (now > this.#deadline) throw new SensorFault("bus", `${this.#part}: a conversion does not end`);
      this.#running = running;
      this.#due = now + 1;
    } else if (running + 1 < this.#configs.length) this.begin(running + 1, now);
    else return true;
    return false;
  }

  /** Milliseconds until `advance` has something to do. */
  get readyInMs(): number {
    this.#port.requireOpen();
    return Math.max(0, this.#due - this.#clock.ticks());
  }

  /** The result of a conversion of the plan in V. */
  volts(index: number): number {
    return this.#results[index]! * this.#scales[index]!;
  }

  /** Whether that result is the end of the scale: 1 the upper, −1 the lower, 0 neither. */
  saturation(index: number): -1 | 0 | 1 {
    const result = this.#results[index]!;
    return result === MAXIMUM ? 1 : result === MINIMUM ? -1 : 0;
  }

  /** Throws an Error when it is closed. */
  requireOpen(): void {
    this.#port.requireOpen();
  }

  /** Harmless when repeated. */
  close(): void {
    this.#port.close();
  }

  private begin(index: number, now: number): void {
    const config = this.#configs[index]! | OS;
    const bytes = this.#start;
    bytes[0] = CONFIG;
    bytes[1] = config >> 8;
    bytes[2] = config & 0xff;
    this.#port.write(bytes);
    this.#running = index;
    this.#due = now + this.#takesMs;
    this.#deadline = this.#due + GRACE_MS;
  }

  /** False while the conversion runs. */
  private take(index: number): boolean {
    const result = this.read(CONVERSION);
    const config = this.read(CONFIG);
    if ((config & ~OS) !== this.#configs[index]) {
      throw new SensorFault("bus", `${this.#part}: config 0x${config.toString(16)} is not the one that was written`);
    }
    if ((config & OS) === 0) return false;
    if (this.read(CONVERSION) !== result) {
      throw new SensorFault("bus", `${this.#part}: two readings of one conversion differ`);
    }
    this.#results[index] = result;
    return true;
  }

  private read(register: number): number {
    this.#register[0] = register;
    this.#port.writeRead(this.#register, this.#word);
    return (this.#word[0]! << 8) | this.#word[1]!;
  }
}
