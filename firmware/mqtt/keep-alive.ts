/** Ticks when bytes last went either way. */
interface Traffic {
  readonly lastSent: number;
  readonly lastReceived: number;
}

/**
 * MQTT 3.1.1 §3.1.2.10: something is sent in every interval, PINGREQ if there is nothing else. A ping is also due when
 * nothing was received for an interval, so that a client which only ever sends notices that nobody is there; after one
 * and a half intervals of silence the connection is dead.
 */
export class KeepAlive {
  readonly #intervalMs: number;
  #lastPing = -1;

  /** @param intervalS seconds; 0: no pings, and silence means nothing */
  constructor(intervalS: number) {
    this.#intervalMs = 1000 * intervalS;
  }

  /** A new connection begins. */
  rewind(): void {
    this.#lastPing = -1;
  }

  /** A ping was sent. */
  pinged(ticks: number): void {
    this.#lastPing = ticks;
  }

  isDead(traffic: Traffic, ticks: number): boolean {
    return this.#intervalMs > 0 && ticks >= traffic.lastReceived + 1.5 * this.#intervalMs;
  }

  isPingDue(traffic: Traffic, ticks: number): boolean {
    const interval = this.#intervalMs;
    if (interval === 0) return false;
    if (ticks >= traffic.lastSent + interval) return true;
    // One ping into the same silence is enough.
    return ticks >= traffic.lastReceived + interval && this.#lastPing <= traffic.lastReceived;
  }

  /** When to look again, after `ticks`, on a connection that is not dead; `undefined` without keep alive. */
  next(traffic: Traffic, ticks: number): number | undefined {
    const interval = this.#intervalMs;
    if (interval === 0) return undefined;
    let next = traffic.lastReceived + 1.5 * interval;
    const silence = traffic.lastReceived + interval;
    if (silence > ticks && silence < next) next = silence;
    const idle = traffic.lastSent + interval;
    if (idle > ticks && idle < next) next = idle;
    return next;
  }
}
