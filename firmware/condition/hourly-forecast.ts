import { HOUR, memory } from "./detector-memory.js";

/*
 * Clock:    universal time, or the time since the start until that is known: the day's phase is all that matters.
 * Forecast: the mean of this hour of the day, or the level where the hour is unknown or new.
 * Helpers:  interpolation between the hours, this hour of the week, and the trend, which the means lag behind: each is
 *           used only while the forecast has been better with it for a week.
 *
 * Lengths are in values, or in time where the values come so fast that time makes more of them.
 */

const HOURS = 24;
const WEEK = 168; // hours
const PROFILE = 25; // memory of one hour of the day: about two days of 5-minute values,
const PROFILE_TIME = 2 * HOUR; // or two visits to that hour
const KNOWN_HOUR = 5; // values after which an hour's own noise is believed
const SHARED_NOISE = 0.2; // part of the channel's noise in that of an hour
const TREND_FROM = 1000; // values before the trend is looked at
const TREND_TIME = 72 * HOUR; // memory of the lag: long, or it would follow a fault
const PATIENCE_TIME = WEEK * HOUR; // memory of what a helper has gained: all kinds of days
const TRY_EVERY = 5; // values, to save steps; 5 shares no factor with the hours of a day and a week
const GAIN = 0.1; // part of the mean size of the rest that a helper must have gained before it is used
const WEEKS = 3; // visits to an hour of the week that its mean stands for, beside the latest
const FINEST = 1000; // steps of the hours of the week in the first of their means

// The state, all of it relative to the owner's origin.
const TICKS = 0;
const AHEAD = 1; // the clock less the ticks; NaN where a restart has lost it
const KNOWN = 2; // 1 once universal time has been known,
const AHEAD_OF_UTC = 3; // and the clock less it
const LEVEL = 4;
const LAG = 5; // mean of the rest before the trend is added
const SINCE = 6; // the clock when the hours were begun
const VISIT = 7; // the present hour of the clock,
const VISIT_VALUES = 8; // its values so far,
const VISIT_SUM = 9; // and their sum, of what the day's forecast leaves over
const UNIT = 10; // of the hours of the week
const GAINS = 11; // of each helper: mean of what it has gained,
const USED = 14; // and whether it is used
const PROFILES = 17; // of each hour of the day: mean,
const NUMBERS = PROFILES + HOURS;
const NOISES = 8 * NUMBERS; // float32, mean size of the rest,
const VISITS = NOISES + 4 * HOURS; // uint16, and how many values they stand for
const HOURS_OF_WEEK = VISITS + 2 * HOURS; // int16, in units: mean of what the day's forecast leaves over

const BETWEEN = 0; // the helpers
const WEEKLY = 1;
const TREND = 2;

/** Says, before a value is looked at, what it should be: by the level, the hour of the day and of the week, and the trend. */
export class HourlyForecast {
  static readonly stateBytes: number = HOURS_OF_WEEK + 2 * WEEK;

  readonly #s: Float64Array;
  readonly #noises: Float32Array;
  readonly #visits: Uint16Array;
  readonly #week: Int16Array;
  // Of the latest value, from `of` to `learn`:
  #clock = NaN;
  #hour = 0;
  #values = 0;
  #ofDay = 0;
  #leading = 0;

  /** @param offset where in the owner's state this one's begins, a multiple of 8 */
  constructor(state: ArrayBuffer, offset: number) {
    this.#s = new Float64Array(state, offset, NUMBERS);
    this.#noises = new Float32Array(state, offset + NOISES, HOURS);
    this.#visits = new Uint16Array(state, offset + VISITS, HOURS);
    this.#week = new Int16Array(state, offset + HOURS_OF_WEEK, WEEK);
  }

  /** Ms since the value before; less than 0 after a restart. */
  since(ticks: number): number {
    const since = ticks - this.#s[TICKS]!;
    this.#s[TICKS] = ticks;
    return since;
  }

  /** Where there is no value before. */
  begin(ticks: number): void {
    this.#s[TICKS] = ticks;
    this.#s[AHEAD] = -ticks;
  }

  /**
   * Sets the clock that the hours are counted by: it goes on without a jump when universal time becomes known.
   *
   * @param utc ms since 1970; NaN where unknown
   * @param begins whether no value has been learned from
   */
  setClock(ticks: number, since: number, utc: number, begins: boolean, learns: boolean): void {
    const s = this.#s;
    if (utc === utc) {
      if (s[KNOWN] === 0) {
        s[KNOWN] = 1;
        s[AHEAD_OF_UTC] = !begins && since >= 0 ? ticks + s[AHEAD]! - utc : 0;
      }
      s[AHEAD] = utc + s[AHEAD_OF_UTC]! - ticks;
    } else if (since < 0) {
      // A restart without universal time: if that has never been known, the hours begin anew.
      s[AHEAD] = s[KNOWN] === 0 ? -ticks : NaN;
      if (s[KNOWN] === 0 && learns) {
        this.#visits.fill(0);
        this.#week.fill(0);
        s.fill(0, SINCE, UNIT);
      }
    }
    this.#clock = ticks + s[AHEAD]!;
  }

  /**
   * What value `x`, the `count`th, should have been, of `perMs` values a ms that differ by `deviation` in the mean.
   */
  of(x: number, count: number, perMs: number, deviation: number, learns: boolean): number {
    const s = this.#s;
    const clock = this.#clock;
    const patience = learns && count % TRY_EVERY === 0 ? memory(count, PATIENCE_TIME * perMs) / TRY_EVERY : 0;
    const least = GAIN * deviation;
    let forecast = s[LEVEL]!;
    this.#ofDay = forecast;
    this.#values = 0;
    if (clock === clock) {
      const hours = clock / HOUR;
      const whole = Math.floor(hours);
      const hour = whole - HOURS * Math.floor(whole / HOURS);
      const values = this.#visits[hour]!;
      if (values > 0) {
        forecast = s[PROFILES + hour]!;
        const part = hours - whole - 0.5;
        const other = (hour + (part < 0 ? HOURS - 1 : 1)) % HOURS;
        if (this.#visits[other]! > 0) {
          const better = Math.abs(part) * (s[PROFILES + other]! - forecast);
          if (patience > 0) this.try(BETWEEN, x - forecast, better, patience, least);
          if (s[USED + BETWEEN] === 1) forecast += better;
        }
      }
      this.#hour = hour;
      this.#values = values;
      this.#ofDay = forecast;
      if (learns && s[VISIT] !== whole) this.turnHour(whole, clock);
      if (clock - s[SINCE]! >= PATIENCE_TIME) {
        const weekly = this.#week[whole - WEEK * Math.floor(whole / WEEK)]! * s[UNIT]!;
        if (patience > 0) this.try(WEEKLY, x - forecast, weekly, patience, least);
        if (s[USED + WEEKLY] === 1) forecast += weekly;
      }
    }
    this.#leading = forecast;
    if (count > TREND_FROM) {
      if (patience > 0) this.try(TREND, x - forecast, s[LAG]!, patience, least);
      if (s[USED + TREND] === 1) forecast += s[LAG]!;
    }
    return forecast;
  }

  /** Mean size of what the forecast leaves over at this hour. */
  noise(deviation: number): number {
    if (this.#values <= KNOWN_HOUR) return deviation;
    return SHARED_NOISE * deviation + (1 - SHARED_NOISE) * this.#noises[this.#hour]!;
  }

  /**
   * Learns from a value.
   *
   * @param taken the value, as far as it counts
   * @param size how far from the forecast that is
   * @param usual values that the level stands for
   */
  learn(taken: number, size: number, count: number, perMs: number, usual: number): void {
    const s = this.#s;
    s[LEVEL]! += (taken - s[LEVEL]!) / usual;
    s[LAG]! += (taken - this.#leading - s[LAG]!) / memory(count, TREND_TIME * perMs);
    if (this.#clock !== this.#clock) return;
    const hour = this.#hour;
    const values = this.#values;
    s[VISIT_VALUES]!++;
    s[VISIT_SUM]! += taken - this.#ofDay;
    const now = Math.min(values + 1, Math.max(PROFILE, PROFILE_TIME * perMs), 65535);
    this.#visits[hour] = now;
    s[PROFILES + hour]! += (taken - (values > 0 ? this.#ofDay : 0)) / now;
    this.#noises[hour]! += (size - this.#noises[hour]!) / now;
  }

  /** Learns whether the forecast is better where the helper takes its `part` off the rest. */
  private try(helper: number, rest: number, part: number, patience: number, least: number): void {
    const s = this.#s;
    const gain = s[GAINS + helper]! + (Math.abs(rest) - Math.abs(rest - part) - s[GAINS + helper]!) / patience;
    s[GAINS + helper] = gain;
    if (gain > least) s[USED + helper] = 1;
    else if (gain < 0) s[USED + helper] = 0;
  }

  /** Learns what the day's forecast has left over in the hour of the week that is over, and begins with another. */
  private turnHour(hour: number, clock: number): void {
    const s = this.#s;
    if (s[SINCE] === 0) s[SINCE] = clock;
    if (s[VISIT_VALUES]! > 0) {
      const week = this.#week;
      const mean = s[VISIT_SUM]! / s[VISIT_VALUES]!;
      if (s[UNIT] === 0) s[UNIT] = Math.abs(mean) / FINEST;
      while (Math.abs(mean) > 32000 * s[UNIT]! && s[UNIT]! > 0) {
        s[UNIT]! *= 2;
        for (let k = 0; k < WEEK; k++) week[k] = week[k]! / 2;
      }
      const at = s[VISIT]! - WEEK * Math.floor(s[VISIT]! / WEEK);
      const weeks = Math.max(0, Math.floor((clock - s[SINCE]!) / PATIENCE_TIME));
      if (s[UNIT]! > 0) week[at]! += Math.round((mean / s[UNIT]! - week[at]!) / (1 + Math.min(weeks, WEEKS)));
    }
    s[VISIT] = hour;
    s[VISIT_VALUES] = 0;
    s[VISIT_SUM] = 0;
  }
}
