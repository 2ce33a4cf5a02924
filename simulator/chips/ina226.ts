import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";
import { Noise } from "./noise.js";

/*
 * Texas Instruments INA226, I2C 0x40 to 0x4F. Datasheet SBOS547, revision B (September 2024). Registers are 16 bits, most
 * significant byte first (§7.1). Where a time has a typical and a longest value, this part takes the longest.
 */
const CONFIGURATION = 0x00;
const SHUNT_VOLTAGE = 0x01; // two's complement, 2.5 µV per bit
const BUS_VOLTAGE = 0x02; // 15 bits, 1.25 mV per bit
const POWER = 0x03; // 25 × the current's unit per bit
const CURRENT = 0x04; // two's complement
const CALIBRATION = 0x05; // 15 bits: 0.00512 / (A per bit of current × Ω)
const MASK_ENABLE = 0x06;
const ALERT_LIMIT = 0x07;
const MANUFACTURER_ID = 0xfe;
const DIE_ID = 0xff;
const RESET = 0x8000;
const CONFIGURATION_FIXED = 0x4000; // bits 14..12 are no settings, and read 100
const CONFIGURATION_RESET = 0x4127;
/** Mask/Enable: which alert, bits 15..11, and CNVR; flags; polarity and latch. */
const SHUNT_OVER = 0x8000;
const SHUNT_UNDER = 0x4000;
const BUS_OVER = 0x2000;
const BUS_UNDER = 0x1000;
const POWER_OVER = 0x0800;
const ALERT_FLAG = 0x0010;
const CONVERSION_READY = 0x0008;
const OVERFLOW = 0x0004;
const LATCHED = 0x0001;
const MASK_WRITABLE = 0xfc03;

/** By AVG code, bits 11..9. */
const AVERAGES = [1, 4, 16, 64, 128, 256, 512, 1024] as const;
/** Longest conversion in ms by VBUSCT and VSHCT codes, bits 8..6 and 5..3 (§5.5). */
const CONVERSION_MS = [0.154, 0.224, 0.365, 0.646, 1.21, 2.328, 4.572, 9.068] as const;
/** MODE, bits 2..0: which voltages, and whether over and over. Neither voltage: power-down. */
const MODE_SHUNT = 1;
const MODE_BUS = 2;
const MODE_CONTINUOUS = 4;
/** From power-down to the first conversion (§6.4). */
const WAKE_UP_MS = 0.04;

const SHUNT_STEP_VOLTS = 2.5e-6;
const BUS_STEP_VOLTS = 1.25e-3;
const SHUNT_FULL_VOLTS = 0.08192;
const BUS_FULL_VOLTS = 36;
/** Noise of one conversion in steps; the datasheet has none in numbers (assumed). */
const NOISE_STEPS = 0.5;

export interface INA226ChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
  /** Default 0.01. */
  shuntOhms?: number;
}

/**
 * A shunt and bus voltmeter that multiplies. Readings hold when their conversions end; current and power are worked out of
 * the averages. Offset and gain are without error; the alert pin is not there, its flag is.
 */
export class INA226Chip implements I2CTarget, Part {
  readonly channels;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #noise: Noise;
  readonly #shuntOhms: number;
  #currentAmperes = 0;
  #busVolts = 0;
  #now: number;
  #pointer = CONFIGURATION;
  #writing = false;
  #written = 0;
  #high = 0;
  #reading = 0;
  #read = 0;
  #configuration = CONFIGURATION_RESET;
  #shunt = 0;
  #bus = 0;
  #power = 0;
  #current = 0;
  #calibration = 0;
  #mask = 0;
  #limit = 0;
  #due = Infinity;
  #measurements = 0;

  constructor(options: INA226ChipOptions) {
    const { clock, random, shuntOhms = 0.01 } = options;
    this.#clock = clock;
    this.#noise = new Noise(random);
    this.#shuntOhms = shuntOhms;
    this.#now = clock.ticks();
    const steps = 0.5 + 6 * NOISE_STEPS;
    const fullAmperes = SHUNT_FULL_VOLTS / shuntOhms;
    this.channels = {
      current: {
        minimum: -fullAmperes,
        maximum: fullAmperes,
        // And two steps of the current register, for a driver that has the part multiply: cut off, and a rounded calibration.
        tolerance: (steps * SHUNT_STEP_VOLTS) / shuntOhms + (2 * fullAmperes) / 32768,
        unit: "A",
      },
      voltage: { minimum: 0, maximum: BUS_FULL_VOLTS, tolerance: steps * BUS_STEP_VOLTS, unit: "V" },
    };
    this.#reset();
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    const { current, voltage } = this.channels;
    if (name === "current") this.#currentAmperes = Math.min(Math.max(value, current.minimum), current.maximum);
    else if (name === "voltage") this.#busVolts = Math.min(Math.max(value, 0), voltage.maximum);
    else throw new RangeError(`ina226: ${name} is not current or voltage`);
  }

  powerCycle(): void {
    this.#advance();
    this.#reset();
    this.#pointer = CONFIGURATION;
    this.#written = this.#read = 0;
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    this.#writing = !read;
    this.#written = this.#read = 0;
    return true;
  }

  /** The pointer, and then nothing or both bytes of a register (§6.5.5.3). */
  write(byte: number): boolean {
    const count = this.#written++;
    if (count === 0) {
      if (byte > ALERT_LIMIT && byte < MANUFACTURER_ID) {
        throw new ProtocolViolation(`ina226: no register 0x${byte.toString(16).padStart(2, "0")} (§7.1)`);
      }
      this.#pointer = byte;
    } else if (count === 1) this.#high = byte;
    else if (count === 2) this.#writeRegister((this.#high << 8) | byte);
    else throw new ProtocolViolation("ina226: more than the two bytes of a register were written (§6.5.5.3)");
    return true;
  }

  read(): number {
    if (this.#writing || this.#read > 1) {
      throw new ProtocolViolation("ina226: more than the two bytes of a register were read (§6.5.5.3)");
    }
    if (this.#read++ > 0) return this.#reading & 0xff;
    this.#reading = this.#readRegister() & 0xffff;
    return this.#reading >> 8;
  }

  /** Half a register is not written. */
  stop(): void {
    this.#written = this.#read = 0;
  }

  #readRegister(): number {
    if (this.#pointer === CONFIGURATION) return this.#configuration;
    if (this.#pointer === SHUNT_VOLTAGE) return this.#shunt;
    if (this.#pointer === BUS_VOLTAGE) return this.#bus;
    if (this.#pointer === POWER) return this.#power;
    if (this.#pointer === CURRENT) return this.#current;
    if (this.#pointer === CALIBRATION) return this.#calibration;
    if (this.#pointer === ALERT_LIMIT) return this.#limit;
    if (this.#pointer === MANUFACTURER_ID) return 0x5449;
    if (this.#pointer === DIE_ID) return 0x2260;
    const value = this.#mask;
    // Reading takes the ready flag back, and a latched alert (§7.1.7).
    this.#mask &= ~CONVERSION_READY;
    if (value & LATCHED) this.#mask &= ~ALERT_FLAG;
    return value;
  }

  #writeRegister(value: number): void {
    if (this.#pointer === CONFIGURATION) this.#configure(value);
    else if (this.#pointer === CALIBRATION) this.#calibration = value & 0x7fff;
    else if (this.#pointer === MASK_ENABLE) this.#mask = (this.#mask & ~MASK_WRITABLE) | (value & MASK_WRITABLE);
    else if (this.#pointer === ALERT_LIMIT) this.#limit = value;
    else throw new ProtocolViolation(`ina226: register 0x${this.#pointer.toString(16).padStart(2, "0")} is read-only`);
  }

  #configure(value: number): void {
    if (value & RESET) return this.#reset();
    const asleep = this.#due === Infinity && !(this.#configuration & (MODE_SHUNT | MODE_BUS));
    this.#configuration = (value & 0x0fff) | CONFIGURATION_FIXED;
    // A conversion under way is given up, a new one begins (§7.1.1), and what was ready is ready no more (§7.1.7).
    this.#due = Infinity;
    if (!(value & (MODE_SHUNT | MODE_BUS))) return;
    this.#mask &= ~CONVERSION_READY;
    this.#due = this.#now + this.#durationMs() + (asleep ? WAKE_UP_MS : 0);
  }

  #reset(): void {
    this.#configuration = CONFIGURATION_RESET;
    this.#shunt = this.#bus = this.#power = this.#current = this.#calibration = this.#mask = this.#limit = 0;
    this.#due = this.#now + this.#durationMs();
  }

  #averages(): number {
    return AVERAGES[(this.#configuration >> 9) & 7]!;
  }

  /** Of all conversions that make one reading. */
  #durationMs(): number {
    const bus = this.#configuration & MODE_BUS ? CONVERSION_MS[(this.#configuration >> 6) & 7]! : 0;
    const shunt = this.#configuration & MODE_SHUNT ? CONVERSION_MS[(this.#configuration >> 3) & 7]! : 0;
    return this.#averages() * (bus + shunt);
  }

  #advance(): void {
    const now = this.#clock.ticks();
    if (now < this.#now) throw new ProtocolViolation(`ina226: time ran back from tick ${this.#now} to ${now}`);
    this.#now = now;
    if (now < this.#due) return;
    this.#measurements++;
    if (this.#configuration & MODE_CONTINUOUS) {
      // Of all that ended since, only the last can still be read.
      const skipped = Math.floor((now - this.#due) / this.#durationMs());
      this.#measurements += skipped;
      this.#due += (skipped + 1) * this.#durationMs();
    } else this.#due = Infinity;
    this.#measure();
  }

  #measure(): void {
    const deviation = NOISE_STEPS / Math.sqrt(this.#averages());
    const noise = (quantity: number) => deviation * this.#noise.at(2 * this.#measurements + quantity);
    if (this.#configuration & MODE_SHUNT) {
      const steps = (this.#currentAmperes * this.#shuntOhms) / SHUNT_STEP_VOLTS + noise(0);
      this.#shunt = Math.min(Math.max(Math.round(steps), -32768), 32767);
    }
    if (this.#configuration & MODE_BUS) {
      const steps = this.#busVolts / BUS_STEP_VOLTS + noise(1);
      this.#bus = Math.min(Math.max(Math.round(steps), 0), 32767);
    }
    this.#multiply();
    this.#alert();
    this.#mask |= CONVERSION_READY;
  }

  /** Equations 3 and 4 (§6.5.2), in integers. */
  #multiply(): void {
    const current = Math.trunc((this.#shunt * this.#calibration) / 2048);
    const power = Math.trunc((Math.abs(current) * this.#bus) / 20_000);
    const overflows = current !== (current << 16) >> 16 || power > 0xffff;
    this.#mask = overflows ? this.#mask | OVERFLOW : this.#mask & ~OVERFLOW;
    this.#current = (current << 16) >> 16;
    this.#power = power & 0xffff;
  }

  /** The highest bit set is the one that counts (§7.1.7). */
  #alert(): void {
    const signed = (this.#limit << 16) >> 16;
    const mask = this.#mask;
    let alert = false;
    if (mask & SHUNT_OVER) alert = this.#shunt > signed;
    else if (mask & SHUNT_UNDER) alert = this.#shunt < signed;
    else if (mask & BUS_OVER) alert = this.#bus > this.#limit;
    else if (mask & BUS_UNDER) alert = this.#bus < this.#limit;
    else if (mask & POWER_OVER) alert = this.#power > this.#limit;
    if (alert) this.#mask |= ALERT_FLAG;
    else if (!(mask & LATCHED)) this.#mask &= ~ALERT_FLAG;
  }
}
