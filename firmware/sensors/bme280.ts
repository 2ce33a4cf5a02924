/**
 * Bosch BME280 (I2C): temperature, relative humidity and pressure.
 * Datasheet BST-BME280-DS002-15, revision 1.6 (September 2018); sections below are of that document.
 *
 * Forced mode: every reading is asked for, and the part sleeps in between (section 3.3.3). Nothing that this part sends
 * has a checksum, and after a brown-out it answers as if nothing had happened, with its settings lost and its data
 * registers at their reset values. Therefore trim and data are read twice and must agree, and the settings are read
 * back before a conversion is started (another specimen may have been put in) and after its result was read.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import * as chip from "./bme280-registers.js";
import { BME280Trim, TRIM_HIGH_BYTES, TRIM_LOW_BYTES } from "./bme280-trim.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { oneOf } from "./options.js";

/** Cel, −40 to 85; %RH, 0 to 100; Pa, 30 000 to 110 000 (section 1). */
export interface BME280Sample extends Readonly<Record<string, Readonly<Record<string, number>>>> {
  readonly thermometer: { readonly temperature: number };
  readonly hygrometer: { readonly humidity: number };
  readonly barometer: { readonly pressure: number };
}

export type Oversampling = 1 | 2 | 4 | 8 | 16;

export interface BME280Configuration {
  /** Conversions that are averaged into one reading (section 3.4); default 1. */
  temperatureOversampling: Oversampling;
  humidityOversampling: Oversampling;
  pressureOversampling: Oversampling;
  /** Coefficient of the part's low-pass over readings of temperature and pressure (section 3.4.4); 0, the default, is off. */
  filter: 0 | 2 | 4 | 8 | 16;
}

export interface BME280Options extends SensorOptions<I2CSensorIO>, Partial<BME280Configuration> {}

const USUAL_HZ = 400_000;
/** A part that still converts this long after its longest duration does not work. */
const GRACE_MS = 50;

/** Operating range (section 1), with room for tolerance at its ends. */
const PLAUSIBLE_CELSIUS = { minimum: -45, maximum: 90 };
const PLAUSIBLE_PASCALS = { minimum: 28_000, maximum: 112_000 };

const OVERSAMPLINGS = [1, 2, 4, 8, 16] as const;
const FILTERS = [0, 2, 4, 8, 16] as const;

// What the next call of sample() does, once `#due` has come.
const IDENTIFY = 0;
const INITIALISE = 1;
const START = 2;
const READ = 3;

export class BME280 implements Sensor<BME280Sample, BME280Configuration> {
  readonly #port: I2CPort;
  readonly #clock: BME280Options["clock"];
  readonly #trim = new BME280Trim();
  readonly #register = new Uint8Array(1);
  readonly #settings = new Uint8Array(chip.SETTINGS_BYTES);
  readonly #data = new Uint8Array(chip.DATA_BYTES);
  readonly #again = new Uint8Array(chip.DATA_BYTES);
  readonly #start = new Uint8Array(6);
  #configuration: BME280Configuration = {
    temperatureOversampling: 1,
    humidityOversampling: 1,
    pressureOversampling: 1,
    filter: 0,
  };
  // What the part's registers must read back as; all zero after a reset.
  #ctrlHum = 0;
  #ctrlMeas = 0;
  #config = 0;
  #step = IDENTIFY;
  #due = 0;
  #deadline = 0;

  /**
   * The part need not be there yet: it is looked for by `sample`, every time until it answers.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: BME280Options) {
    this.apply(options);
    this.#clock = options.clock;
    this.#port = new I2CPort("bme280", options.sensor, chip.ADDRESSES, USUAL_HZ);
  }

  /** Takes effect with the next conversion. */
  configure(options: Partial<BME280Configuration>): void {
    this.#port.requireOpen();
    this.apply(options);
  }

  /**
   * The reading, or `undefined` while the part needs time (it takes three calls to the first reading, two to the others).
   * The reading is of the moment at which an earlier call started the conversion.
   * @throws SensorFault `bus` for a part that refuses, is another part, lost its settings or says two things at once;
   * `out-of-range` for a value outside what the part can measure
   */
  sample(): BME280Sample | undefined {
    this.#port.requireOpen();
    if (this.#clock.ticks() < this.#due) return undefined;
    const step = this.#step;
    this.#step = IDENTIFY;
    if (step === READ) return this.read();
    if (step === INITIALISE) this.initialise();
    else if (step === START && this.settingsHeld()) this.convert();
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

  private apply(options: Partial<BME280Configuration>): void {
    const now = this.#configuration;
    const choose = <Name extends keyof BME280Configuration>(
      name: Name,
      allowed: readonly BME280Configuration[Name][],
    ): BME280Configuration[Name] => oneOf("bme280", name, options[name] ?? now[name], allowed);
    this.#configuration = {
      temperatureOversampling: choose("temperatureOversampling", OVERSAMPLINGS),
      humidityOversampling: choose("humidityOversampling", OVERSAMPLINGS),
      pressureOversampling: choose("pressureOversampling", OVERSAMPLINGS),
      filter: choose("filter", FILTERS),
    };
  }

  private then(step: number, takesMs: number): void {
    this.#step = step;
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#due = this.#clock.ticks() + Math.ceil(takesMs) + 1;
    this.#deadline = this.#due + GRACE_MS;
  }

  /** Looks again in a millisecond, or gives up. */
  private waitOn(step: number, what: string): undefined {
    const now = this.#clock.ticks();
    if (now > this.#deadline) throw new SensorFault("bus", `bme280: ${what} does not end`);
    this.#step = step;
    this.#due = now + 1;
    return undefined;
  }

  private readFrom(register: number, into: Uint8Array): void {
    this.#register[0] = register;
    this.#port.writeRead(this.#register, into);
  }

  /** Is it there, and is it the right part? Then a reset, because it may have been left in any mode. */
  private identify(): void {
    const answer = new Uint8Array(1);
    this.readFrom(chip.ID, answer);
    const id = answer[0]!;
    if (id !== chip.ID_BME280) throw new SensorFault("bus", `bme280: chip id 0x${id.toString(16)} is not 0x60`);
    this.#port.write(Uint8Array.of(chip.RESET, chip.RESET_WORD));
    this.#ctrlHum = this.#ctrlMeas = this.#config = 0;
    this.then(INITIALISE, chip.START_UP_MS);
  }

  /** Reads the trim words once the part has copied them, and starts the first conversion. */
  private initialise(): void {
    if (!this.settingsHeld()) throw new SensorFault("bus", "bme280: keeps its settings through a reset");
    if (this.#settings[1]! & chip.STATUS_IM_UPDATE) return this.waitOn(INITIALISE, "copying of trim words");
    const trim = this.readTrim();
    if (differs(trim, this.readTrim())) throw new SensorFault("bus", "bme280: two readings of the trim words differ");
    if (!this.#trim.load(trim)) throw new SensorFault("bus", "bme280: trim words are blank");
    this.convert();
  }

  // Allocates, which once per initialisation it may.
  private readTrim(): Uint8Array {
    const bytes = new Uint8Array(TRIM_LOW_BYTES + TRIM_HIGH_BYTES);
    this.readFrom(chip.TRIM_LOW, bytes.subarray(0, TRIM_LOW_BYTES));
    this.readFrom(chip.TRIM_HIGH, bytes.subarray(TRIM_LOW_BYTES));
    return bytes;
  }

  /** Reads status and settings; false when the settings are not the ones last written: the part was reset. */
  private settingsHeld(): boolean {
    const settings = this.#settings;
    this.readFrom(chip.SETTINGS, settings);
    return (
      (settings[0]! & 0x07) === this.#ctrlHum &&
      (settings[2]! & 0xfc) === this.#ctrlMeas &&
      (settings[3]! & 0xfd) === this.#config
    );
  }

  private convert(): void {
    const { temperatureOversampling, humidityOversampling, pressureOversampling, filter } = this.#configuration;
    this.#ctrlHum = code(humidityOversampling);
    this.#ctrlMeas = (code(temperatureOversampling) << 5) | (code(pressureOversampling) << 2);
    this.#config = (filter === 0 ? 0 : code(filter) - 1) << 2;
    const pairs = this.#start;
    pairs[0] = chip.CONFIG;
    pairs[1] = this.#config;
    pairs[2] = chip.CTRL_HUM;
    pairs[3] = this.#ctrlHum;
    pairs[4] = chip.CTRL_MEAS;
    pairs[5] = this.#ctrlMeas | chip.MODE_FORCED;
    this.#port.write(pairs);
    // Section 9.1: the longest duration in ms.
    const conversions = temperatureOversampling + humidityOversampling + pressureOversampling;
    this.then(READ, 1.25 + 2.3 * conversions + 2 * 0.575);
  }

  private read(): BME280Sample | undefined {
    this.readFrom(chip.SETTINGS, this.#settings);
    const busy = (this.#settings[1]! & chip.STATUS_MEASURING) | (this.#settings[2]! & chip.MODE);
    if (busy !== 0) return this.waitOn(READ, "a conversion");
    const data = this.#data;
    this.readFrom(chip.DATA, data);
    this.readFrom(chip.DATA, this.#again);
    // The settings are still the ones of this conversion: no reset came before now, so the data are its result.
    if (!this.settingsHeld()) throw lost();
    this.#step = START;
    if (differs(data, this.#again)) throw new SensorFault("bus", "bme280: two readings of the data differ");

    const rawPressure = (data[0]! << 12) | (data[1]! << 4) | (data[2]! >> 4);
    const rawTemperature = (data[3]! << 12) | (data[4]! << 4) | (data[5]! >> 4);
    const rawHumidity = (data[6]! << 8) | data[7]!;
    // One of them alone may well be a reading: near 26 °C a temperature is. All three at once are none.
    const atReset = rawPressure === chip.RESET_20_BITS && rawTemperature === chip.RESET_20_BITS;
    if (atReset && rawHumidity === chip.RESET_16_BITS) throw lost();

    const fine = this.#trim.fine(rawTemperature);
    return {
      thermometer: { temperature: plausible("temperature", this.#trim.temperature(fine), PLAUSIBLE_CELSIUS) },
      hygrometer: { humidity: this.#trim.humidity(rawHumidity, fine) },
      barometer: { pressure: plausible("pressure", this.#trim.pressure(rawPressure, fine), PLAUSIBLE_PASCALS) },
    };
  }
}

/** The registers' code for 1, 2, 4, 8, 16: 1 to 5. */
function code(count: Oversampling): number {
  return 32 - Math.clz32(count);
}

function lost(): SensorFault {
  return new SensorFault("bus", "bme280: was reset during a conversion");
}

function differs(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return true;
  return false;
}

function plausible(name: string, value: number, range: { minimum: number; maximum: number }): number {
  if (value >= range.minimum && value <= range.maximum) return value;
  throw new SensorFault("out-of-range", `bme280: ${name} ${value} is not in ${range.minimum} to ${range.maximum}`);
}
