/**
 * Reads registers of one unit over Modbus RTU: functions 3 and 4 of "MODBUS application protocol" V1.1b3, on a line as
 * "MODBUS over serial line" V1.02 has it. For drivers; it takes several calls to one answer, as `sample` does.
 *
 * An answer does not say which registers it holds. One that comes after its time-out must therefore never be waiting
 * when the next request goes out: after silence this unit is left alone for another time-out and what comes is dropped.
 */
import { SensorFault } from "../model/sensor.js";
import type { QualityCause } from "../model/quality.js";
import type { Clock } from "../ports/clock.js";
import {
  answerBytes,
  ANSWER,
  checked,
  DAMAGED,
  DATA_OFFSET,
  examine,
  EXCEPTION,
  exceptionText,
  MAXIMUM_UNIT,
  REQUEST_BYTES,
  SERVER_DEVICE_BUSY,
} from "./modbus-frame.js";
import type { ReadFunction } from "./modbus-frame.js";
import { BUSY, ModbusLine, NOISY } from "./modbus-line.js";
import type { LineUser, ModbusSensorIO } from "./modbus-line.js";
import { wholeWithin } from "./options.js";

export interface ModbusConfiguration {
  /** How long the unit may take before it begins to answer, in ms (serial line, section 2.4.1); default 500. */
  timeoutMs: number;
  /** Further attempts after one without an answer or with a damaged one; default 1. */
  retries: number;
  /** How long the unit is left alone after an answer, in ms; default 0: only the gap between frames. */
  pauseMs: number;
}

/** The unit is looked at this often while nothing comes, at first; then less and less often. */
const FIRST_LOOK_MS = 4;
/** Bytes stand in a FIFO of 128 on ESP32: looked at before it can be full. */
const FIFO_BYTES = 100;
/** What a host may hold bytes back for; a frame is over when nothing came for this and the gap. */
const HELD_BACK_MS = 20;

export class ModbusMaster {
  readonly #part: string;
  readonly #unit: number;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #user: LineUser = { waitingSince: -1, askedAt: 0 };
  #line: ModbusLine | undefined;
  #configuration: ModbusConfiguration;
  #waiting = false;
  #due = 0;
  #sentAt = 0;
  #deadline = 0;
  #attempts = 0;
  // Bytes there were at the last look, and when they had become that many.
  #seen = 0;
  #seenAt = 0;
  #noisySince = -1;

  /**
   * @param part the driver's name, with which its errors begin
   * @param usual what holds where `options` and `sensor` say nothing
   * @throws RangeError for an option outside its range, before anything is opened; what the IO class throws
   */
  constructor(
    part: string,
    sensor: ModbusSensorIO,
    clock: Pick<Clock, "ticks">,
    options: Partial<ModbusConfiguration>,
    usual: ModbusConfiguration & { baud: number },
  ) {
    this.#part = part;
    this.#clock = clock;
    this.#unit = wholeWithin(part, "unit", sensor.unit ?? 1, 1, MAXIMUM_UNIT);
    this.#configuration = merged(part, options, usual);
    const baud = wholeWithin(part, "baud", sensor.baud ?? usual.baud, 300, 1_000_000);
    this.#line = ModbusLine.open(part, sensor, baud, clock, this.#user);
  }

  /** Takes effect with the next request. */
  configure(options: Partial<ModbusConfiguration>): void {
    this.requireOpen();
    this.#configuration = merged(this.#part, options, this.#configuration);
  }

  /** Throws an Error when it is closed. */
  requireOpen(): ModbusLine {
    if (this.#line === undefined) throw new Error(`${this.#part}: closed`);
    return this.#line;
  }

  get readyInMs(): number {
    this.requireOpen();
    return Math.max(0, this.#due - this.#clock.ticks());
  }

  /**
   * The answer's bytes, the registers from {@link DATA_OFFSET} on, two bytes each; valid until the next call. Or
   * `undefined` while there is none: ask for the same registers again after `readyInMs`.
   * @param count 1 to 125
   * @throws SensorFault `bus` for a unit that does not answer or refuses, or a line that does not fall silent; `checksum`
   * for a damaged answer. The next call begins afresh.
   */
  read(code: ReadFunction, register: number, count: number): Uint8Array | undefined {
    const line = this.requireOpen();
    const now = this.#clock.ticks();
    if (now < this.#due) return undefined;
    try {
      if (this.#waiting) return this.look(line, now, code, count);
      this.ask(line, now, code, register, count);
      return undefined;
    } catch (error) {
      if (error instanceof SensorFault) throw error;
      this.over(line, now, 0);
      throw new SensorFault("bus", `${this.#part}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Forgets a request that is under way. */
  abandon(): void {
    const line = this.requireOpen();
    if (this.#waiting) this.over(line, this.#clock.ticks(), this.#configuration.timeoutMs);
    this.#attempts = 0;
  }

  /** Harmless when repeated. */
  close(): void {
    const line = this.#line;
    this.#line = undefined;
    line?.leave(this.#user);
  }

  private ask(line: ModbusLine, now: number, code: ReadFunction, register: number, count: number): void {
    const { timeoutMs } = this.#configuration;
    const bytes = answerBytes(count);
    const sendMs = Math.ceil(REQUEST_BYTES * line.characterMs);
    const answerMs = Math.ceil(bytes * line.characterMs);
    // One tick more, because the tick in which it began was under way already.
    const replyMs = sendMs + timeoutMs + answerMs + 1;
    const outcome = line.request(this.#user, this.#unit, code, register, count, replyMs);
    if (outcome === BUSY || outcome === NOISY) {
      if (outcome === BUSY) this.#noisySince = -1;
      else if (this.#noisySince < 0) this.#noisySince = now;
      if (this.#noisySince >= 0 && now - this.#noisySince > timeoutMs) {
        this.#noisySince = -1;
        throw new SensorFault("bus", `${this.#part}: the line does not fall silent`);
      }
      this.#due = now + line.waitMs;
      return;
    }
    this.#noisySince = -1;
    this.#waiting = true;
    this.#sentAt = now + sendMs;
    this.#deadline = now + replyMs;
    this.#seen = 0;
    this.#seenAt = now;
    this.#due = now + Math.max(1, sendMs + Math.min(answerMs, Math.ceil(FIFO_BYTES * line.characterMs)));
  }

  private look(line: ModbusLine, now: number, code: ReadFunction, count: number): Uint8Array | undefined {
    if (!line.receive(this.#user)) return this.failed(line, now, "bus", "nobody asked in time whether it had answered");
    const found = examine(line.received, line.count, this.#unit, code, count);
    if (found === ANSWER) {
      this.over(line, now, this.#configuration.pauseMs);
      this.#attempts = 0;
      return line.received;
    }
    if (found === EXCEPTION) return this.refused(line, now, line.received[DATA_OFFSET - 1]!);
    if (found === DAMAGED) return this.failed(line, now, "checksum", "checksum of the answer does not match");

    if (line.count !== this.#seen) this.#seenAt = now;
    this.#seen = line.count;
    const silentMs = now - this.#seenAt;
    const endMs = line.gapMs + HELD_BACK_MS;
    if (line.count > 0 && silentMs >= endMs) {
      if (!checked(line.received, line.count)) return this.failed(line, now, "checksum", "the answer is damaged");
      // A right frame, but of another unit or to another question: ours may still come.
      line.count = this.#seen = 0;
    }
    if (now >= this.#deadline) {
      if (line.count > 0) return this.failed(line, now, "checksum", "the answer does not end");
      const { timeoutMs } = this.#configuration;
      return this.failed(line, now, "bus", `unit ${this.#unit} does not answer within ${timeoutMs} ms`);
    }
    this.#due = Math.min(this.#deadline, now + this.lookAgainMs(line, now, count, endMs - silentMs));
    return undefined;
  }

  /** When the rest of a begun answer can be there; else after half of the time already waited, so that looks are few. */
  private lookAgainMs(line: ModbusLine, now: number, count: number, silenceLeftMs: number): number {
    const missing = answerBytes(count) - line.count;
    if (line.count > 0 && missing > 0) {
      const restMs = Math.ceil(Math.min(missing, FIFO_BYTES) * line.characterMs);
      return Math.max(1, Math.min(restMs, silenceLeftMs));
    }
    if (line.count > 0) return Math.max(1, silenceLeftMs);
    const waited = Math.max(FIRST_LOOK_MS, (now - this.#sentAt) >> 1);
    return Math.min(waited, Math.ceil(FIFO_BYTES * line.characterMs) + FIRST_LOOK_MS);
  }

  private refused(line: ModbusLine, now: number, exception: number): undefined {
    if (exception === SERVER_DEVICE_BUSY) return this.failed(line, now, "bus", exceptionText(exception));
    this.over(line, now, this.#configuration.pauseMs);
    this.#attempts = 0;
    throw new SensorFault("bus", `${this.#part}: unit ${this.#unit} refuses with ${exceptionText(exception)}`);
  }

  /** Another attempt, or the fault. After a missing or a damaged answer something may still be on its way. */
  private failed(line: ModbusLine, now: number, cause: QualityCause, what: string): undefined {
    const { timeoutMs, retries } = this.#configuration;
    this.over(line, now, timeoutMs);
    if (this.#attempts++ < retries) return undefined;
    this.#attempts = 0;
    throw new SensorFault(cause, `${this.#part}: ${what}`);
  }

  private over(line: ModbusLine, now: number, restMs: number): void {
    this.#waiting = false;
    line.finish(this.#user);
    this.#due = now + restMs;
  }
}

function merged(part: string, options: Partial<ModbusConfiguration>, now: ModbusConfiguration): ModbusConfiguration {
  return {
    timeoutMs: wholeWithin(part, "timeoutMs", options.timeoutMs ?? now.timeoutMs, 10, 10_000),
    retries: wholeWithin(part, "retries", options.retries ?? now.retries, 0, 10),
    pauseMs: wholeWithin(part, "pauseMs", options.pauseMs ?? now.pauseMs, 0, 10_000),
  };
}
