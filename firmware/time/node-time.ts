import { GOOD } from "../model/quality.js";
import type { Quality } from "../model/quality.js";
import type { Clock, TimeKeeper, Timer } from "../ports/clock.js";
import { Discipline } from "./discipline.js";
import type { ExchangeOptions } from "./exchange.js";
import { GnssTime } from "./gnss-time.js";
import { EARLIEST_UTC, TimeMemory } from "./memory.js";
import { MoveGuard } from "./move-guard.js";
import type { NodeTimeOptions, TimeListener, TimeRefusal, TimeSource } from "./node-time-options.js";
import { serversOf } from "./settings.js";
import type { TimeSettings } from "./settings.js";
import { SntpClient } from "./sntp.js";
import type { RoundVerdict, SntpOwner, SntpSettings } from "./sntp.js";
import { vote } from "./vote.js";
import type { TimeSample, Verdict } from "./vote.js";

/** Drift that is not known to within this is not kept. */
const KEPT_SIGMA_PPM = 1;
/** RFC 5905 §11.2: an undisciplined error grows by 15 ppm; the node claims no better than that. */
const GROWTH_PPM = 15;
/** How often is looked whether time was lost, or must be written down. */
const WATCH_MS = 60_000;
/** The clock can be left alone for as long as it is expected to err by at most this part of the step threshold. */
const QUIET_PART = 1 / 4;

/**
 * The node's time: a clock whose ticks and timers are the host's and whose UTC comes from SNTP servers and a GNSS
 * receiver. After a restart UTC is not known until one of them says it; what was kept says only that some time has passed.
 *
 * Rules. A difference below the step threshold (or one that the measurement cannot tell from 0) is slewed; a larger one is
 * a step, and told. What moves the clock needs a majority of those who answer; where several servers are set and one
 * alone answers, it must say the same four times running. A time before the floor is refused until a majority (or the
 * only server there is) has said the same in eight rounds running over at least an hour.
 */
export class NodeTime implements TimeKeeper, SntpOwner {
  readonly #clock: Clock;
  readonly #listener: TimeListener;
  readonly #discipline = new Discipline();
  readonly #memory: TimeMemory;
  readonly #sntp: SntpClient | undefined;
  readonly #gnss = new GnssTime();
  readonly #guard: MoveGuard;
  #settings: TimeSettings;
  #source: "sntp" | "gnss" = "sntp";
  #synchronised = false;
  #halfWidthMs = 0;
  #confirmedAt = 0;
  /** What a refused majority would move the clock by. */
  #disputedMs = 0;
  #refusal: TimeRefusal | undefined;
  #watch: Timer | undefined;

  constructor(options: NodeTimeOptions) {
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#listener = options.listener ?? {};
    this.#memory = new TimeMemory(options.storage);
    this.#guard = new MoveGuard(this.#memory);
    const { driftPpm } = this.#memory;
    if (driftPpm !== undefined) this.#discipline.keepRate(-driftPpm);
    if (canAsk(options)) this.#sntp = new SntpClient(options, sntpSettings(options.settings), this);
  }

  ticks(): number {
    return this.#clock.ticks();
  }

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    return this.#clock.schedule(callback, delayMs, owner);
  }

  cancel(timer: Timer): void {
    this.#clock.cancel(timer);
  }

  /** ms since 1970, integer; `undefined` until the node was synchronised. Goes back by told steps only. */
  utc(): number | undefined {
    return this.utcAt(this.#clock.ticks());
  }

  /** UTC at these ticks, of the past too: for what was measured before the time was known. */
  utcAt(ticks: number): number | undefined {
    const utc = this.#discipline.utcAt(ticks);
    if (utc !== undefined) return Math.floor(utc);
    const host = this.#clock.utc();
    return host === undefined ? undefined : host - (this.#clock.ticks() - ticks);
  }

  /** What is certain of the time at these ticks without any synchronisation: it was not before this; ms since 1970. */
  earliestUtc(ticks: number = this.#clock.ticks()): number | undefined {
    const { atStart } = this.#memory;
    return atStart === undefined ? undefined : atStart + Math.max(Math.floor(ticks * (1 - 1e-3)), 0);
  }

  /** Whether UTC is known, and not worse than `lostAboveMs`. */
  get synchronised(): boolean {
    return this.#synchronised || (!this.#discipline.known && this.#clock.utc() !== undefined);
  }

  get source(): TimeSource {
    if (this.#discipline.known) return this.#source;
    if (this.#clock.utc() !== undefined) return "host";
    return this.#memory.floorUtc === undefined ? "none" : "floor";
  }

  /** How far `utc()` may be off, in ms; infinite while it is not known, 0 where the host knows it. */
  get uncertaintyMs(): number {
    const now = this.#clock.ticks();
    if (!this.#discipline.known) return this.#clock.utc() === undefined ? Infinity : 0;
    const growthPpm = Math.max(GROWTH_PPM, 2 * this.#discipline.rateSigmaPpm);
    const grown = (now - this.#confirmedAt) * growthPpm * 1e-6;
    return Math.max(this.#halfWidthMs + Math.abs(this.#discipline.gapMs(now)) + grown, this.#disputedMs);
  }

  /** Whether UTC is the node's own, found out from a source; else it is the host's, or not known. */
  get disciplined(): boolean {
    return this.#discipline.known;
  }

  /** How much too fast the node's ticks run, in ppm, as far as it is known. */
  get driftPpm(): number {
    return -this.#discipline.ratePpm;
  }

  /** The last time that is kept as passed; ms since 1970, `undefined` when none was ever known. */
  get floorUtc(): number | undefined {
    return this.#memory.floorUtc;
  }

  /** Begins to ask servers. */
  start(): void {
    if (this.#watch !== undefined) return;
    this.#watch = this.#clock.schedule(this.onWatch, WATCH_MS, this);
    this.askServers();
  }

  /** Asks now, as far as servers may be asked: the network is there again. */
  poll(): void {
    this.#sntp?.poll();
  }

  apply(settings: TimeSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (sameSntp(before, settings)) return;
    this.#sntp?.apply(sntpSettings(settings));
    if (this.#watch !== undefined) this.askServers();
  }

  /** Stops asking, and writes down what time it is. UTC goes on. */
  stop(): void {
    if (this.#watch === undefined) return;
    this.#clock.cancel(this.#watch);
    this.#watch = undefined;
    this.#sntp?.stop();
    this.keep(0);
  }

  /**
   * A GNSS receiver says that it was `utc` (ms since 1970) shortly before `ticks`, the ticks at which its sentences were
   * complete. Its serial line makes that coarse (`gnssDelayMs` ± `gnssSpreadMs`), so the rules are: nothing but `good`
   * counts, three times running at least; it disciplines the clock, once in 64 s, while servers do not know better, and
   * must insist for eight minutes to move one that was set; it has a vote among the servers always, and is told of when
   * it differs from what they agreed on.
   */
  offerGnss(utc: number, ticks: number, quality: Quality = GOOD): void {
    const { gnss, gnssDelayMs, gnssSpreadMs } = this.#settings;
    if (!gnss || quality !== GOOD || this.hostKnows()) return;
    const due = this.#gnss.offer(utc + gnssDelayMs - ticks, ticks, gnssSpreadMs);
    if (!due || !(utc >= EARLIEST_UTC)) return;
    const sample = this.#gnss.sample!;
    const now = this.#clock.ticks();
    if (!this.#synchronised || this.#source === "gnss" || this.uncertaintyMs >= gnssSpreadMs) {
      this.judge({ ...sample, votes: 1 }, "gnss", false);
    } else if (Math.abs(sample.base + now - this.#discipline.utcAt(now)!) > gnssSpreadMs + this.uncertaintyMs) {
      this.refuse("gnss", sample.base + now - this.#discipline.utcAt(now)!);
    } else if (this.#refusal === "gnss") this.#refusal = undefined;
  }

  onRound(servers: readonly TimeSample[], asked: number): RoundVerdict {
    if (this.hostKnows()) return "steady";
    const witness = this.#settings.gnss ? this.#gnss.fresh(this.#clock.ticks()) : undefined;
    const verdict = vote(witness === undefined ? servers : [...servers, witness]);
    if (verdict === undefined) {
      this.#guard.contradicted();
      return this.refuse("disagreement", NaN);
    }
    return this.judge(verdict, "sntp", verdict.votes === 1 && asked > 1);
  }

  /** @param alone whether others could have confirmed it, and did not */
  private judge(verdict: Verdict, source: "sntp" | "gnss", alone: boolean): RoundVerdict {
    const { base, halfWidthMs, sigmaMs } = verdict;
    const now = this.#clock.ticks();
    const utc = base + now;
    const discipline = this.#discipline;
    const given = discipline.utcAt(now);
    const by = given === undefined ? NaN : utc - given;
    // What the measurement cannot tell from 0 is no reason to move.
    const slews = given !== undefined && (Math.abs(by) < this.#settings.stepThresholdMs || Math.abs(by) <= halfWidthMs);
    let steady = slews;
    if (slews) steady = discipline.update(utc, now, sigmaMs);
    else {
      const refusal = this.#guard.objection({ base, utc, ticks: now, source, alone, first: given === undefined });
      if (refusal !== undefined) {
        // A majority says so, however long it takes to believe it.
        const majority = source === "sntp" && !alone && utc >= EARLIEST_UTC;
        if (given !== undefined && majority) this.#disputedMs = Math.abs(by);
        return this.refuse(refusal, by);
      }
      discipline.set(utc, now, sigmaMs);
    }
    this.#guard.clear();
    this.#refusal = undefined;
    this.#disputedMs = 0;
    this.#halfWidthMs = halfWidthMs;
    this.#confirmedAt = now;
    this.#source = source;
    const first = !this.#synchronised;
    this.#synchronised = true;
    this.keep(this.#settings.floorIntervalS * 1000);
    if (!slews && given !== undefined) this.#listener.onStep?.(by);
    if (first) this.#listener.onSynchronised?.(source);
    return steady && this.quiet(now) ? "steady" : "unsteady";
  }

  /** Whether the clock will still be right after twice the present interval. */
  private quiet(now: number): boolean {
    const sntp = this.#sntp;
    if (sntp === undefined) return true;
    return this.#discipline.sigmaAfter(now, 2 * sntp.intervalMs) < QUIET_PART * this.#settings.stepThresholdMs;
  }

  private refuse(reason: TimeRefusal, differenceMs: number): RoundVerdict {
    if (this.#refusal !== reason) {
      this.#refusal = reason;
      this.#listener.onRefused?.(reason, differenceMs);
    }
    return "refused";
  }

  private hostKnows(): boolean {
    return !this.#discipline.known && this.#clock.utc() !== undefined;
  }

  private askServers(): void {
    if (serversOf(this.#settings).length > 0 && !this.hostKnows()) this.#sntp?.start();
  }

  private onWatch(): void {
    this.#watch = this.#clock.schedule(this.onWatch, WATCH_MS, this);
    if (this.hostKnows()) this.#sntp?.stop();
    if (!this.#synchronised) return;
    this.keep(this.#settings.floorIntervalS * 1000);
    const { uncertaintyMs } = this;
    if (uncertaintyMs <= this.#settings.lostAboveMs) return;
    this.#synchronised = false;
    this.#listener.onLost?.(uncertaintyMs);
  }

  /** Writes down what time it is at least, when that is `intervalMs` later than what is kept, and the drift. */
  private keep(intervalMs: number): void {
    const utc = this.utc();
    if (!this.#synchronised || utc === undefined) return;
    const drift = this.#discipline.rateSigmaPpm > KEPT_SIGMA_PPM ? undefined : this.driftPpm;
    this.#memory.keep(utc - Math.ceil(this.uncertaintyMs), intervalMs, drift);
  }
}

/** Whether the host has UDP. */
function canAsk(options: NodeTimeOptions): options is NodeTimeOptions & ExchangeOptions {
  return options.network.UDP !== undefined;
}

function sntpSettings(settings: TimeSettings): SntpSettings {
  return {
    hosts: serversOf(settings),
    pollMinimumMs: settings.pollMinimumS * 1000,
    pollMaximumMs: settings.pollMaximumS * 1000,
    roundTripLimitMs: settings.roundTripLimitMs,
  };
}

function sameSntp(a: TimeSettings, b: TimeSettings): boolean {
  return (
    a.servers === b.servers &&
    a.pollMinimumS === b.pollMinimumS &&
    a.pollMaximumS === b.pollMaximumS &&
    a.roundTripLimitMs === b.roundTripLimitMs
  );
}
