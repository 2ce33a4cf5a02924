/**
 * ROHM BH1750FVI (I2C): illuminance.
 * Technical note 2009.04, revision B; pages below are of that document.
 *
 * One-time measurement in H-resolution mode: every reading is asked for, and the part powers down in between. It has
 * neither an identity nor a setting that could be read back nor a checksum. What that leaves: all it needs to know is
 * written before every measurement, its data register is cleared too, and the result is read twice. A brown-out during
 * the measurement leaves the register at zero, which is also what darkness reads as; so a zero counts when a second
 * measurement confirms it.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { wholeWithin } from "./options.js";

/** lx, 0 to 54 612 at the default measurement time. */
export interface BH1750Sample extends Readonly<Record<string, number>> {
  readonly illuminance: number;
}

export interface BH1750Configuration {
  /**
   * The measurement time register (page 11), 31 to 254, default 69: sensitivity and duration in proportion to it. 31
   * reads up to 121 556 lx in 81 ms, 254 up to 14 835 lx in 663 ms. For an optical window that takes a part of the
   * light, 69 times the inverse of its transmission gives the illuminance outside.
   */
  measurementTime: number;
}

export interface BH1750Options extends SensorOptions<I2CSensorIO>, Partial<BH1750Configuration> {}

/** 7-bit addresses: ADDR low and ADDR high (page 10). */
const ADDRESSES = [0x23, 0x5c];
/** Page 2: at most 400 kHz. */
const USUAL_HZ = 400_000;

// Opcodes (page 5): one byte each, a stop after every one (page 10).
const POWER_ON = 0x01;
/** Clears the data register; only while powered on. */
const RESET = 0x07;
/** Measurement time bits 7:5 in 2:0, then bits 4:0 in 4:0. */
const TIME_HIGH = 0x40;
const TIME_LOW = 0x60;
/** One-time H-resolution mode: 1 lx; power-down afterwards. */
const MEASURE = 0x20;

/** Page 11: default, and what a count is worth with it (page 7): 1/1.2 lx. */
const USUAL_TIME = 69;
const COUNTS_PER_LUX = 1.2;
/** Page 2: at most 180 ms at the default measurement time. */
const MEASURE_MS = 180;
/** The data register (page 10) is 16 bits, most significant byte first. */
const FULL_SCALE = 0xffff;

// What the next call of sample() does, once `#due` has come.
const START = 0;
const READ = 1;

export class BH1750 implements Sensor<BH1750Sample, BH1750Configuration> {
  readonly #port: I2CPort;
  readonly #clock: BH1750Options["clock"];
  readonly #opcode = new Uint8Array(1);
  readonly #data = new Uint8Array(2);
  #measurementTime = USUAL_TIME;
  // The measurement time with which the running measurement was started.
  #started = USUAL_TIME;
  #step = START;
  #due = 0;
  #zero = false;

  /**
   * The part need not be there yet: the bus is first used by `sample`.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: BH1750Options) {
    this.apply(options);
    this.#clock = options.clock;
    this.#port = new I2CPort("bh1750", options.sensor, ADDRESSES, USUAL_HZ);
  }

  /** Takes effect with the next measurement. */
  configure(options: Partial<BH1750Configuration>): void {
    this.#port.requireOpen();
    this.apply(options);
  }

  /**
   * The reading, or `undefined` while the part needs time: in darkness that of two measurements.
   * @throws SensorFault `bus` for a part that refuses or says two things at once; `out-of-range` for light at the end of
   * its scale
   */
  sample(): BH1750Sample | undefined {
    this.#port.requireOpen();
    if (this.#clock.ticks() < this.#due) return undefined;
    const step = this.#step;
    this.#step = START;
    if (step === READ) return this.read();
    this.#zero = false;
    this.measure();
    return undefined;
  }

  get readyInMs(): number {
    this.#port.requireOpen();
    return Math.max(0, this.#due - this.#clock.ticks());
  }

  close(): void {
    this.#port.close();
  }

  private apply({ measurementTime = this.#measurementTime }: Partial<BH1750Configuration>): void {
    this.#measurementTime = wholeWithin("bh1750", "measurementTime", measurementTime, 31, 254);
  }

  private send(opcode: number): void {
    this.#opcode[0] = opcode;
    this.#port.write(this.#opcode);
  }

  private measure(): void {
    const time = this.#measurementTime;
    this.send(POWER_ON);
    this.send(RESET);
    this.send(TIME_HIGH | (time >> 5));
    this.send(TIME_LOW | (time & 0x1f));
    this.send(MEASURE);
    this.#started = time;
    this.#step = READ;
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#due = this.#clock.ticks() + Math.ceil((MEASURE_MS * time) / USUAL_TIME) + 1;
  }

  private readData(): number {
    this.#port.read(this.#data);
    return (this.#data[0]! << 8) | this.#data[1]!;
  }

  private read(): BH1750Sample | undefined {
    const count = this.readData();
    if (this.readData() !== count) throw new SensorFault("bus", "bh1750: two readings of the data differ");
    if (count === FULL_SCALE) throw new SensorFault("out-of-range", "bh1750: illuminance is at the end of its scale");
    if (count === 0 && !this.#zero) {
      this.#zero = true;
      this.measure();
      return undefined;
    }
    return { illuminance: ((count / COUNTS_PER_LUX) * USUAL_TIME) / this.#started };
  }
}
