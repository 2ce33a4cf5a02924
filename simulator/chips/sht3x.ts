import { crc8 } from "../../firmware/data/crc.js";
import { exp } from "../../firmware/data/math.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import { AlertLimits } from "./sht3x-alert.js";
import {
  CLEAR_STATUS,
  HEATER_OFF,
  HEATER_ON,
  BREAK,
  SOFT_RESET,
  FETCH_DATA,
  READ_STATUS,
  LOW,
  SINGLE_SHOT,
  PERIODIC,
  STATUS_ALERT_PENDING,
  STATUS_HEATER,
  STATUS_HUMIDITY_ALERT,
  STATUS_TEMPERATURE_ALERT,
  STATUS_COMMAND_FAILED,
  STATUS_CHECKSUM_FAILED,
  STATUS_DEFAULT,
  STATUS_ALERTS,
  STATUS_CLEARED,
} from "./sht3x-commands.js";
import type { Repeatability } from "./sht3x-commands.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";

/** Power-up and soft reset take 1.5 ms at most (§2.2), a break 1 ms (§4.8); the part does not answer meanwhile. */
const RESET_MS = 2;
const BREAK_MS = 1;
/** "A few degrees" (§4.10), and what that does to relative humidity by the Magnus formula. */
const HEATER_CELSIUS = 3;

type Mode =
  | { kind: "idle" }
  | { kind: "single"; repeatability: Repeatability; stretching: boolean; due: number }
  | { kind: "periodic"; repeatability: Repeatability; periodMs: number; due: number };
const IDLE: Mode = { kind: "idle" };

export interface SHT3xChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
}

/**
 * Sensirion SHT3x-DIS, from the datasheet named in sht3x-commands.ts. A channel value holds from one `setChannel` to the next; a measurement takes what
 * holds when it ends.
 */
export class SHT3xChip implements I2CTarget, Part {
  // Half a step of the 16-bit word, and six standard deviations at low repeatability.
  readonly channels = {
    temperature: { minimum: -40, maximum: 125, tolerance: 0.5 * (175 / 65535) + 2 * LOW.celsius, unit: "Cel" },
    humidity: { minimum: 0, maximum: 100, tolerance: 0.5 * (100 / 65535) + 2 * LOW.humidity, unit: "%RH" },
  };
  readonly #clock: Pick<Clock, "ticks">;
  readonly #random: Random;
  readonly #limits = new AlertLimits();
  #temperature = 25;
  #humidity = 50;
  #now: number;
  #busyUntil = 0;
  #mode: Mode = IDLE;
  #status = STATUS_DEFAULT;
  // The last measurement as it will be read; the answer to the last command; what the current read sends.
  #measured: Uint8Array | undefined;
  #answer: Uint8Array | undefined;
  #fetching = false;
  #sending: Uint8Array | undefined;
  #sent = 0;
  readonly #received: number[] = [];

  constructor(options: SHT3xChipOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#now = options.clock.ticks();
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    if (name === "temperature") this.#temperature = Math.min(Math.max(value, -40), 125);
    else if (name === "humidity") this.#humidity = Math.min(Math.max(value, 0), 100);
    else throw new RangeError(`sht3x: ${name} is not temperature or humidity`);
  }

  powerCycle(): void {
    this.#advance();
    this.#reset();
    this.#received.length = 0;
    this.#sending = undefined;
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    this.#received.length = 0;
    this.#sending = undefined;
    if (this.#now < this.#busyUntil) return false;
    if (!read) return this.#mode.kind !== "single";
    this.#sending = this.#takeAnswer();
    this.#sent = 0;
    return this.#sending !== undefined;
  }

  write(byte: number): boolean {
    const received = this.#received;
    received.push(byte);
    if (received.length === 2) this.#execute(word(received, 0));
    else if (received.length > 2 && !AlertLimits.isWrite(word(received, 0))) {
      throw new ProtocolViolation(`sht3x: command ${hex(word(received, 0))} takes no data`);
    } else if (received.length === 5) this.#writeLimit();
    else if (received.length > 5) throw new ProtocolViolation("sht3x: more than one word and its checksum (§4)");
    return true;
  }

  read(): number {
    const byte = this.#sending?.[this.#sent++];
    if (byte === undefined) throw new ProtocolViolation(`sht3x: read past the ${this.#sent - 1} bytes that there are`);
    return byte;
  }

  /** What is not a whole command by now is forgotten: a line that broke off is not the controller's fault. */
  stop(): void {
    this.#received.length = 0;
    this.#sending = undefined;
  }

  #takeAnswer(): Uint8Array | undefined {
    let taken = this.#answer;
    this.#answer = undefined;
    if (taken) return taken;
    if (this.#mode.kind === "periodic" && !this.#fetching) return undefined;
    // The bus takes no time here, so a stretched clock does not either: the reading is what it would have been.
    if (this.#mode.kind === "single" && this.#mode.stretching) this.#measure(this.#mode.repeatability);
    if (this.#mode.kind === "single" && this.#measured) this.#mode = IDLE;
    taken = this.#measured;
    this.#measured = undefined;
    this.#fetching = false;
    return taken;
  }

  #execute(command: number): void {
    this.#answer = undefined;
    this.#fetching = false;
    const single = SINGLE_SHOT.get(command);
    const periodic = PERIODIC.get(command);
    const measuring = this.#mode.kind === "periodic";
    if (measuring && (single || periodic || command === SOFT_RESET)) {
      throw new ProtocolViolation(`sht3x: command ${hex(command)} in periodic mode; a break must come first (§4.8)`);
    }
    if (single) {
      this.#measured = undefined;
      this.#mode = { kind: "single", ...single, due: this.#now + single.repeatability.durationMs };
    } else if (periodic) {
      this.#measured = undefined;
      this.#mode = { kind: "periodic", ...periodic, due: this.#now + periodic.repeatability.durationMs };
    } else if (command === FETCH_DATA) {
      if (!measuring) throw new ProtocolViolation("sht3x: fetch outside periodic mode (§4.6)");
      this.#fetching = true;
    } else if (command === BREAK) {
      this.#mode = IDLE;
      this.#measured = undefined;
      this.#busyUntil = this.#now + BREAK_MS;
    } else if (command === SOFT_RESET) this.#reset();
    else if (command === READ_STATUS) this.#answer = framed(this.#status);
    else if (command === CLEAR_STATUS) this.#status &= ~STATUS_CLEARED;
    else if (command === HEATER_ON) this.#status |= STATUS_HEATER;
    else if (command === HEATER_OFF) this.#status &= ~STATUS_HEATER;
    else if (AlertLimits.isRead(command)) this.#answer = framed(this.#limits.get(command));
    else if (!AlertLimits.isWrite(command)) throw new ProtocolViolation(`sht3x: unknown command ${hex(command)}`);
    if (command !== READ_STATUS) this.#status &= ~(STATUS_COMMAND_FAILED | STATUS_CHECKSUM_FAILED);
  }

  #writeLimit(): void {
    const value = word(this.#received, 2);
    if (framed(value)[2] === this.#received[4]) this.#limits.set(word(this.#received, 0), value);
    else this.#status |= STATUS_COMMAND_FAILED | STATUS_CHECKSUM_FAILED;
  }

  #reset(): void {
    this.#mode = IDLE;
    this.#status = STATUS_DEFAULT;
    this.#measured = undefined;
    this.#answer = undefined;
    this.#fetching = false;
    this.#limits.reset();
    this.#busyUntil = this.#now + RESET_MS;
  }

  #advance(): void {
    const now = this.#clock.ticks();
    if (now < this.#now) throw new ProtocolViolation(`sht3x: time ran back from tick ${this.#now} to ${now}`);
    this.#now = now;
    const mode = this.#mode;
    if (mode.kind === "idle" || now < mode.due) return;
    this.#measure(mode.repeatability);
    if (mode.kind === "single") this.#mode = IDLE;
    else {
      // Of all that ended since, only the last can still be read.
      mode.due += (Math.floor((now - mode.due) / mode.periodMs) + 1) * mode.periodMs;
      const alerts = this.#limits.update(word(this.#measured!, 0), word(this.#measured!, 3));
      this.#status &= ~STATUS_ALERTS;
      if (alerts.temperature) this.#status |= STATUS_TEMPERATURE_ALERT | STATUS_ALERT_PENDING;
      if (alerts.humidity) this.#status |= STATUS_HUMIDITY_ALERT | STATUS_ALERT_PENDING;
    }
  }

  /** §4.13, backwards. */
  #measure(repeatability: Repeatability): void {
    let temperature = this.#temperature;
    let humidity = this.#humidity;
    if (this.#status & STATUS_HEATER) {
      humidity *= saturation(temperature) / saturation(temperature + HEATER_CELSIUS);
      temperature += HEATER_CELSIUS;
    }
    temperature += (this.#random.normal() * repeatability.celsius) / 3;
    humidity += (this.#random.normal() * repeatability.humidity) / 3;
    const frame = new Uint8Array(6);
    frame.set(framed(sixteenBits((temperature + 45) / 175)), 0);
    frame.set(framed(sixteenBits(humidity / 100)), 3);
    this.#measured = frame;
  }
}

/** Water vapour's saturation pressure over water in hPa (Magnus; WMO-No. 8, annex 4.B). */
function saturation(celsius: number): number {
  return 6.112 * exp((17.62 * celsius) / (243.12 + celsius));
}

function sixteenBits(share: number): number {
  return Math.min(Math.max(Math.round(share * 65535), 0), 65535);
}

function word(bytes: ArrayLike<number>, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** A word as the part sends it: most significant byte first, then the CRC of §4.12. */
function framed(value: number): Uint8Array {
  const bytes = Uint8Array.of(value >> 8, value & 0xff, 0);
  bytes[2] = crc8(bytes.subarray(0, 2));
  return bytes;
}

function hex(command: number): string {
  return `0x${command.toString(16).padStart(4, "0")}`;
}
