import type { Timer } from "../ports/clock.js";
import { Exchange, isAddress } from "./exchange.js";
import type { ExchangeOptions, ExchangeOwner, Outcome } from "./exchange.js";
import type { TimeSample } from "./vote.js";

/** RFC 4330 §10: a server is never asked again before 15 s have passed. */
const SPACING_MS = 15_000;
const FIRST_RETRY_MS = 16_000;
const LAST_RETRY_MS = 1_024_000;
/** A fleet that gets power at the same moment does not ask at the same moment. */
const START_SPREAD_MS = 2000;
/** Of an interval; drawn anew each time. */
const JITTER = 1 / 8;
/** Intervals that kisses have stretched end here. */
const LONGEST_RATE_MS = 86_400_000;
const MOST_BARRED = 8;

export interface SntpSettings {
  readonly hosts: readonly string[];
  readonly pollMinimumMs: number;
  readonly pollMaximumMs: number;
  readonly roundTripLimitMs: number;
}

/**
 * What a round was good for. `steady`: as expected, the clock can be left alone for longer. `unsteady`: taken, look again
 * soon. `refused`: not taken.
 */
export type RoundVerdict = "steady" | "unsteady" | "refused";

/** Who is told. */
export interface SntpOwner {
  /** What the servers said, at least one; `servers` are those that have not forbidden to be asked. */
  onRound(samples: readonly TimeSample[], servers: number): RoundVerdict;
}

interface Server {
  readonly host: string;
  /** Not to be asked before these ticks. */
  notBefore: number;
  /** What kisses have made of the time between two questions, in ms. */
  spacingMs: number;
  /** Its only address has forbidden to be asked. */
  barred: boolean;
}

/**
 * Asks SNTP servers, one after the other in rounds, for ever. Rounds are `pollMinimumMs` apart at first and twice as far
 * each time the clock was found right, up to `pollMaximumMs`; after one without an answer, or whose answers were refused,
 * the next comes after 16 s, 32 s … 17 min. Servers that say so are asked less often (RATE) or never again until
 * the next start (DENY, RSTR): RFC 5905 §7.4. A name that leads to another server then is asked there.
 */
export class SntpClient implements ExchangeOwner {
  readonly #options: ExchangeOptions;
  readonly #owner: SntpOwner;
  readonly #exchange: Exchange;
  readonly #samples: TimeSample[] = [];
  /** Addresses that have forbidden to be asked; the oldest is forgotten for a ninth. */
  readonly #barred: string[] = [];
  #settings: SntpSettings;
  #servers: Server[] = [];
  #timer: Timer | undefined;
  #running = false;
  #inRound = false;
  #asking = 0;
  #asked = false;
  #intervalMs: number;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: ExchangeOptions, settings: SntpSettings, owner: SntpOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#settings = settings;
    this.#intervalMs = settings.pollMinimumMs;
    this.#exchange = new Exchange(options, this);
    this.take();
  }

  /** The time between two rounds now, in ms, before jitter. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.wake(Math.floor(this.#options.random() * START_SPREAD_MS));
  }

  /** Asks now, as far as servers may be asked: the network is there again. */
  poll(): void {
    if (!this.#running || this.#inRound) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.wake(0);
  }

  /** Other servers, or other limits. What kisses said of a server that stays still holds. */
  apply(settings: SntpSettings): void {
    this.#settings = settings;
    this.take();
    this.#intervalMs = settings.pollMinimumMs;
    this.#exchange.close();
    this.#inRound = false;
    if (this.#running) this.poll();
  }

  stop(): void {
    this.#running = this.#inRound = false;
    this.#exchange.close();
    if (this.#timer !== undefined) this.#options.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  private take(): void {
    const before = this.#servers;
    this.#servers = this.#settings.hosts.map((host) => {
      const known = before.find((server) => server.host === host);
      return known ?? { host, notBefore: 0, spacingMs: 0, barred: isAddress(host) && this.#barred.includes(host) };
    });
    this.#exchange.roundTripLimitMs = this.#settings.roundTripLimitMs;
  }

  private round(): void {
    this.#timer = undefined;
    this.#inRound = true;
    this.#asking = -1;
    this.#asked = false;
    this.#samples.length = 0;
    this.next();
  }

  private next(): void {
    const now = this.#options.clock.ticks();
    for (this.#asking++; this.#asking < this.#servers.length; this.#asking++) {
      const server = this.#servers[this.#asking]!;
      if (server.barred || now < server.notBefore) continue;
      server.notBefore = now + Math.max(SPACING_MS, server.spacingMs);
      this.#asked = true;
      this.#exchange.ask(server.host);
      return;
    }
    this.#inRound = false;
    if (this.#asked) this.end();
    else this.await(now);
  }

  /** Nobody may be asked yet. */
  private await(now: number): void {
    let first = Infinity;
    for (const { barred, notBefore } of this.#servers) if (!barred) first = Math.min(first, notBefore);
    if (first < Infinity) this.wake(Math.max(first - now, FIRST_RETRY_MS));
  }

  mayAsk(address: string): boolean {
    return !this.#barred.includes(address);
  }

  onOutcome(outcome: Outcome, address: string): void {
    const server = this.#servers[this.#asking]!;
    if (typeof outcome === "object") this.#samples.push(outcome);
    else if (outcome === "deny") this.bar(server, address);
    else if (outcome === "rate") this.slowDown(server);
    this.next();
  }

  private bar(server: Server, address: string): void {
    this.#barred.push(address);
    if (this.#barred.length > MOST_BARRED) this.#barred.shift();
    server.barred = isAddress(server.host);
  }

  private slowDown(server: Server): void {
    server.spacingMs = Math.min(2 * Math.max(server.spacingMs, this.#intervalMs), LONGEST_RATE_MS);
    server.notBefore = this.#options.clock.ticks() + server.spacingMs;
  }

  private end(): void {
    const { pollMinimumMs, pollMaximumMs } = this.#settings;
    let servers = 0;
    for (const { barred } of this.#servers) if (!barred) servers++;
    const samples = this.#samples;
    const verdict = samples.length === 0 ? "refused" : this.#owner.onRound(samples, servers);
    if (!this.#running) return;
    if (verdict === "refused") {
      this.#intervalMs = pollMinimumMs;
      this.wake(this.jittered(samples.length === 0 ? this.#retryMs : Math.max(this.#retryMs, pollMinimumMs)));
      this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
      return;
    }
    this.#retryMs = FIRST_RETRY_MS;
    this.#intervalMs = verdict === "steady" ? Math.min(2 * this.#intervalMs, pollMaximumMs) : pollMinimumMs;
    this.wake(this.jittered(this.#intervalMs));
  }

  /** Up to an eighth less, or more where less would be too soon. */
  private jittered(delayMs: number): number {
    const jitter = JITTER * delayMs * this.#options.random();
    return Math.ceil(delayMs - jitter < this.#settings.pollMinimumMs ? delayMs + jitter : delayMs - jitter);
  }

  private wake(delayMs: number): void {
    const { clock } = this.#options;
    if (this.#timer !== undefined) clock.cancel(this.#timer);
    this.#timer = clock.schedule(this.round, delayMs, this);
  }
}
