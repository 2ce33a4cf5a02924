import { crc8 } from "../../firmware/data/crc.js";
import { exp } from "../../firmware/data/math.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import * as commands from "./scd41-commands.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";
import { ChipTime, clamp, hex } from "./chip-time.js";

interface Settings {
  /** In the sensor's bits. */
  temperatureOffset: number;
  altitude: number;
  selfCalibration: number;
}
const FACTORY: Readonly<Settings> = {
  temperatureOffset: Math.round((commands.SELF_HEATING_CELSIUS * 65535) / commands.CELSIUS_SPAN),
  altitude: 0,
  selfCalibration: 1,
};
const SERIAL_NUMBER: readonly number[] = [0xf896, 0x9f07, 0x3bbe];

export interface SCD41ChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
}

/**
 * Sensirion SCD41, from the datasheet named in scd41-commands.ts; without recalibration. It warms itself by 4 °C, which its
 * temperature offset takes off again; altitude and ambient pressure are kept, and what it reads is right with any. A channel
 * value holds from one `setChannel` to the next; a measurement takes what holds when it ends.
 */
export class SCD41Chip implements I2CTarget, Part {
  // Half a step of the word, and six standard deviations.
  readonly channels = {
    carbonDioxide: { minimum: 400, maximum: 5000, tolerance: 0.5 + 2 * commands.REPEATABILITY_PPM, unit: "ppm" },
    temperature: {
      minimum: -10,
      maximum: 60,
      // And half a step of the offset.
      tolerance: commands.CELSIUS_SPAN / 65535 + 2 * commands.REPEATABILITY_CELSIUS,
      unit: "Cel",
    },
    humidity: {
      minimum: 0,
      maximum: 100,
      tolerance: 0.5 * (100 / 65535) + 2 * commands.REPEATABILITY_HUMIDITY,
      unit: "%RH",
    },
  };
  readonly #time: ChipTime;
  readonly #random: Random;
  #carbonDioxide = 800;
  #temperature = 25;
  #humidity = 50;
  #busyUntil: number;
  #asleep = false;
  // The measurement that runs: when it ends, and 0 or how long until the next.
  #due = Infinity;
  #periodMs = 0;
  #climateOnly = false;
  readonly #persistent: Settings = { ...FACTORY };
  readonly #settings: Settings = { ...FACTORY };
  // The last measurement until it is read; the answer to the last command; what the current read sends.
  #measured: Uint8Array | undefined;
  #answer: Uint8Array | undefined;
  #fetching = false;
  #sending: Uint8Array | undefined;
  #sent = 0;
  readonly #received: number[] = [];

  constructor(options: SCD41ChipOptions) {
    this.#time = new ChipTime("scd41", options.clock);
    this.#random = options.random;
    this.#busyUntil = this.#time.now;
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    if (name === "carbonDioxide") this.#carbonDioxide = clamp(value, 0, 40_000);
    else if (name === "temperature") this.#temperature = clamp(value, -10, 60);
    else if (name === "humidity") this.#humidity = clamp(value, 0, 100);
    else throw new RangeError(`scd41: ${name} is not carbonDioxide, temperature or humidity`);
  }

  powerCycle(): void {
    this.#advance();
    this.#asleep = false;
    this.#idle();
    Object.assign(this.#settings, this.#persistent);
    this.#busyUntil = this.#time.now + commands.POWER_UP_MS;
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    this.#received.length = 0;
    this.#sending = undefined;
    if (this.#time.now < this.#busyUntil) return false;
    if (!read) return true;
    if (this.#asleep) return false;
    this.#sending = this.#fetching ? this.#measured : this.#answer;
    // §3.5.2: the buffer is emptied by reading.
    if (this.#fetching) this.#measured = undefined;
    this.#answer = undefined;
    this.#fetching = false;
    this.#sent = 0;
    return this.#sending !== undefined;
  }

  /** A command, and with some a word and its checksum (§3.3). */
  write(byte: number): boolean {
    this.#advance();
    const received = this.#received;
    received.push(byte);
    if (received.length < 2) return true;
    const code = (received[0]! << 8) | received[1]!;
    if (this.#asleep) {
      if (received.length === 2 && code === commands.WAKE_UP) {
        this.#asleep = false;
        this.#busyUntil = this.#time.now + commands.COMMANDS.get(code)!.durationMs;
      }
      return false;
    }
    const command = commands.COMMANDS.get(code);
    if (command === undefined) throw new ProtocolViolation(`scd41: unknown command ${hex(code, 4)} (table 9)`);
    if (this.#periodMs > 0 && !command.whileMeasuring) {
      throw new ProtocolViolation(`scd41: command ${hex(code, 4)} while a periodic measurement runs (table 9)`);
    }
    if (received.length === 2) {
      if (!command.takesWord) this.#execute(command);
      return true;
    }
    if (!command.takesWord) throw new ProtocolViolation(`scd41: command ${hex(code, 4)} takes no data`);
    if (received.length < 5) return true;
    if (received.length > 5) throw new ProtocolViolation("scd41: more than one word and its checksum (§3.3)");
    if (byte !== crc8(Uint8Array.of(received[2]!, received[3]!))) return false;
    this.#set(command, (received[2]! << 8) | received[3]!);
    return true;
  }

  read(): number {
    const byte = this.#sending?.[this.#sent++];
    if (byte === undefined) throw new ProtocolViolation(`scd41: read past the ${this.#sent - 1} bytes that there are`);
    return byte;
  }

  /** What is not a whole command by now is forgotten. */
  stop(): void {
    this.#received.length = 0;
    this.#sending = undefined;
  }

  #execute({ code, durationMs }: commands.Command): void {
    const { now } = this.#time;
    const settings = this.#settings;
    this.#answer = undefined;
    this.#fetching = code === commands.READ_MEASUREMENT;
    this.#busyUntil = now + durationMs;
    if (code === commands.START_PERIODIC) this.#startPeriodic(commands.PERIOD_MS);
    else if (code === commands.START_LOW_POWER_PERIODIC) this.#startPeriodic(commands.LOW_POWER_PERIOD_MS);
    else if (code === commands.STOP_PERIODIC) {
      this.#due = Infinity;
      this.#periodMs = 0;
    } else if (code === commands.SINGLE_SHOT || code === commands.SINGLE_SHOT_CLIMATE) {
      this.#measured = undefined;
      this.#climateOnly = code === commands.SINGLE_SHOT_CLIMATE;
      this.#due = this.#busyUntil;
    } else if (code === commands.GET_DATA_READY) {
      this.#answer = framed(this.#measured ? commands.READY : commands.NOT_READY);
    } else if (code === commands.GET_TEMPERATURE_OFFSET) this.#answer = framed(settings.temperatureOffset);
    else if (code === commands.GET_ALTITUDE) this.#answer = framed(settings.altitude);
    else if (code === commands.GET_SELF_CALIBRATION) this.#answer = framed(settings.selfCalibration);
    else if (code === commands.GET_SERIAL_NUMBER) this.#answer = framed(...SERIAL_NUMBER);
    else if (code === commands.SELF_TEST) this.#answer = framed(0);
    else if (code === commands.PERSIST_SETTINGS) Object.assign(this.#persistent, settings);
    else if (code === commands.FACTORY_RESET) {
      Object.assign(this.#persistent, FACTORY);
      Object.assign(settings, FACTORY);
      this.#measured = undefined;
    } else if (code === commands.REINIT) {
      Object.assign(settings, this.#persistent);
      this.#measured = undefined;
    } else if (code === commands.POWER_DOWN) {
      this.#idle();
      this.#asleep = true;
    }
  }

  #set({ code, durationMs }: commands.Command, value: number): void {
    this.#answer = undefined;
    this.#fetching = false;
    this.#busyUntil = this.#time.now + durationMs;
    if (code === commands.SET_TEMPERATURE_OFFSET) this.#settings.temperatureOffset = value;
    else if (code === commands.SET_ALTITUDE) this.#settings.altitude = value;
    else if (code === commands.SET_SELF_CALIBRATION) this.#settings.selfCalibration = value;
    else if (code !== commands.SET_AMBIENT_PRESSURE) {
      throw new ProtocolViolation(`scd41: command ${hex(code, 4)}: recalibration is not simulated`);
    }
  }

  #startPeriodic(periodMs: number): void {
    this.#measured = undefined;
    this.#climateOnly = false;
    this.#periodMs = periodMs;
    this.#due = this.#time.now + periodMs;
  }

  /** Nothing runs, and nothing is left to read. */
  #idle(): void {
    this.#due = Infinity;
    this.#periodMs = 0;
    this.#measured = this.#answer = this.#sending = undefined;
    this.#fetching = false;
    this.#received.length = 0;
  }

  #advance(): void {
    const now = this.#time.catchUp();
    if (now < this.#due) return;
    this.#measure();
    // Of all that ended since, only the last can still be read.
    if (this.#periodMs > 0) this.#due += (Math.floor((now - this.#due) / this.#periodMs) + 1) * this.#periodMs;
    else this.#due = Infinity;
  }

  /** §3.5.2, backwards. */
  #measure(): void {
    const offset = (this.#settings.temperatureOffset * commands.CELSIUS_SPAN) / 65535;
    // What the offset leaves of the part's own warmth; the humidity goes with it, by the Magnus formula.
    const warmth = commands.SELF_HEATING_CELSIUS - offset;
    const dryness = saturation(this.#temperature) / saturation(this.#temperature + warmth);
    const ppm = this.#carbonDioxide + this.#noise(commands.REPEATABILITY_PPM);
    const celsius = this.#temperature + warmth + this.#noise(commands.REPEATABILITY_CELSIUS);
    const humidity = this.#humidity * dryness + this.#noise(commands.REPEATABILITY_HUMIDITY);
    this.#measured = framed(
      this.#climateOnly ? 0 : wordOf(ppm),
      wordOf(((celsius - commands.CELSIUS_LOWEST) * 65535) / commands.CELSIUS_SPAN),
      wordOf((humidity * 65535) / 100),
    );
  }

  #noise(repeatability: number): number {
    return (repeatability / 3) * this.#random.normal();
  }
}

function wordOf(value: number): number {
  return clamp(Math.round(value), 0, 65535);
}

function framed(...words: number[]): Uint8Array {
  const bytes = new Uint8Array(3 * words.length);
  words.forEach((value, i) => {
    bytes.set([value >> 8, value & 0xff], 3 * i);
    bytes[3 * i + 2] = crc8(bytes, 3 * i, 3 * i + 2);
  });
  return bytes;
}

/** Proportional to the saturation vapour pressure of water; Magnus formula, coefficients of Sonntag (1990). */
function saturation(celsius: number): number {
  return exp((17.62 * celsius) / (243.12 + celsius));
}
