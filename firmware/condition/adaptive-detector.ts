import { exp, log } from "../data/math.js";

// Every value is compared with what this hour of the day usually brings; what is left over is looked at in four ways;
// each way measures itself against the largest it has ever shown (a record that fades with time), so that nothing needs
// a scale, a label or a limit; the four are added up; and what has just been reported is no news for a while.
// Lengths are in values, or in time where the values come so fast that time makes more of them.

const HOUR = 3600000;
const HOURS = 24;
const SETTLE = 20; // values before anything is measured,
const WARM = 100; // and before anything is judged
const PROFILE = 25; // memory of one hour of the day: about two days of 5-minute values,
const PROFILE_TIME = 2 * HOUR; // or two visits to that hour
const USUAL = 1000; // memory of what is usual: level, mean deviation, mean of each view,
const USUAL_TIME = 24 * HOUR; // or a day
const RECORD = 30000; // a record fades to 1/e in so many values,
const RECORD_TIME = 60 * 24 * HOUR; // or in two months
const BURST = 12; // values a burst is averaged over,
const SHIFT = 36; // a shift of the level,
const ACTIVITY = 200; // and a change of how lively the channel is
const SHARED_NOISE = 0.2; // part of the channel's noise in that of an hour
const HARDNESS = 21; // how steeply evidence grows beyond a record
const NARROWEST = 1; // least ln(record / mean): a lighter tail is not believed
const FURTHEST = 1.0986122886681098; // ln 3, the most that a record can be beaten by
const ALARM = 1.2; // evidence that makes a score of 0.5: one record beaten, or several nearly
const HOLD = 100; // values an alarm stays in force,
const HOLD_TIME = HOUR; // or an hour,
const WORSE = 64; // unless the evidence is so many times as strong

// The state, all of it float64. Values are kept relative to the first one.
const ORIGIN = 0;
const COUNT = 1;
const TICKS = 2;
const STEP = 3; // mean ms from value to value
const LEVEL = 4;
const DEVIATION = 5; // mean of |rest|
const LIVELY_SHORT = 6;
const LIVELY_LONG = 7;
const SHIFTED = 8;
const HELD = 9; // values for which the alarm still holds
const HELD_EVIDENCE = 10;
const RECORDS = 11; // largest of each view, fading
const MEANS = 15; // mean of each view
const PROFILES = 19; // for each hour: mean,
const NOISES = PROFILES + HOURS; // mean of |rest|
const VISITS = NOISES + HOURS; // and how many values they stand for
const LENGTH = VISITS + HOURS;

/** Learns what is normal for one channel, without labels, and says how unusual the present value is. */
export class AdaptiveDetector {
  static readonly stateBytes: number = 8 * LENGTH;

  /** Judges, but learns nothing more. */
  frozen = false;
  readonly #s: Float64Array;

  /** The state is the owner's; all zero is a detector that has learned nothing. */
  constructor(state: ArrayBuffer) {
    this.#s = new Float64Array(state, 0, LENGTH);
  }

  /** Forgets everything. */
  reset(): void {
    this.#s.fill(0);
  }

  /** How unusual the value is: 0 usual, from 0.5 an alarm. `utc` is NaN where unknown. */
  update(value: number, ticks: number, utc: number): number {
    const s = this.#s;
    const learns = !this.frozen;
    let count = s[COUNT]!;
    if (count === 0) {
      s[ORIGIN] = value;
      s[TICKS] = ticks;
    }
    const x = value - s[ORIGIN]!;
    if (learns) {
      // Backward ticks are a restart; a gap counts as a few steps, no more.
      const step = s[STEP]!;
      const since = ticks - s[TICKS]!;
      if (since > 0) s[STEP] = step === 0 ? since : step + (Math.min(since, 4 * step) - step) / Math.min(count, USUAL);
      s[COUNT] = ++count;
    }
    s[TICKS] = ticks;
    const usual = Math.min(count, this.#span(USUAL, USUAL_TIME));

    // 1. Forecast: the mean of this hour of the day, or the level where the hour is unknown or new.
    const hour = utc === utc ? Math.floor(utc / HOUR) % HOURS : -1;
    const visits = hour < 0 ? 0 : s[VISITS + hour]!;
    const rest = x - (visits > 0 ? s[PROFILES + hour]! : s[LEVEL]!);
    const size = Math.abs(rest);
    if (learns) s[DEVIATION]! += (size - s[DEVIATION]!) / usual;
    const deviation = s[DEVIATION]!;
    const noise = visits > 5 ? SHARED_NOISE * deviation + (1 - SHARED_NOISE) * s[NOISES + hour]! : deviation;
    if (learns) {
      s[LEVEL]! += (x - s[LEVEL]!) / usual;
      if (hour >= 0) {
        const now = Math.min(visits + 1, this.#span(PROFILE, PROFILE_TIME));
        s[VISITS + hour] = now;
        s[PROFILES + hour]! += (x - s[PROFILES + hour]!) / now;
        s[NOISES + hour]! += (size - s[NOISES + hour]!) / now;
      }
    }

    // 2. Four views of the rest: one value, a burst, how lively it has been for longer, and a shift against the hour's noise.
    s[LIVELY_SHORT]! += (size - s[LIVELY_SHORT]!) / BURST;
    s[LIVELY_LONG]! += (size - s[LIVELY_LONG]!) / ACTIVITY;
    s[SHIFTED]! += ((noise > 0 ? rest / noise : 0) - s[SHIFTED]!) / SHIFT;
    if (count <= SETTLE) return 0;
    const fade = 1 - 1 / this.#span(RECORD, RECORD_TIME);
    const evidence =
      this.#beyond(0, size, usual, fade) +
      this.#beyond(1, Math.abs(s[LIVELY_SHORT]! - deviation), usual, fade) +
      this.#beyond(2, Math.abs(s[LIVELY_LONG]! - deviation), usual, fade) +
      this.#beyond(3, Math.abs(s[SHIFTED]!), usual, fade);
    if (count <= WARM) return 0;

    // 4. What has been reported is no news, unless it has become much worse.
    let needed = ALARM;
    if (s[HELD]! > 0) {
      s[HELD]!--;
      needed = Math.max(needed, WORSE * s[HELD_EVIDENCE]!);
    }
    if (evidence >= needed) {
      s[HELD] = this.#span(HOLD, HOLD_TIME);
      s[HELD_EVIDENCE] = evidence;
    }
    return evidence / (evidence + needed);
  }

  /**
   * 3. How far a view goes beyond its own record, e^0 = 1 being the record itself. The unit is the distance from its mean
   * to its record, in logarithms, so that a view that is wild by nature has to beat its record by more than a calm one.
   */
  #beyond(view: number, size: number, usual: number, fade: number): number {
    const s = this.#s;
    const record = s[RECORDS + view]!;
    const mean = s[MEANS + view]!;
    let strength = 0;
    if (size > 0) {
      const width = record > 0 && mean > 0 ? Math.max(NARROWEST, log(record / mean)) : NARROWEST;
      const over = record > 0 ? Math.min(FURTHEST, log(size / record)) : FURTHEST;
      strength = exp((HARDNESS * over) / width);
    }
    if (!this.frozen) {
      s[MEANS + view] = mean + (size - mean) / usual;
      s[RECORDS + view] = Math.max(size, record * fade);
    }
    return strength;
  }

  /** A length in values, at least as long as `time`. */
  #span(values: number, time: number): number {
    const step = this.#s[STEP]!;
    return step > 0 ? Math.max(values, time / step) : values;
  }
}
