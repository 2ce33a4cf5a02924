import { crc32 } from "../data/crc.js";
import type { Clock } from "../ports/clock.js";
import { Backoff } from "./backoff.js";
import { encodeText } from "./text.js";

/** The first ceiling of the waits after the window, in windows. */
const LATER_WINDOWS = 3;
/** Those who give way come back within so many windows. */
const GIVING_WAY_WINDOWS = 2;
/** RFC 6298 §2.1, lwIP: a SYN that is not answered is repeated after a second or more. */
const REPEATED_MS = 1000;

export interface ReconnectionOptions {
  readonly clientId: string;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Ceilings of the waits, full jitter. */
  readonly backoff: { readonly firstMs: number; readonly capMs: number };
  /** The window in which those who lost their broker together come back; 0: none. */
  readonly spreadMs: number;
  /** The window in which those who are started together connect; 0: none. */
  readonly startSpreadMs: number;
}

/** The longest wait there is between one attempt and the next, ms. */
export function longestWaitMs({
  backoff: { firstMs, capMs },
  spreadMs,
  startSpreadMs,
}: Pick<ReconnectionOptions, "backoff" | "spreadMs" | "startSpreadMs">): number {
  return Math.max(firstMs, capMs, LATER_WINDOWS * spreadMs, startSpreadMs);
}

/**
 * Where in a window of time a client has its place, in [0, 1): CRC-32 of its identifier over 2^32, the same every time.
 * Throws {@link MqttError} when MQTT cannot carry the identifier.
 */
export function phaseOf(clientId: string): number {
  return crc32(encodeText(clientId, "clientId")) / 4_294_967_296;
}

/**
 * When to try again, so that a fleet that lost its broker does not come back in step: first at the client's own place in
 * a window, so that those who lost the connection together are spread evenly over it; then, while that fails, after waits
 * with full jitter below three windows and more, so that a fleet that waits knocks less often than in the first window.
 *
 * Who is let in late meets others who are let in at that moment: a host that was gone for a while has answered none of
 * the first packets of all who have tried in the last seconds, and answers their repetitions together. Such a
 * connection is given back once, for another within two windows.
 */
export class Reconnection {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  readonly #spreadMs: number;
  readonly #ownMs: number;
  readonly #startMs: number;
  /** The next wait is the client's own place. */
  #fresh = true;
  #dialledAt = 0;
  #openingMs = 0;
  /** What it took to open the connection that was accepted last; `undefined` before the first. */
  #usualMs: number | undefined;
  #gaveWay = false;

  /** Throws RangeError for a wait that is none. */
  constructor({ clientId, clock, random, backoff, spreadMs, startSpreadMs }: ReconnectionOptions) {
    if (!(spreadMs >= 0)) throw new RangeError(`mqtt: reconnectSpreadMs ${spreadMs} is not 0 or more`);
    if (!(startSpreadMs >= 0)) throw new RangeError(`mqtt: startSpreadMs ${startSpreadMs} is not 0 or more`);
    const { firstMs, capMs } = backoff;
    // The first of these refuses a firstMs that is none.
    const lowest = firstMs > 0 ? Math.max(firstMs, LATER_WINDOWS * spreadMs) : firstMs;
    this.#clock = clock;
    this.#random = random;
    this.#backoff = new Backoff({ firstMs: lowest, capMs }, random);
    this.#spreadMs = spreadMs;
    // Clients that leave their naming to the broker are not told apart by a name.
    const phase = clientId === "" ? random() : phaseOf(clientId);
    this.#ownMs = Math.floor(phase * spreadMs);
    this.#startMs = Math.floor(phase * startSpreadMs);
  }

  /** The wait before the first attempt, and before that after a way out has come back, ms. */
  get openMs(): number {
    return this.#usualMs === undefined ? this.#startMs : this.#ownMs;
  }

  /** The wait after a connection that lived for `ms`, or after an attempt (0). */
  next(livedMs: number): number {
    if (this.#backoff.lived(livedMs)) this.#fresh = true;
    if (!this.#fresh || this.#spreadMs === 0) return this.#backoff.next();
    this.#fresh = false;
    return this.#ownMs;
  }

  /** A connection is being opened. */
  dialled(): void {
    this.#dialledAt = this.#clock.ticks();
  }

  /** It is open. The wait before another attempt, if this one is to give way. */
  opened(): number | undefined {
    this.#openingMs = this.#clock.ticks() - this.#dialledAt;
    if (this.#usualMs === undefined || this.#gaveWay || this.#spreadMs === 0) return undefined;
    if (this.#openingMs < this.#usualMs + REPEATED_MS) return undefined;
    this.#gaveWay = true;
    return Math.floor(this.#random() * GIVING_WAY_WINDOWS * this.#spreadMs);
  }

  /** The broker has accepted it. */
  accepted(): void {
    this.#usualMs = this.#openingMs;
    this.#gaveWay = false;
  }
}
