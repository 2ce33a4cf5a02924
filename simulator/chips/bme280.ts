import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import * as registers from "./bme280-registers.js";
import {
  rawHumidity,
  rawPressure,
  rawTemperature,
  TRIM_HIGH,
  TRIM_LOW,
  trimBytes,
  TYPICAL_TRIM,
} from "./bme280-trim.js";
import type { Trim } from "./bme280-trim.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";

/** Start-up, and copying of the trim from non-volatile memory, at most (§1.1). */
const STARTUP_MS = 2;
/** Samples after which not even the strongest filter remembers: (15/16)^128 is 0.03 %. */
const MEMORY = 128;

export interface BME280ChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
  trim?: Trim;
}

/**
 * Bosch BME280, from the datasheet named in bme280-registers.ts. A channel value holds from one `setChannel` to the next; a measurement takes what holds when it
 * ends.
 */
export class BME280Chip implements I2CTarget, Part {
  // Six standard deviations at single oversampling; half a step of 16 bits (0.0025 °C, 1.3 Pa); a last decimal of 0.01 °C,
  // 1 Pa and 0.01 %RH for a driver that computes in integers; and what an error in temperature does to the other two.
  readonly channels = {
    temperature: { minimum: -40, maximum: 85, tolerance: 0.045, unit: "Cel" },
    humidity: { minimum: 0, maximum: 100, tolerance: 0.45, unit: "%RH" },
    pressure: { minimum: 30_000, maximum: 110_000, tolerance: 28, unit: "Pa" },
  };
  readonly #clock: Pick<Clock, "ticks">;
  readonly #random: Random;
  readonly #trim: Trim;
  readonly #trimBytes: { low: Uint8Array; high: Uint8Array };
  #temperature = 25;
  #humidity = 50;
  #pressure = 101_325;
  #now: number;
  #startedAt = 0;
  #pointer: number | undefined;
  #pairing = false;
  #controlHumidity = 0;
  #controlMeasurement = 0;
  #config = 0;
  // osrs_h as it was at the last write to ctrl_meas (§5.4.3); a write to ctrl_meas that waits for a measurement to end.
  #humidityCode = 0;
  #pending: number | undefined;
  // The measurement that runs or comes next: when it ends, and how long it takes. Infinity: none.
  #due = Infinity;
  #durationMs = 0;
  #filtered: { temperature: number | undefined; pressure: number | undefined } = {
    temperature: undefined,
    pressure: undefined,
  };
  readonly #data = new Uint8Array(registers.DATA_LENGTH);
  // The data registers as they stood when the current read began (§4.1).
  readonly #shadow = new Uint8Array(registers.DATA_LENGTH);

  constructor(options: BME280ChipOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#trim = options.trim ?? TYPICAL_TRIM;
    this.#trimBytes = trimBytes(this.#trim);
    this.#now = options.clock.ticks();
    this.#reset();
    this.#startedAt = this.#now;
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    if (name === "temperature") this.#temperature = Math.min(Math.max(value, -40), 85);
    else if (name === "humidity") this.#humidity = Math.min(Math.max(value, 0), 100);
    else if (name === "pressure") this.#pressure = Math.min(Math.max(value, 30_000), 110_000);
    else throw new RangeError(`bme280: ${name} is not temperature, humidity or pressure`);
  }

  powerCycle(): void {
    this.#advance();
    this.#pointer = undefined;
    this.#reset();
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    this.#pairing = false;
    if (read) this.#shadow.set(this.#data);
    return true;
  }

  /** A register address, then pairs of value and next address (§6.2.1). */
  write(byte: number): boolean {
    this.#advance();
    if (this.#pairing) this.#writeRegister(this.#pointer!, byte);
    else this.#pointer = byte;
    this.#pairing = !this.#pairing;
    return true;
  }

  /** Registers one after the other (§6.2.2). */
  read(): number {
    this.#advance();
    // Not told where to read from since power-up; what comes then the datasheet does not say.
    if (this.#pointer === undefined) return 0;
    return this.#readRegister(this.#pointer++);
  }

  stop(): void {
    this.#pairing = false;
  }

  #readRegister(register: number): number {
    if (register >= registers.DATA && register < registers.DATA + registers.DATA_LENGTH) {
      return this.#shadow[register - registers.DATA]!;
    }
    const { low, high } = this.#trimBytes;
    const loaded = this.#now >= this.#startedAt;
    if (register >= TRIM_LOW.address && register < TRIM_LOW.address + low.length) {
      return loaded ? low[register - TRIM_LOW.address]! : 0;
    }
    if (register >= TRIM_HIGH.address && register < TRIM_HIGH.address + high.length) {
      return loaded ? high[register - TRIM_HIGH.address]! : 0;
    }
    if (register === registers.ID) return registers.ID_VALUE;
    if (register === registers.RESET) return 0;
    if (register === registers.CTRL_HUM) return this.#controlHumidity;
    if (register === registers.STATUS) {
      return (this.#measuring() ? registers.STATUS_MEASURING : 0) | (loaded ? 0 : registers.STATUS_IM_UPDATE);
    }
    if (register === registers.CTRL_MEAS) return this.#controlMeasurement;
    if (register === registers.CONFIG) return this.#config;
    throw new ProtocolViolation(`bme280: no register ${hex(register)} to read (§5.3)`);
  }

  #writeRegister(register: number, value: number): void {
    if (register === registers.RESET) {
      if (value === registers.RESET_WORD) this.#reset();
    } else if (register === registers.CTRL_HUM) this.#controlHumidity = value & 0x07;
    else if (register === registers.CONFIG) {
      if ((this.#controlMeasurement & registers.MODE) === registers.NORMAL) {
        throw new ProtocolViolation("bme280: config written in normal mode, where it may be ignored (§5.4.6)");
      }
      this.#config = value & 0xfd;
      this.#filtered = { temperature: undefined, pressure: undefined };
    } else if (register === registers.CTRL_MEAS) {
      // §3.3.1: a change of mode waits for the measurement to end, and changes meanwhile are lost.
      if (!this.#measuring()) this.#control(value);
      else this.#pending ??= value;
    } else throw new ProtocolViolation(`bme280: no register ${hex(register)} to write (§5.3)`);
  }

  #reset(): void {
    this.#startedAt = this.#now + STARTUP_MS;
    this.#controlHumidity = this.#controlMeasurement = this.#config = this.#humidityCode = 0;
    this.#pending = undefined;
    this.#due = Infinity;
    this.#filtered = { temperature: undefined, pressure: undefined };
    this.#store(registers.SKIPPED_20, registers.SKIPPED_20, registers.SKIPPED_16);
  }

  #control(value: number): void {
    this.#controlMeasurement = value;
    this.#humidityCode = this.#controlHumidity;
    if ((value & registers.MODE) === registers.SLEEP) {
      this.#due = Infinity;
      return;
    }
    // §9.1, maximum.
    const temperature = registers.OVERSAMPLING[value >> 5]!;
    const pressure = registers.OVERSAMPLING[(value >> 2) & 7]!;
    const humidity = registers.OVERSAMPLING[this.#humidityCode]!;
    this.#durationMs =
      1.25 + 2.3 * temperature + (pressure && 2.3 * pressure + 0.575) + (humidity && 2.3 * humidity + 0.575);
    this.#due = this.#now + this.#durationMs;
  }

  #measuring(): boolean {
    return this.#now < this.#due && this.#now >= this.#due - this.#durationMs;
  }

  #advance(): void {
    const now = this.#clock.ticks();
    if (now < this.#now) throw new ProtocolViolation(`bme280: time ran back from tick ${this.#now} to ${now}`);
    this.#now = now;
    while (now >= this.#due) {
      const ended = this.#due;
      if (this.#pending !== undefined) {
        const pending = this.#pending;
        this.#measure();
        this.#pending = undefined;
        this.#now = ended;
        this.#control(pending);
        this.#now = now;
      } else if ((this.#controlMeasurement & registers.MODE) === registers.NORMAL) {
        const cycleMs = this.#durationMs + registers.STANDBY_MS[this.#config >> 5]!;
        const count = Math.floor((now - ended) / cycleMs) + 1;
        for (let i = this.#coefficient() === 1 ? 1 : Math.min(count, MEMORY); i > 0; i--) this.#measure();
        this.#due = ended + count * cycleMs;
      } else {
        this.#measure();
        this.#controlMeasurement &= ~registers.MODE;
        this.#due = Infinity;
      }
    }
  }

  #coefficient(): number {
    return registers.FILTER[(this.#config >> 2) & 7]!;
  }

  #measure(): void {
    const temperatureCode = this.#controlMeasurement >> 5;
    const pressureCode = (this.#controlMeasurement >> 2) & 7;
    const celsius = this.#temperature;
    let temperature = registers.SKIPPED_20;
    let pressure = registers.SKIPPED_20;
    let humidity = registers.SKIPPED_16;
    if (temperatureCode) {
      const felt = celsius + registers.CELSIUS_NOISE[temperatureCode]! * this.#random.normal();
      temperature = this.#convert("temperature", temperatureCode, rawTemperature(this.#trim, felt));
    }
    if (pressureCode) {
      const felt = this.#pressure + registers.PASCAL_NOISE[pressureCode]! * this.#random.normal();
      pressure = this.#convert("pressure", pressureCode, rawPressure(this.#trim, celsius, felt));
    }
    if (this.#humidityCode) {
      const felt = this.#humidity + registers.HUMIDITY_NOISE[this.#humidityCode]! * this.#random.normal();
      humidity = Math.round(rawHumidity(this.#trim, celsius, felt));
    }
    this.#store(pressure, temperature, humidity);
  }

  /** Resolution (§3.4.2, §3.4.3) and filter (§3.4.4): 20 bits when it is on, else 16 and one more per osrs code. */
  #convert(quantity: "temperature" | "pressure", code: number, raw: number): number {
    const coefficient = this.#coefficient();
    if (coefficient === 1) {
      const step = 1 << Math.max(5 - code, 0);
      return Math.min(Math.round(raw / step) * step, 0x100000 - step);
    }
    const before = this.#filtered[quantity] ?? raw;
    const filtered = (before * (coefficient - 1) + raw) / coefficient;
    this.#filtered[quantity] = filtered;
    return Math.round(filtered);
  }

  #store(pressure: number, temperature: number, humidity: number): void {
    const data = this.#data;
    data.set([pressure >> 12, (pressure >> 4) & 0xff, (pressure & 0xf) << 4], 0);
    data.set([temperature >> 12, (temperature >> 4) & 0xff, (temperature & 0xf) << 4], 3);
    data.set([humidity >> 8, humidity & 0xff], 6);
  }
}

function hex(register: number): string {
  return `0x${register.toString(16).padStart(2, "0")}`;
}
