/**
 * Sensirion SCD41 (I2C): carbon dioxide, temperature and relative humidity. The SCD40 answers to the same.
 * Datasheet SCD4x, version 1.3 (September 2022); sections below are of that document.
 *
 * Periodic measurement: every 5 s the part has a new reading, which can be read once (section 3.5.2). Single shots would
 * warm up anew each time, and the part's self-calibration expects them every 5 minutes (section 3.10). Settings are written
 * at the start and read back, which also tells that it is this part; none is stored in its EEPROM. A part that was reset
 * stands still: it never has a reading again, and is begun with anew.
 */
import { crc8 } from "../data/crc.js";
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { wholeWithin, within } from "./options.js";

/** ppm, 0 to 40 000; Cel, −10 to 60; %RH, 0 to 100 (section 1). The names are ECMA-419's. */
export interface SCD41Sample extends Readonly<Record<string, Readonly<Record<string, number>>>> {
  readonly carbonDioxideDetector: { readonly CO2: number };
  readonly thermometer: { readonly temperature: number };
  readonly hygrometer: { readonly humidity: number };
}

export interface SCD41Configuration {
  /** By how much the part is warmer than the air around it (section 3.6.1), 0 to 20 °C; default 4. Not for CO2. */
  offsetCelsius: number;
  /** Height above the sea in m (section 3.6.3), for the pressure that CO2 depends on: 0 to 3000, default 0. */
  altitudeMetres: number;
  /** Takes the lowest reading of a week for fresh air, 400 ppm (section 3.7.2): default true; false where there is none. */
  selfCalibration: boolean;
}

export interface SCD41Options extends SensorOptions<I2CSensorIO>, Partial<SCD41Configuration> {}

/** 7-bit address (section 3, table 8). */
const ADDRESSES = [0x62];
/** Section 2.3: at most 100 kHz. */
const USUAL_HZ = 100_000;

// Commands: 16 bits, most significant byte first; words of 16 bits with a CRC-8 each (sections 3.2 and 3.4).
const STOP_PERIODIC_MEASUREMENT = 0x3f86;
const START_PERIODIC_MEASUREMENT = 0x21b1;
const GET_DATA_READY_STATUS = 0xe4b8;
const READ_MEASUREMENT = 0xec05;
/** Of temperature offset (175/2^16 °C per bit), altitude (m) and automatic self-calibration (0 or 1). */
const SET = [0x241d, 0x2427, 0x2416] as const;
const GET = [0x2318, 0x2322, 0x2313] as const;
/** Section 3.8.2: ready unless all of bits 10:0 are zero. */
const READY_BITS = 0x07ff;

/** Section 3.4, table 9: execution times in ms. */
const STOP_MS = 500;
const COMMAND_MS = 1;
/** Section 3.5.1: signal update interval. */
const INTERVAL_MS = 5000;
/** A part that has no reading this long after the interval does not measure; how often it is asked meanwhile. */
const GRACE_MS = 1000;
const POLL_MS = 100;

/** Section 3.5.2: CO2, temperature, humidity; two bytes and a CRC-8 each. */
const READING_BYTES = 9;
const WORD_BYTES = 3;
/** Section 3.5.2: −45 °C + 175 °C per 2^16, 100 %RH per 2^16. */
const TWO_16 = 65536;
const LAST_CODE = 0xffff;
const MAXIMUM_PPM = 40_000;

// What the next call of sample() does, once `#due` has come.
const STOP = 0;
const WRITE_SETTING = 1;
const ASK_SETTING = 2;
const CHECK_SETTING = 3;
const ASK_READY = 4;
const CHECK_READY = 5;
const READ = 6;

export class SCD41 implements Sensor<SCD41Sample, SCD41Configuration> {
  readonly #port: I2CPort;
  readonly #clock: SCD41Options["clock"];
  readonly #command = new Uint8Array(2);
  readonly #setting = new Uint8Array(2 + WORD_BYTES);
  readonly #word = new Uint8Array(WORD_BYTES);
  readonly #reading = new Uint8Array(READING_BYTES);
  // The settings as words, in the order of SET and GET; which one it is now.
  readonly #settings = new Uint16Array(SET.length);
  #index = 0;
  #configuration: SCD41Configuration = { offsetCelsius: 4, altitudeMetres: 0, selfCalibration: true };
  #step = STOP;
  #due = 0;
  // Until when a reading must be ready.
  #deadline = 0;

  /**
   * The part need not be there yet: the bus is first used by `sample`.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: SCD41Options) {
    this.apply(options);
    this.#clock = options.clock;
    this.#port = new I2CPort("scd41", options.sensor, ADDRESSES, USUAL_HZ);
  }

  /** Measurement is stopped and begun anew. */
  configure(options: Partial<SCD41Configuration>): void {
    this.#port.requireOpen();
    this.apply(options);
    this.#step = STOP;
  }

  /**
   * The reading, or `undefined` while there is none: the first takes 6 s, the others 5 s from one to the next. It is at
   * most 5 s old. A node that samples every 10 s or less often never waits in vain.
   * @throws SensorFault `bus` for a part that refuses, is another part or does not measure, `checksum`, `out-of-range`
   */
  sample(): SCD41Sample | undefined {
    this.#port.requireOpen();
    if (this.#clock.ticks() < this.#due) return undefined;
    const step = this.#step;
    this.#step = STOP;
    switch (step) {
      case STOP:
        this.#index = 0;
        this.send(STOP_PERIODIC_MEASUREMENT, WRITE_SETTING, STOP_MS);
        return undefined;
      case WRITE_SETTING:
        this.writeSetting();
        return undefined;
      case ASK_SETTING:
        this.send(GET[this.#index]!, CHECK_SETTING, COMMAND_MS);
        return undefined;
      case CHECK_SETTING:
        this.checkSetting();
        return undefined;
      case ASK_READY:
        this.send(GET_DATA_READY_STATUS, CHECK_READY, COMMAND_MS);
        return undefined;
      case CHECK_READY:
        this.checkReady();
        return undefined;
      default:
        return this.read();
    }
  }

  get readyInMs(): number {
    this.#port.requireOpen();
    return Math.max(0, this.#due - this.#clock.ticks());
  }

  close(): void {
    this.#port.close();
  }

  private apply(options: Partial<SCD41Configuration>): void {
    const now = this.#configuration;
    const selfCalibration = options.selfCalibration ?? now.selfCalibration;
    if (typeof selfCalibration !== "boolean") {
      throw new RangeError(`scd41: selfCalibration ${String(selfCalibration)} is not one of false, true`);
    }
    this.#configuration = {
      offsetCelsius: within("scd41", "offsetCelsius", options.offsetCelsius ?? now.offsetCelsius, 0, 20),
      altitudeMetres: wholeWithin("scd41", "altitudeMetres", options.altitudeMetres ?? now.altitudeMetres, 0, 3000),
      selfCalibration,
    };
    this.#settings[0] = Math.round((this.#configuration.offsetCelsius * TWO_16) / 175);
    this.#settings[1] = this.#configuration.altitudeMetres;
    this.#settings[2] = selfCalibration ? 1 : 0;
  }

  private then(step: number, takesMs: number): void {
    this.#step = step;
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#due = this.#clock.ticks() + takesMs + 1;
  }

  private send(command: number, next: number, takesMs: number): void {
    this.#command[0] = command >> 8;
    this.#command[1] = command & 0xff;
    this.#port.write(this.#command);
    this.then(next, takesMs);
  }

  private writeSetting(): void {
    const bytes = this.#setting;
    const command = SET[this.#index]!;
    const word = this.#settings[this.#index]!;
    bytes[0] = command >> 8;
    bytes[1] = command & 0xff;
    bytes[2] = word >> 8;
    bytes[3] = word & 0xff;
    bytes[4] = crc8(bytes, 2, 4);
    this.#port.write(bytes);
    const isLast = this.#index === SET.length - 1;
    this.#index = isLast ? 0 : this.#index + 1;
    this.then(isLast ? ASK_SETTING : WRITE_SETTING, COMMAND_MS);
  }

  /** The measurement starts in the same call as the last check, so that no reset comes in between unnoticed. */
  private checkSetting(): void {
    this.#port.read(this.#word);
    const found = word(this.#word, 0, "a setting");
    if (found !== this.#settings[this.#index]) throw new SensorFault("bus", "scd41: does not keep its settings");
    this.#index++;
    if (this.#index < GET.length) {
      this.send(GET[this.#index]!, CHECK_SETTING, COMMAND_MS);
      return;
    }
    this.send(START_PERIODIC_MEASUREMENT, ASK_READY, INTERVAL_MS);
    this.#deadline = this.#due + GRACE_MS;
  }

  private checkReady(): void {
    this.#port.read(this.#word);
    if ((word(this.#word, 0, "data ready") & READY_BITS) !== 0) {
      this.send(READ_MEASUREMENT, READ, COMMAND_MS);
      return;
    }
    if (this.#clock.ticks() > this.#deadline) throw new SensorFault("bus", "scd41: does not measure");
    this.then(ASK_READY, POLL_MS);
  }

  private read(): SCD41Sample {
    const bytes = this.#reading;
    this.#port.read(bytes);
    // The part answered: from here on a failure is the reading's, and measurement goes on.
    this.then(ASK_READY, INTERVAL_MS);
    this.#deadline = this.#due + GRACE_MS;
    const ppm = word(bytes, 0, "carbon dioxide");
    const temperature = word(bytes, 3, "temperature");
    const humidity = word(bytes, 6, "humidity");
    if (ppm > MAXIMUM_PPM) {
      throw new SensorFault("out-of-range", `scd41: carbon dioxide ${ppm} is not in 0 to ${MAXIMUM_PPM}`);
    }
    if (temperature === 0 || temperature === LAST_CODE) {
      throw new SensorFault(
        "out-of-range",
        `scd41: temperature is at the end of its scale (0x${temperature.toString(16)})`,
      );
    }
    return {
      carbonDioxideDetector: { CO2: ppm },
      thermometer: { temperature: -45 + (175 * temperature) / TWO_16 },
      hygrometer: { humidity: (100 * humidity) / TWO_16 },
    };
  }
}

/** Sixteen bits and their checksum at `offset` (section 3.11: polynomial 0x31, start 0xFF). */
function word(bytes: Uint8Array, offset: number, name: string): number {
  if (crc8(bytes, offset, offset + 2) !== bytes[offset + 2]) {
    throw new SensorFault("checksum", `scd41: checksum of ${name} does not match`);
  }
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}
