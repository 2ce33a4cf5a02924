/**
 * Sensirion SHT30, SHT31 and SHT35 (digital, I2C): temperature and relative humidity.
 * Datasheet SHT3x-DIS, version 5 (May 2018); sections below are of that document.
 *
 * Single-shot mode without clock stretching: ESP32's I2C would wait inside the driver otherwise. While a conversion
 * runs the part refuses to be read (section 4.4), so the driver does not ask before the longest duration has passed.
 * Whatever went wrong on the bus, the part may have been in any state, so it begins again with a break and a soft reset.
 */
import { crc8 } from "../data/crc.js";
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { oneOf } from "./options.js";

/** Cel, −40 to 125; %RH, 0 to 100. */
export interface SHT3xSample extends Readonly<Record<string, Readonly<Record<string, number>>>> {
  readonly thermometer: { readonly temperature: number };
  readonly hygrometer: { readonly humidity: number };
}

export type Repeatability = "low" | "medium" | "high";

export interface SHT3xConfiguration {
  /** Noise against duration (section 2, tables 1, 2 and 4): 0.15, 0.08 or 0.04 °C (3σ) in 4, 6 or 15 ms. Default high. */
  repeatability: Repeatability;
}

export interface SHT3xOptions extends SensorOptions<I2CSensorIO>, Partial<SHT3xConfiguration> {}

/** 7-bit addresses: ADDR low and ADDR high (section 3.4). */
const ADDRESSES = [0x44, 0x45];
/** Fast mode; the part takes up to 1 MHz (section 4). */
const USUAL_HZ = 400_000;

// Commands: 16 bits, most significant byte first.
/** Section 4.3, table 9: single shot, clock stretching disabled. */
const MEASURE: Readonly<Record<Repeatability, number>> = { low: 0x2416, medium: 0x240b, high: 0x2400 };
/** Section 4.8: ends periodic measurement. The part is ready for a command 1 ms later. */
const BREAK = 0x3093;
/** Section 4.9: calibration is loaded again, heater and alerts return to their defaults. */
const SOFT_RESET = 0x30a2;

/**
 * Longest times in ms. Section 2.2, table 4 has 4, 6 and 15 ms for measurements and 1 ms for the soft reset at a supply
 * of 2.4 V or more; below that 0.5 ms longer each. A sagging supply costs less this way than a refused read.
 */
const MEASURE_MS: Readonly<Record<Repeatability, number>> = { low: 4.5, medium: 6.5, high: 15.5 };
const BREAK_MS = 1;
const SOFT_RESET_MS = 1.5;

/** Section 4.4: temperature (16 bits), its CRC-8, humidity (16 bits), its CRC-8. */
const READING_BYTES = 6;
/** Section 4.13: −45 °C + 175 °C per 2^16 − 1, and 100 %RH per 2^16 − 1. */
const FULL_SCALE = 65535;

const REPEATABILITIES = ["low", "medium", "high"] as const;

// What the next call of sample() does, once `#due` has come.
const STOP = 0;
const RESET = 1;
const START = 2;
const READ = 3;

export class SHT3x implements Sensor<SHT3xSample, SHT3xConfiguration> {
  readonly #port: I2CPort;
  readonly #clock: SHT3xOptions["clock"];
  readonly #command = new Uint8Array(2);
  readonly #reading = new Uint8Array(READING_BYTES);
  #repeatability: Repeatability = "high";
  #step = STOP;
  #due = 0;

  /**
   * The part need not be there yet: the bus is first used by `sample`.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: SHT3xOptions) {
    this.apply(options);
    this.#clock = options.clock;
    this.#port = new I2CPort("sht3x", options.sensor, ADDRESSES, USUAL_HZ);
  }

  /** A conversion that is running keeps the repeatability with which it was started. */
  configure(options: Partial<SHT3xConfiguration>): void {
    this.#port.requireOpen();
    this.apply(options);
  }

  /**
   * The reading, or `undefined` while the part needs time. The reading is of the moment at which an earlier call started
   * the conversion: ask again after `readyInMs`, not after a minute.
   * @throws SensorFault `bus` for a part that refuses, `checksum`, `out-of-range` for a temperature at the end of scale
   */
  sample(): SHT3xSample | undefined {
    this.#port.requireOpen();
    if (this.#clock.ticks() < this.#due) return undefined;
    const step = this.#step;
    this.#step = STOP;
    if (step === READ) return this.read();
    if (step === STOP) this.send(BREAK, RESET, BREAK_MS);
    else if (step === RESET) this.send(SOFT_RESET, START, SOFT_RESET_MS);
    else this.send(MEASURE[this.#repeatability], READ, MEASURE_MS[this.#repeatability]);
    return undefined;
  }

  get readyInMs(): number {
    this.#port.requireOpen();
    return Math.max(0, this.#due - this.#clock.ticks());
  }

  close(): void {
    this.#port.close();
  }

  private apply({ repeatability = this.#repeatability }: Partial<SHT3xConfiguration>): void {
    this.#repeatability = oneOf("sht3x", "repeatability", repeatability, REPEATABILITIES);
  }

  private send(command: number, next: number, takesMs: number): void {
    this.#command[0] = command >> 8;
    this.#command[1] = command & 0xff;
    this.#port.write(this.#command);
    this.#step = next;
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#due = this.#clock.ticks() + Math.ceil(takesMs) + 1;
  }

  private read(): SHT3xSample {
    const bytes = this.#reading;
    this.#port.read(bytes);
    // The part answered: from here on a failure is the reading's, and the next conversion may start at once.
    this.#step = START;
    const temperature = word(bytes, 0, "temperature");
    const humidity = word(bytes, 3, "humidity");
    if (temperature === 0 || temperature === FULL_SCALE) {
      throw new SensorFault(
        "out-of-range",
        `sht3x: temperature is at the end of its scale (0x${temperature.toString(16)})`,
      );
    }
    return {
      thermometer: { temperature: -45 + (175 * temperature) / FULL_SCALE },
      hygrometer: { humidity: (100 * humidity) / FULL_SCALE },
    };
  }
}

/** Sixteen bits and their checksum at `offset` (section 4.12, table 20: polynomial 0x31, start 0xFF). */
function word(bytes: Uint8Array, offset: number, name: string): number {
  if (crc8(bytes, offset, offset + 2) !== bytes[offset + 2]) {
    throw new SensorFault("checksum", `sht3x: checksum of ${name} does not match`);
  }
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}
