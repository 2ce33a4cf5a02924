/**
 * Texas Instruments INA226 (I2C): shunt and bus voltage, and so current and power.
 * Datasheet SBOS547B (September 2024); sections below are of that document.
 *
 * Triggered mode: each reading is asked for. Current and power are computed here from the two voltages and not by the
 * part: its calibration register would be one more thing to lose in a brown-out, and it cuts digits off. Nothing that the
 * part sends has a checksum, so both results are read twice and the configuration is read back in between; after a reset
 * it stands at continuous mode, which is never ours.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { oneOf, within } from "./options.js";

/** A, positive from IN+ to IN−; V between VBUS and ground, 0 to 36; W, the product of the two. */
export interface INA226Sample extends Readonly<Record<string, number | Readonly<Record<string, number>>>> {
  readonly ammeter: { readonly current: number };
  readonly voltmeter: { readonly voltage: number };
  readonly power: number;
}

export interface INA226Configuration {
  /** In Ω. Full scale is 81.92 mV over it: 8.192 A over 0.01 Ω. */
  shuntOhms: number;
  /** Conversions that the part averages into one reading; default 16. */
  averages: (typeof AVERAGES)[number];
  /** Time of one conversion of either voltage in µs, longer is quieter; default 1100. */
  conversionMicroseconds: (typeof CONVERSIONS_US)[number];
}

export interface INA226Options
  extends
    SensorOptions<I2CSensorIO>,
    Pick<INA226Configuration, "shuntOhms">,
    Partial<Omit<INA226Configuration, "shuntOhms">> {}

/** Address pins A1 and A0 to ground, supply, SDA or SCL. */
const ADDRESSES = [0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f];
/** Fast mode; the part takes up to 2.94 MHz in high-speed mode. */
const USUAL_HZ = 400_000;

// Registers have 16 bits, most significant byte first (section 7.1, table 7-1).
/** Section 7.1.1: RST 15, AVG 11:9, VBUSCT 8:6, VSHCT 5:3, MODE 2:0; 0x4127 after a reset. Writing starts a conversion. */
const CONFIGURATION = 0x00;
const RST = 0x8000;
/** Bit 14 reads as 1. */
const RESERVED = 0x4000;
/** Codes 0 to 7 (tables 7-3 to 7-5). */
const AVERAGES = [1, 4, 16, 64, 128, 256, 512, 1024] as const;
const CONVERSIONS_US = [140, 204, 332, 588, 1100, 2116, 4156, 8244] as const;
/** The longest that a conversion may take (section 5.5). */
const LONGEST_US = [154, 224, 365, 646, 1210, 2328, 4572, 9068];
/** Shunt and bus, triggered. */
const MODE_TRIGGERED = 0x3;
/** Section 7.1.2: two's complement, 2.5 µV per bit. */
const SHUNT_VOLTAGE = 0x01;
const SHUNT_VOLTS_PER_BIT = 2.5e-6;
/** Section 7.1.3: 1.25 mV per bit, bit 15 always 0. */
const BUS_VOLTAGE = 0x02;
const BUS_VOLTS_PER_BIT = 1.25e-3;
/** Section 7.1.7: CVRF, bit 3, is set when all conversions and averages have ended, and cleared by reading it. */
const MASK_ENABLE = 0x06;
const CVRF = 0x0008;
const MANUFACTURER_ID = 0xfe;
const TEXAS_INSTRUMENTS = 0x5449;
const DIE_ID = 0xff;
const INA226_DIE = 0x2260;

const MAXIMUM = 0x7fff;
const MINIMUM = -0x8000;
/** VBUS may have 36 V (section 5.1); the register goes on to 40.96 V. */
const MAXIMUM_BUS = 36 / BUS_VOLTS_PER_BIT;
/** A part that still converts this long after its longest time does not work. */
const GRACE_MS = 50;

// What the next call of sample() does, once `#due` has come.
const IDENTIFY = 0;
const START = 1;
const READ = 2;

export class INA226 implements Sensor<INA226Sample, INA226Configuration> {
  readonly #port: I2CPort;
  readonly #clock: INA226Options["clock"];
  readonly #register = new Uint8Array(1);
  readonly #word = new Uint8Array(2);
  readonly #write = new Uint8Array(3);
  #options: INA226Configuration;
  /** The configuration register as it was last written. */
  #written = 0;
  #step = IDENTIFY;
  #due = 0;
  #deadline = 0;

  /**
   * The part need not be there yet: it is looked for by `sample`, every time until it answers.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: INA226Options) {
    this.#options = merged(options, { averages: 16, conversionMicroseconds: 1100 });
    this.#clock = options.clock;
    this.#port = new I2CPort("ina226", options.sensor, ADDRESSES, USUAL_HZ);
  }

  /** Takes effect with the next conversion, `shuntOhms` at once. */
  configure(options: Partial<INA226Configuration>): void {
    this.#port.requireOpen();
    this.#options = merged(options, this.#options);
  }

  /**
   * The reading, or `undefined` while the part converts. It is of the time since an earlier call started the conversion.
   * @throws SensorFault `bus` for a part that refuses, is another part, was reset or says two things at once;
   * `out-of-range` for a voltage at the end of its scale
   */
  sample(): INA226Sample | undefined {
    this.#port.requireOpen();
    if (this.#clock.ticks() < this.#due) return undefined;
    const step = this.#step;
    this.#step = IDENTIFY;
    if (step === READ) return this.take();
    if (step === START) this.convert();
    else this.identify();
    return undefined;
  }

  get readyInMs(): number {
    this.#port.requireOpen();
    return Math.max(0, this.#due - this.#clock.ticks());
  }

  close(): void {
    this.#port.close();
  }

  /** Is it there, and is it the right part? Then a reset, because its alert functions may have been left on. */
  private identify(): void {
    const [manufacturer, die] = [this.read(MANUFACTURER_ID), this.read(DIE_ID)];
    if (manufacturer !== TEXAS_INSTRUMENTS || die !== INA226_DIE) {
      const found = `0x${manufacturer.toString(16)} 0x${die.toString(16)}`;
      throw new SensorFault("bus", `ina226: manufacturer and die ${found} are not 0x5449 0x2260`);
    }
    this.configureChip(RST);
    this.convert();
  }

  private convert(): void {
    const averages = AVERAGES.indexOf(this.#options.averages);
    const time = CONVERSIONS_US.indexOf(this.#options.conversionMicroseconds);
    this.#written = RESERVED | (averages << 9) | (time << 6) | (time << 3) | MODE_TRIGGERED;
    this.configureChip(this.#written);
    this.#step = READ;
    // One tick more than the time itself, because the tick in which it began was under way already.
    const takesMs = (AVERAGES[averages]! * 2 * LONGEST_US[time]!) / 1000;
    this.#due = this.#clock.ticks() + Math.ceil(takesMs) + 1;
    this.#deadline = this.#due + GRACE_MS;
  }

  private take(): INA226Sample | undefined {
    if ((this.read(MASK_ENABLE) & CVRF) === 0) return this.waitOn();
    const shuntWord = this.read(SHUNT_VOLTAGE);
    const busWord = this.read(BUS_VOLTAGE);
    const configuration = this.read(CONFIGURATION);
    if (configuration !== this.#written) {
      const found = `0x${configuration.toString(16)}`;
      throw new SensorFault("bus", `ina226: configuration ${found} is not the one that was written`);
    }
    if (this.read(SHUNT_VOLTAGE) !== shuntWord || this.read(BUS_VOLTAGE) !== busWord) {
      throw new SensorFault("bus", "ina226: two readings of one conversion differ");
    }
    this.#step = START;
    const shunt = (shuntWord << 16) >> 16;
    if (shunt === MAXIMUM || shunt === MINIMUM) {
      throw new SensorFault("out-of-range", "ina226: current is not within ±81.92 mV over the shunt");
    }
    if (busWord > MAXIMUM_BUS) {
      throw new SensorFault("out-of-range", `ina226: voltage ${busWord * BUS_VOLTS_PER_BIT} is not in 0 to 36`);
    }
    const current = (shunt * SHUNT_VOLTS_PER_BIT) / this.#options.shuntOhms;
    const voltage = busWord * BUS_VOLTS_PER_BIT;
    return { ammeter: { current }, voltmeter: { voltage }, power: current * voltage };
  }

  /** Looks again in a millisecond, or gives up. */
  private waitOn(): undefined {
    const now = this.#clock.ticks();
    if (now > this.#deadline) throw new SensorFault("bus", "ina226: a conversion does not end");
    this.#step = READ;
    this.#due = now + 1;
    return undefined;
  }

  private read(register: number): number {
    this.#register[0] = register;
    this.#port.writeRead(this.#register, this.#word);
    return (this.#word[0]! << 8) | this.#word[1]!;
  }

  private configureChip(value: number): void {
    const bytes = this.#write;
    bytes[0] = CONFIGURATION;
    bytes[1] = value >> 8;
    bytes[2] = value & 0xff;
    this.#port.write(bytes);
  }
}

/** `options` over `now`, both incomplete; together they must be complete and in range. */
function merged(
  options: Partial<INA226Configuration>,
  now: Partial<INA226Configuration> & Omit<INA226Configuration, "shuntOhms">,
): INA226Configuration {
  const { averages = now.averages, conversionMicroseconds = now.conversionMicroseconds } = options;
  return {
    shuntOhms: within("ina226", "shuntOhms", options.shuntOhms ?? now.shuntOhms, 1e-5, 1000),
    averages: oneOf("ina226", "averages", averages, AVERAGES),
    conversionMicroseconds: oneOf("ina226", "conversionMicroseconds", conversionMicroseconds, CONVERSIONS_US),
  };
}
