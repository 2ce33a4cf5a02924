/** Annunciations that make an alarm a chattering one (ISA-18.2 §16.5.5: three or more within a minute). */
const CHATTERING_COUNT_SPAN_MS = 60_000;
/** An alarm whose condition goes again so soon is a fleeting one. */
const FLEETING_MS = 10_000;
/** Longer in alarm than this without a break: a stale (standing) alarm, ISA-18.2 §16.5.6. */
const STALE_MS = 86_400_000;

/** What is kept of an alarm's statistics across a restart. */
export interface KeptStatistics {
  readonly annunciations: number;
  readonly fleeting: number;
  readonly inAlarmMs: number;
  /** How long the alarm had been in alarm without a break; 0 when it was not. */
  readonly standingMs: number;
}

/**
 * How one alarm behaves: ISA-18.2 clause 16's measures, in fixed memory. "In alarm" is unacknowledged or acknowledged.
 * Times are as of the last `expire`. What chatters is forgotten by a restart; the counts are not, and a stale alarm stays
 * one (the time without power does not count).
 */
export class AlarmStatistics {
  annunciations = 0;
  /** Annunciations whose condition went again within 10 s. */
  fleeting = 0;
  /** Three annunciations within 60 s, until 60 s without one. */
  chattering = false;
  /** In alarm for over 24 hours without a break. */
  stale = false;
  /** Ticks of the last annunciation; −Infinity: none since the start. */
  lastAnnunciation = -Infinity;
  // Ticks of the annunciation before that.
  #before = -Infinity;
  #inAlarmMs = 0;
  // In alarm: since when, and up to when it has been counted. NaN: it is not.
  #since = NaN;
  #countedTo = 0;

  /** Time in alarm, in whole seconds. */
  get timeInAlarmS(): number {
    return Math.floor(this.#inAlarmMs / 1000);
  }

  annunciate(ticks: number): void {
    this.annunciations++;
    const last = this.lastAnnunciation;
    this.chattering =
      ticks - this.#before <= CHATTERING_COUNT_SPAN_MS || (this.chattering && ticks - last < CHATTERING_COUNT_SPAN_MS);
    this.#before = last;
    this.lastAnnunciation = ticks;
  }

  /** The condition of an alarm that was in alarm has gone. */
  clear(ticks: number): void {
    if (ticks - this.lastAnnunciation <= FLEETING_MS) this.fleeting++;
  }

  /** The alarm has changed its state. */
  change(inAlarm: boolean, ticks: number): void {
    this.expire(ticks);
    if (!inAlarm) {
      this.#since = NaN;
      this.stale = false;
    } else if (this.#since !== this.#since) {
      this.#since = ticks;
      this.#countedTo = ticks;
    }
  }

  expire(ticks: number): void {
    if (this.chattering && ticks - this.lastAnnunciation >= CHATTERING_COUNT_SPAN_MS) this.chattering = false;
    if (this.#since !== this.#since) return;
    this.#inAlarmMs += ticks - this.#countedTo;
    this.#countedTo = ticks;
    this.stale = ticks - this.#since > STALE_MS;
  }

  keep(ticks: number): KeptStatistics {
    this.expire(ticks);
    return {
      annunciations: this.annunciations,
      fleeting: this.fleeting,
      inAlarmMs: this.#inAlarmMs,
      standingMs: this.#since === this.#since ? ticks - this.#since : 0,
    };
  }

  /** @param inAlarm the alarm is in alarm now */
  restore(kept: KeptStatistics, inAlarm: boolean, ticks: number): void {
    this.annunciations = kept.annunciations;
    this.fleeting = kept.fleeting;
    this.#inAlarmMs = kept.inAlarmMs;
    this.#since = inAlarm ? ticks - kept.standingMs : NaN;
    this.#countedTo = ticks;
    this.expire(ticks);
  }
}

const MINUTE_MS = 60_000;
const MINUTES = 10;

/** How many there were in the minute under way and the nine before. */
export class TenMinuteCount {
  readonly #counts = new Uint32Array(MINUTES);
  #minute = 0;

  add(ticks: number): void {
    this.advance(ticks);
    this.#counts[this.#minute % MINUTES]! += 1;
  }

  total(ticks: number): number {
    this.advance(ticks);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  private advance(ticks: number): void {
    const minute = Math.floor(ticks / MINUTE_MS);
    if (minute - this.#minute >= MINUTES) this.#counts.fill(0);
    else for (let past = this.#minute + 1; past <= minute; past++) this.#counts[past % MINUTES] = 0;
    this.#minute = minute;
  }
}
