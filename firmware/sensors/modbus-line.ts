/**
 * One serial line with Modbus RTU units on it, shared by every driver that talks to one of them ("MODBUS over serial
 * line" V1.02). One request is under way at a time; time is judged by ticks when somebody asks, there are no timers.
 *
 * Who shares: drivers whose wiring names the same IO class, pins and port. The lines that are open are kept in a `let`
 * of this module. The linker of XS makes a preloaded object read-only, and a preloaded IO class cannot be the key of a
 * WeakMap ("key: read-only", xsMapSet.c), but a `let` stays writable (documentation/xs/preload.md, "Module scope"): it
 * costs four bytes of RAM, its array is made when the first line is opened and dropped when the last is closed.
 */
import type { Clock } from "../ports/clock.js";
import type { Pin, Serial, SerialConstructor, SerialOptions } from "../ports/io.js";
import { MAXIMUM_FRAME_BYTES, REQUEST_BYTES, writeRequest } from "./modbus-frame.js";

/** The `sensor` option of a Modbus unit: the IO class, the line, and the unit's address on it. */
export interface ModbusSensorIO {
  io: SerialConstructor;
  receive: Pin;
  transmit: Pin;
  /** Bits per second; the same for every unit of the line. */
  baud?: number;
  port?: number;
  /** 1 (the default) to 247. */
  unit?: number;
}

/** One who asks on a line; made by the driver, kept up by the line. */
export interface LineUser {
  /** Since when it waits for its turn, in ticks; −1: it does not. */
  waitingSince: number;
  /** When it asked last. */
  askedAt: number;
}

let openLines: ModbusLine[] | undefined;

// What request() answers.
export const SENT = 0;
/** Another unit's request is under way, or another one has waited longer. */
export const BUSY = 1;
/** The line was not silent for as long as it must be between frames. */
export const NOISY = 2;

/** Section 2.5.1: eleven bits per character (with 8N1 they are ten: longer than needed, never shorter). */
const BITS = 11;
/** Section 2.5.1.1: 3.5 characters between frames, but 1.75 ms above 19,200 baud. */
const GAP_CHARACTERS = 3.5;
const FAST_BAUD = 19_200;
const FAST_GAP_MS = 1.75;
/** A request that nobody came back for: how long after its deadline another unit takes the line. */
const LEASE_MS = 50;
/** How often one who waits asks again, and after how long without asking it loses its turn. */
const TURN_MS = 20;
const TURN_LOST_MS = 50;

export class ModbusLine {
  /** What came since the last request. */
  readonly received = new Uint8Array(MAXIMUM_FRAME_BYTES);
  count = 0;
  /** How long one character takes, and how long the line is silent between frames, in ms. */
  readonly characterMs: number;
  readonly gapMs: number;
  readonly #io: SerialConstructor;
  readonly #options: SerialOptions;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #serial: Serial;
  readonly #users: LineUser[] = [];
  readonly #request = new Uint8Array(REQUEST_BYTES);
  readonly #chunk = new Uint8Array(64);
  #holder: LineUser | undefined;
  #leaseEnd = 0;
  #quietAt = 0;

  private constructor(io: SerialConstructor, options: SerialOptions, clock: Pick<Clock, "ticks">) {
    this.#io = io;
    this.#options = options;
    this.#clock = clock;
    this.characterMs = (1000 * BITS) / options.baud;
    this.gapMs = Math.ceil(options.baud > FAST_BAUD ? FAST_GAP_MS : GAP_CHARACTERS * this.characterMs);
    this.#serial = new io(options);
    // Whatever is on the line now is not for us.
    this.#quietAt = clock.ticks() + this.gapMs + 1;
  }

  /**
   * The line of this wiring, opened unless it is already.
   * @param user who will ask; gives it back with {@link leave}
   * @throws RangeError when the line is open at another speed; what the IO class throws
   */
  static open(
    part: string,
    sensor: ModbusSensorIO,
    baud: number,
    clock: Pick<Clock, "ticks">,
    user: LineUser,
  ): ModbusLine {
    const { io, receive, transmit, port } = sensor;
    let line = openLines?.find((other) => {
      const wired = other.#options;
      return other.#io === io && wired.receive === receive && wired.transmit === transmit && wired.port === port;
    });
    if (line === undefined) {
      const options: SerialOptions = { receive, transmit, baud, format: "buffer" };
      if (port !== undefined) options.port = port;
      line = new ModbusLine(io, options, clock);
      (openLines ??= []).push(line);
    } else if (line.#options.baud !== baud) {
      throw new RangeError(`${part}: baud ${baud} is not that of the open line, ${line.#options.baud}`);
    }
    line.#users.push(user);
    return line;
  }

  /** The user is done; the last one closes the line. Harmless when repeated. */
  leave(user: LineUser): void {
    const at = this.#users.indexOf(user);
    if (at < 0) return;
    this.#users.splice(at, 1);
    this.finish(user);
    if (this.#users.length > 0) return;
    openLines = openLines?.filter((line) => line !== this);
    if (openLines?.length === 0) openLines = undefined;
    this.#serial.close();
  }

  /**
   * Sends a request if the line is free and silent: {@link SENT}, {@link BUSY} or {@link NOISY}.
   * @param replyMs how long the user will wait for the answer; then another one may have the line
   * @throws what the IO class throws
   */
  request(user: LineUser, unit: number, code: number, register: number, count: number, replyMs: number): number {
    const now = this.#clock.ticks();
    const othersTurn = this.isTaken(user, now);
    user.askedAt = now;
    if (user.waitingSince < 0) user.waitingSince = now;
    if (othersTurn) return BUSY;
    this.#holder = undefined;
    this.count = 0;
    this.pull(now);
    if (now < this.#quietAt) return NOISY;
    this.count = 0;
    writeRequest(this.#request, unit, code, register, count);
    this.#serial.write(this.#request);
    user.waitingSince = -1;
    this.#holder = user;
    this.#leaseEnd = now + replyMs + LEASE_MS;
    return SENT;
  }

  /** After {@link BUSY} or {@link NOISY}: milliseconds until it is worth another try. */
  get waitMs(): number {
    const quietMs = this.#quietAt - this.#clock.ticks();
    return this.#holder === undefined && quietMs > 0 ? quietMs : TURN_MS;
  }

  /**
   * Takes in what has arrived.
   * @returns false when the user's time was up and another one has the line
   * @throws what the IO class throws
   */
  receive(user: LineUser): boolean {
    if (this.#holder !== user) return false;
    this.pull(this.#clock.ticks());
    if (this.count >= REQUEST_BYTES && this.isEcho()) {
      this.received.copyWithin(0, REQUEST_BYTES, this.count);
      this.count -= REQUEST_BYTES;
    }
    return true;
  }

  /** The user's request is over, one way or the other. */
  finish(user: LineUser): void {
    if (this.#holder !== user) return;
    this.#holder = undefined;
    // One tick more, because the tick in which the last byte came was under way already.
    this.#quietAt = this.#clock.ticks() + this.gapMs + 1;
  }

  /** Whether another one's request is under way, or another one waits, still asks, and has waited longer. */
  private isTaken(user: LineUser, now: number): boolean {
    if (this.#holder !== undefined && this.#holder !== user && now < this.#leaseEnd) return true;
    const users = this.#users;
    for (let i = 0; i < users.length; i++) {
      const { waitingSince, askedAt } = users[i]!;
      if (users[i] === user || waitingSince < 0 || now - askedAt > TURN_LOST_MS) continue;
      if (user.waitingSince < 0 || waitingSince < user.waitingSince) return true;
    }
    return false;
  }

  // Bytes beyond the longest frame are dropped: it is none.
  private pull(now: number): void {
    const chunk = this.#chunk;
    const received = this.received;
    for (;;) {
      const got = this.#serial.read(chunk) ?? 0;
      if (got > 0) this.#quietAt = now + this.gapMs + 1;
      for (let i = 0; i < got && this.count < received.length; i++) received[this.count++] = chunk[i]!;
      if (got < chunk.length) return;
    }
  }

  // A transceiver that hears itself. No answer begins with its own request: both would have to end in the same CRC.
  private isEcho(): boolean {
    const request = this.#request;
    for (let i = 0; i < REQUEST_BYTES; i++) if (this.received[i] !== request[i]) return false;
    return true;
  }
}
