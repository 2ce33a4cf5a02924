/**
 * Bosch BMP390 (I2C): pressure and temperature.
 * Datasheet BST-BMP390-DS002-07, revision 1.7 (March 2021); sections below are of that document.
 *
 * Forced mode: every reading is asked for, and the part sleeps in between (section 3.3.2). Nothing that this part sends
 * has a checksum, and after a brown-out it answers as if nothing had happened, with its settings lost. Therefore trim and
 * data are read twice and must agree, and the settings (after a reset neither measurement is enabled) are read back before
 * a measurement is started (another specimen may have been put in) and after its result was read.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import * as chip from "./bmp390-registers.js";
import { BMP390Trim, TRIM_BYTES } from "./bmp390-trim.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { oneOf } from "./options.js";

/** Cel, −40 to 85; Pa, 30 000 to 125 000 (section 1). */
export interface BMP390Sample extends Readonly<Record<string, Readonly<Record<string, number>>>> {
  readonly thermometer: { readonly temperature: number };
  readonly barometer: { readonly pressure: number };
}

export type BMP390Oversampling = 1 | 2 | 4 | 8 | 16 | 32;

export interface BMP390Configuration {
  /** Conversions that are averaged into one reading (section 3.4.1), 2.02 ms each; default 4. */
  pressureOversampling: BMP390Oversampling;
  /** Default 1. */
  temperatureOversampling: BMP390Oversampling;
  /** Coefficient of the part's low-pass over readings (section 3.4.3); 0, the default, is off. */
  filter: 0 | 1 | 3 | 7 | 15 | 31 | 63 | 127;
}

export interface BMP390Options extends SensorOptions<I2CSensorIO>, Partial<BMP390Configuration> {}

const USUAL_HZ = 400_000;
/** A part that still measures this long after the datasheet's duration does not work. */
const GRACE_MS = 50;

/** Operating range (section 1), with room for tolerance at its ends. */
const PLAUSIBLE_CELSIUS = { minimum: -45, maximum: 90 };
const PLAUSIBLE_PASCALS = { minimum: 28_000, maximum: 127_000 };

const OVERSAMPLINGS = [1, 2, 4, 8, 16, 32] as const;
const FILTERS = [0, 1, 3, 7, 15, 31, 63, 127] as const;

// What the next call of sample() does, once `#due` has come.
const IDENTIFY = 0;
const INITIALISE = 1;
const START = 2;
const READ = 3;

export class BMP390 implements Sensor<BMP390Sample, BMP390Configuration> {
  readonly #port: I2CPort;
  readonly #clock: BMP390Options["clock"];
  readonly #trim = new BMP390Trim();
  readonly #register = new Uint8Array(1);
  readonly #byte = new Uint8Array(1);
  readonly #pair = new Uint8Array(2);
  readonly #data = new Uint8Array(chip.DATA_BYTES);
  readonly #again = new Uint8Array(chip.DATA_BYTES);
  #configuration: BMP390Configuration = { pressureOversampling: 4, temperatureOversampling: 1, filter: 0 };
  // What the part's registers must read back as.
  #pwrCtrl = 0;
  #osr = chip.OSR_RESET;
  #config = 0;
  #step = IDENTIFY;
  #due = 0;
  #deadline = 0;

  /**
   * The part need not be there yet: it is looked for by `sample`, every time until it answers.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: BMP390Options) {
    this.apply(options);
    this.#clock = options.clock;
    this.#port = new I2CPort("bmp390", options.sensor, chip.ADDRESSES, USUAL_HZ);
  }

  /** Takes effect with the next measurement. */
  configure(options: Partial<BMP390Configuration>): void {
    this.#port.requireOpen();
    this.apply(options);
  }

  /**
   * The reading, or `undefined` while the part needs time (it takes three calls to the first reading, two to the others).
   * The reading is of the moment at which an earlier call started the measurement.
   * @throws SensorFault `bus` for a part that refuses, is another part, lost its settings or says two things at once;
   * `out-of-range` for a value outside what the part can measure
   */
  sample(): BMP390Sample | undefined {
    this.#port.requireOpen();
    if (this.#clock.ticks() < this.#due) return undefined;
    const step = this.#step;
    this.#step = IDENTIFY;
    if (step === READ) return this.read();
    if (step === INITIALISE) this.initialise();
    else if (step === START && this.settingsHeld()) this.measure();
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

  private apply(options: Partial<BMP390Configuration>): void {
    const now = this.#configuration;
    const choose = <Name extends keyof BMP390Configuration>(
      name: Name,
      allowed: readonly BMP390Configuration[Name][],
    ): BMP390Configuration[Name] => oneOf("bmp390", name, options[name] ?? now[name], allowed);
    this.#configuration = {
      pressureOversampling: choose("pressureOversampling", OVERSAMPLINGS),
      temperatureOversampling: choose("temperatureOversampling", OVERSAMPLINGS),
      filter: choose("filter", FILTERS),
    };
  }

  private then(step: number, takesMs: number): void {
    this.#step = step;
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#due = this.#clock.ticks() + Math.ceil(takesMs) + 1;
    this.#deadline = this.#due + GRACE_MS;
  }

  private readFrom(register: number, into: Uint8Array): void {
    this.#register[0] = register;
    this.#port.writeRead(this.#register, into);
  }

  private readByte(register: number): number {
    this.readFrom(register, this.#byte);
    return this.#byte[0]!;
  }

  private write(register: number, value: number): void {
    this.#pair[0] = register;
    this.#pair[1] = value;
    this.#port.write(this.#pair);
  }

  /** Is it there, and is it the right part? Then a reset, because it may have been left in any mode. */
  private identify(): void {
    const id = this.readByte(chip.CHIP_ID);
    if (id !== chip.CHIP_ID_BMP390) throw new SensorFault("bus", `bmp390: chip id 0x${id.toString(16)} is not 0x60`);
    this.write(chip.CMD, chip.CMD_SOFT_RESET);
    this.#pwrCtrl = this.#config = 0;
    this.#osr = chip.OSR_RESET;
    this.then(INITIALISE, chip.START_UP_MS);
  }

  /** Reads the trim words and starts the first measurement. */
  private initialise(): void {
    if (!this.settingsHeld()) throw new SensorFault("bus", "bmp390: keeps its settings through a reset");
    const trim = this.readTrim();
    if (differs(trim, this.readTrim())) throw new SensorFault("bus", "bmp390: two readings of the trim words differ");
    if (!this.#trim.load(trim)) throw new SensorFault("bus", "bmp390: trim words are blank");
    this.measure();
  }

  // Allocates, which once per initialisation it may.
  private readTrim(): Uint8Array {
    const bytes = new Uint8Array(TRIM_BYTES);
    this.readFrom(chip.TRIM, bytes);
    return bytes;
  }

  /** False when the settings are not the ones last written: the part was reset. It must be asleep. */
  private settingsHeld(): boolean {
    return (
      (this.readByte(chip.PWR_CTRL) & chip.PWR_CTRL_BITS) === this.#pwrCtrl &&
      (this.readByte(chip.OSR) & chip.OSR_BITS) === this.#osr &&
      (this.readByte(chip.CONFIG) & chip.CONFIG_BITS) === this.#config
    );
  }

  private measure(): void {
    const { pressureOversampling, temperatureOversampling, filter } = this.#configuration;
    const osr = (code(temperatureOversampling) << 3) | code(pressureOversampling);
    const config = FILTERS.indexOf(filter) << 1;
    // The filter goes on from where it was: its setting is left alone unless it changes.
    if (config !== this.#config) this.write(chip.CONFIG, config);
    if (osr !== this.#osr) this.write(chip.OSR, osr);
    this.#config = config;
    this.#osr = osr;
    this.#pwrCtrl = chip.BOTH_ENABLED;
    this.write(chip.PWR_CTRL, chip.BOTH_ENABLED | chip.MODE_FORCED);
    const conversions = pressureOversampling + temperatureOversampling;
    const takesMs = chip.FORCED_MS + chip.PRESSURE_MS + chip.TEMPERATURE_MS + conversions * chip.CONVERSION_MS;
    this.then(READ, takesMs);
  }

  private read(): BMP390Sample | undefined {
    const ready = (this.readByte(chip.STATUS) & chip.STATUS_DATA_READY) === chip.STATUS_DATA_READY;
    const busy = (this.readByte(chip.PWR_CTRL) & chip.MODE) !== 0;
    if (busy) return this.waitOn();
    if (!ready) throw lost();
    const data = this.#data;
    this.readFrom(chip.DATA, data);
    this.readFrom(chip.DATA, this.#again);
    // The settings are still the ones of this measurement: no reset came before now, so the data are its result.
    if (!this.settingsHeld()) throw lost();
    this.#step = START;
    if (differs(data, this.#again)) throw new SensorFault("bus", "bmp390: two readings of the data differ");

    const rawPressure = data[0]! | (data[1]! << 8) | (data[2]! << 16);
    const rawTemperature = data[3]! | (data[4]! << 8) | (data[5]! << 16);
    // One of them alone may well be a reading. Both at once are none.
    if (rawPressure === chip.RESET_24_BITS && rawTemperature === chip.RESET_24_BITS) throw lost();
    const temperature = plausible("temperature", this.#trim.temperature(rawTemperature), PLAUSIBLE_CELSIUS);
    return {
      thermometer: { temperature },
      barometer: { pressure: plausible("pressure", this.#trim.pressure(rawPressure, temperature), PLAUSIBLE_PASCALS) },
    };
  }

  /** Looks again in a millisecond, or gives up. */
  private waitOn(): undefined {
    const now = this.#clock.ticks();
    if (now > this.#deadline) throw new SensorFault("bus", "bmp390: a measurement does not end");
    this.#step = READ;
    this.#due = now + 1;
    return undefined;
  }
}

/** The registers' code for 1, 2, 4 … 32: 0 to 5. */
function code(count: BMP390Oversampling): number {
  return 31 - Math.clz32(count);
}

function lost(): SensorFault {
  return new SensorFault("bus", "bmp390: was reset during a measurement");
}

function differs(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return true;
  return false;
}

function plausible(name: string, value: number, range: { minimum: number; maximum: number }): number {
  if (value >= range.minimum && value <= range.maximum) return value;
  throw new SensorFault("out-of-range", `bmp390: ${name} ${value} is not in ${range.minimum} to ${range.maximum}`);
}
