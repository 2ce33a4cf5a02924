import { exp, log } from "../data/math.js";
import { HOUR, memory, USUAL_TIME } from "./detector-memory.js";
import { HourlyForecast } from "./hourly-forecast.js";

/*
 * Rest:     what the forecast for this hour leaves over.
 * Views:    the rest itself (a spike), its mean size for a few values (a burst) and for many (livelier or calmer), and its
 *           mean against this hour's noise (a shift).
 * Records:  each view is measured by the largest that it has ever shown, so that nothing needs a scale or a limit. A
 *           record fades, unless the view comes near it now and then: then it is what this channel is like.
 * Wrong:    a value far beyond every rest so far is an alarm, but counts only as far as that in what is learned.
 * Stuck:    the same value again and again, for much longer than ever before.
 * News:     what has been reported is no news for a while, unless it has become much worse.
 *
 * Lengths are in values, or in time where the values come so fast that time makes more of them.
 */

const VIEWS = 4;
const SETTLE = 20; // values before anything is measured,
const WARM = 100; // and before anything is judged
const STEPS = 1000; // that the mean step stands for
const LONGEST_STEP = 4; // times the mean step: a gap counts as so much
const RECORD = 30000; // a record fades to 1/e in so many values,
const RECORD_TIME = 60 * 24 * HOUR; // or in two months,
const RIPE = 20000; // in its first values always, as it may stem from learning, afterwards only
const UNSEEN = 0.5; // when for this part of that time
const NEAR = 0.7; // the view has not come so near to it; what is not near is no evidence worth reckoning either
const FADE_EVERY = 16; // values, to save steps
const CLIMB_TIME = 60000; // a record rises no faster: else a slow climb would never be far above it
const GLITCH = 6; // times the largest rest so far, beyond which a value counts no more: one wrong value must not blind for months
const BURST = 12; // values a burst is averaged over,
const SHIFT = 36; // a shift of the level,
const ACTIVITY = 200; // and a change of how lively the channel is
const HARDNESS = 21; // how steeply evidence grows beyond a record: e times per 1/21 of its height in ln(record / mean)
const NARROWEST = 1; // least ln(record / mean): a lighter tail is not believed
const FURTHEST = 3; // times a record, the most that it can be beaten by
const STUCK = 2; // times the longest run of one value,
const STUCK_LEAST = 36; // and so many values more, are a stuck sensor:
const STUCK_EVIDENCE = 100; // certain, hardly to be worsened
const ALARM = 1.2; // evidence that makes a score of 0.5: one record beaten, or several nearly;
const SLOW = 300000; // more, by the fourth root, where steps are shorter than 5 minutes: there are more values to be odd
const HOLD = 100; // values an alarm stays in force,
const HOLD_TIME = HOUR; // or an hour,
const WORSE = 64; // unless the evidence is so many times as strong

// The state; values are kept relative to the first one. What only serves to judge, and goes on when frozen:
const PREVIOUS = 0;
const RUN = 1; // values like the previous one
const SHORT = 2;
const LONG = 3;
const SHIFTED = 4;
const HELD = 5; // values for which the alarm still holds
const HELD_EVIDENCE = 6;
// What is learned:
const COUNT = 7;
const ORIGIN = 8;
const STEP = 9; // mean ms from value to value
const DEVIATION = 10; // mean size of the rest
const LONGEST_RUN = 11;
const RECORDS = 12; // of each view: the largest size, fading,
const MEANS = RECORDS + VIEWS; // the mean size,
const SEEN = MEANS + VIEWS; // and the count when it was last near its record
const NUMBERS = SEEN + VIEWS;

/**
 * Learns what is normal for one channel, without labels, and says how unusual the present value is. Nothing depends on
 * the value's unit or offset.
 */
export class AdaptiveDetector {
  static readonly stateBytes: number = 8 * NUMBERS + HourlyForecast.stateBytes;

  /** Judges, but learns nothing more. */
  frozen = false;
  readonly #bytes: Uint8Array;
  readonly #s: Float64Array;
  readonly #forecast: HourlyForecast;

  /** The state is the owner's; all zero is a detector that has learned nothing. */
  constructor(state: ArrayBuffer) {
    this.#bytes = new Uint8Array(state, 0, AdaptiveDetector.stateBytes);
    this.#s = new Float64Array(state, 0, NUMBERS);
    this.#forecast = new HourlyForecast(state, 8 * NUMBERS);
  }

  /** Forgets everything. */
  reset(): void {
    this.#bytes.fill(0);
  }

  /**
   * How unusual the value is: 0 usual, from 0.5 an alarm, never more than 1.
   *
   * @param value finite
   * @param ticks monotonic ms; smaller than before after a restart
   * @param utc ms since 1970; NaN where unknown
   */
  update(value: number, ticks: number, utc: number): number {
    const s = this.#s;
    const forecaster = this.#forecast;
    const learns = !this.frozen;
    let count = s[COUNT]!;
    if (count === 0) {
      if (!learns) return 0;
      s[ORIGIN] = value;
      forecaster.begin(ticks);
    }
    const x = value - s[ORIGIN]!;
    const since = forecaster.since(ticks);
    forecaster.setClock(ticks, since, utc, count === 0, learns);
    if (learns) {
      if (since > 0) {
        const mean = s[STEP]!;
        s[STEP] = mean === 0 ? since : mean + (Math.min(since, LONGEST_STEP * mean) - mean) / Math.min(count, STEPS);
      }
      s[COUNT] = ++count;
    }
    const perMs = s[STEP]! > 0 ? 1 / s[STEP]! : 0;
    const usual = memory(count, USUAL_TIME * perMs);
    const forecast = forecaster.of(x, count, perMs, s[DEVIATION]!, learns);
    let rest = x - forecast;
    const most = GLITCH * s[RECORDS]!;
    if (most > 0 && count > WARM && Math.abs(rest) > most) rest = rest > 0 ? most : -most;
    const size = Math.abs(rest);
    if (learns) s[DEVIATION]! += (size - s[DEVIATION]!) / usual;
    const deviation = s[DEVIATION]!;
    const noise = forecaster.noise(deviation);
    if (learns) forecaster.learn(forecast + rest, size, count, perMs, usual);

    const short = s[SHORT]! + (size - s[SHORT]!) / BURST;
    const long = s[LONG]! + (size - s[LONG]!) / ACTIVITY;
    const shifted = s[SHIFTED]! + ((noise > 0 ? rest / noise : 0) - s[SHIFTED]!) / SHIFT;
    s[SHORT] = short;
    s[LONG] = long;
    s[SHIFTED] = shifted;
    let evidence = this.stuck(x, deviation, learns) ? STUCK_EVIDENCE : 0;
    if (count <= SETTLE) return 0;
    const burst = Math.abs(short - deviation);
    const activity = Math.abs(long - deviation);
    const shift = Math.abs(shifted);
    if (size > NEAR * s[RECORDS]!) evidence += this.beyond(0, size, perMs);
    if (burst > NEAR * s[RECORDS + 1]!) evidence += this.beyond(1, burst, perMs);
    if (activity > NEAR * s[RECORDS + 2]!) evidence += this.beyond(2, activity, perMs);
    if (shift > NEAR * s[RECORDS + 3]!) evidence += this.beyond(3, shift, perMs);
    if (learns) {
      s[MEANS]! += (size - s[MEANS]!) / usual;
      s[MEANS + 1]! += (burst - s[MEANS + 1]!) / usual;
      s[MEANS + 2]! += (activity - s[MEANS + 2]!) / usual;
      s[MEANS + 3]! += (shift - s[MEANS + 3]!) / usual;
      if (count % FADE_EVERY === 0) this.fade(count, FADE_EVERY / Math.max(RECORD, RECORD_TIME * perMs));
    }
    if (count <= WARM) return 0;

    let needed = perMs * SLOW > 1 ? ALARM * Math.sqrt(Math.sqrt(SLOW * perMs)) : ALARM;
    if (s[HELD]! > 0) {
      s[HELD]!--;
      const worse = WORSE * s[HELD_EVIDENCE]!;
      if (worse > needed) needed = worse;
    }
    if (evidence >= needed) {
      s[HELD] = Math.floor(Math.max(HOLD, HOLD_TIME * perMs));
      s[HELD_EVIDENCE] = evidence;
      if (learns) {
        s[RECORDS] = Math.max(s[RECORDS]!, size);
        s[RECORDS + 1] = Math.max(s[RECORDS + 1]!, burst);
        s[RECORDS + 2] = Math.max(s[RECORDS + 2]!, activity);
        s[RECORDS + 3] = Math.max(s[RECORDS + 3]!, shift);
      }
    }
    return evidence / (evidence + needed);
  }

  /** Whether this value has come again and again for much longer than ever before. */
  private stuck(x: number, deviation: number, learns: boolean): boolean {
    const s = this.#s;
    if (x === s[PREVIOUS]) {
      s[RUN]!++;
      return s[RUN]! > STUCK * s[LONGEST_RUN]! + STUCK_LEAST && deviation > 0;
    }
    if (learns && s[RUN]! > s[LONGEST_RUN]!) s[LONGEST_RUN] = s[RUN]!;
    s[RUN] = 0;
    s[PREVIOUS] = x;
    return false;
  }

  /**
   * How far a view goes beyond its own record, 1 being the record itself. The unit is the distance from its mean to its
   * record, in logarithms, so that a view that is wild by nature has to beat its record by more than a calm one.
   */
  private beyond(view: number, size: number, perMs: number): number {
    const s = this.#s;
    const record = s[RECORDS + view]!;
    const mean = s[MEANS + view]!;
    let strength = 0;
    if (size > 0) {
      const width = record > 0 && mean > 0 ? Math.max(NARROWEST, log(record / mean)) : NARROWEST;
      strength = exp((HARDNESS * log(record > 0 ? Math.min(FURTHEST, size / record) : FURTHEST)) / width);
    }
    if (!this.frozen) {
      s[SEEN + view] = s[COUNT]!;
      if (size > record) {
        const climb = s[COUNT]! > WARM && s[HELD] === 0 ? Math.max(1, CLIMB_TIME * perMs) : 1;
        s[RECORDS + view] = record + (size - record) / climb;
      }
    }
    return strength;
  }

  private fade(count: number, part: number): void {
    const s = this.#s;
    for (let view = 0; view < VIEWS; view++) {
      const unseen = ((count - s[SEEN + view]!) * part) / FADE_EVERY;
      if (count < RIPE || unseen > UNSEEN) s[RECORDS + view]! -= s[RECORDS + view]! * part;
    }
  }
}
