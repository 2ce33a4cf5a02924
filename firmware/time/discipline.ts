/**
 * UTC out of ticks: what is given out follows what is believed, by a step or by slewing.
 *
 * What is believed is a two-state Kalman filter (offset and rate; Galleani and Tavella, "Time and the Kalman Filter",
 * IEEE Control Systems 30(2), 2010): between two measurements UTC advances by the ticks times (1 + rate), and the
 * covariance grows by a random walk of the rate, as temperature makes a crystal wander. A measurement corrects both
 * by as much as it is better than the prediction: one that comes soon, or from far away, says little about the rate.
 *
 * What is given out never goes back but by a step: slewing changes its rate by at most 500 ppm, and the rate itself is
 * within 500 ppm.
 */

/** RFC 5905 §11.3 and adjtime(): the largest change of rate by which a difference is worked off. */
export const SLEW_PPM = 500;
/** A crystal that is further off is broken; ESP32's is within ±10 to ±40 ppm. */
export const MOST_RATE_PPM = 500;

/** Standard deviation of an unknown rate, and of one that was kept from the last start, in ppm. */
const UNKNOWN_RATE_PPM = 50;
const KEPT_RATE_PPM = 3;
/** Random walk of the rate, in ppm² per second: 1 ppm in an hour, as a board in a room that warms up. */
const RATE_WALK = 1 / 3600;
/** What lies further than so many standard deviations from the prediction counts as if it lay there. */
const MOST_DEVIATIONS = 3;
const MS_PER_PPM_SECOND = 0.001;

/** A stretch of what was given out. */
interface Stretch {
  ticks: number;
  /** Given out at `ticks`, in ms since 1970. */
  given: number;
  /** Believed less given, at `ticks`. */
  gapMs: number;
  /** Per tick, beyond 1. */
  rate: number;
}

export class Discipline {
  #known = false;
  #now: Stretch = { ticks: 0, given: 0, gapMs: 0, rate: 0 };
  /** The stretch before, while the ticks of that one may still be asked for; `ticks` is NaN when there is none. */
  #before: Stretch = { ticks: NaN, given: 0, gapMs: 0, rate: 0 };
  // Covariance: of the offset (ms²), of both (ms·ppm), of the rate (ppm²).
  #offsetVariance = 0;
  #covariance = 0;
  #rateVariance = UNKNOWN_RATE_PPM * UNKNOWN_RATE_PPM;

  /** Whether UTC is known at all. */
  get known(): boolean {
    return this.#known;
  }

  /** By how much UTC advances faster than ticks, in ppm; the crystal's drift is the negative of it. */
  get ratePpm(): number {
    return this.#now.rate * 1e6;
  }

  /** How well the rate is known: its standard deviation in ppm. */
  get rateSigmaPpm(): number {
    return Math.sqrt(this.#rateVariance);
  }

  /** The rate that was found before the last restart. */
  keepRate(ratePpm: number): void {
    this.#now.rate = bounded(ratePpm, MOST_RATE_PPM) * 1e-6;
    this.#rateVariance = KEPT_RATE_PPM * KEPT_RATE_PPM;
  }

  /**
   * UTC given out at these ticks, in ms; `undefined` before the first `set`. Ticks between the last two corrections get
   * what was given out then; earlier ones are reckoned back from there, and those before the last step from that step,
   * at the rate that is known now.
   */
  utcAt(ticks: number): number | undefined {
    if (!this.#known) return undefined;
    const now = this.#now;
    const before = this.#before;
    if (ticks >= now.ticks) return given(now, ticks);
    if (ticks >= before.ticks) return given(before, ticks);
    const { given: start, ticks: from } = before.ticks === before.ticks ? before : now;
    return start - (from - ticks) * (1 + now.rate);
  }

  /** What is still to be slewed at these ticks, in ms: believed less given. */
  gapMs(ticks: number): number {
    const { ticks: from, gapMs } = this.#now;
    return gapMs - slewed(gapMs, ticks - from);
  }

  /** Standard deviation of what is believed, after so many ms without a measurement. */
  sigmaAfter(ticks: number, delayMs: number): number {
    const seconds = (ticks - this.#now.ticks + delayMs) / 1000;
    const reach = seconds * MS_PER_PPM_SECOND;
    return Math.sqrt(this.predictedOffset(reach, seconds));
  }

  /** A step: at `ticks` it is `utc`, to within `sigmaMs`. Ticks before are reckoned from there as well. */
  set(utc: number, ticks: number, sigmaMs: number): void {
    const seconds = this.#known ? (ticks - this.#now.ticks) / 1000 : 0;
    this.#rateVariance = Math.max(this.#rateVariance + RATE_WALK * seconds, KEPT_RATE_PPM * KEPT_RATE_PPM);
    this.#offsetVariance = sigmaMs * sigmaMs;
    this.#covariance = 0;
    this.#before.ticks = NaN;
    this.#now = { ticks, given: utc, gapMs: 0, rate: this.#now.rate };
    this.#known = true;
  }

  /**
   * A measurement: at `ticks` it is `utc`, with a standard deviation of `sigmaMs`. What is given out goes on without a
   * jump and is slewed to what is believed.
   *
   * @returns whether it was where it was expected
   */
  update(utc: number, ticks: number, sigmaMs: number): boolean {
    const { ticks: from, rate } = this.#now;
    const seconds = (ticks - from) / 1000;
    const reach = seconds * MS_PER_PPM_SECOND;
    const offsetVariance = this.predictedOffset(reach, seconds);
    const covariance = this.#covariance + reach * this.#rateVariance + (RATE_WALK * seconds * reach) / 2;
    const rateVariance = this.#rateVariance + RATE_WALK * seconds;

    const out = given(this.#now, ticks);
    const believed = out + this.gapMs(ticks);
    const total = offsetVariance + sigmaMs * sigmaMs;
    const most = MOST_DEVIATIONS * Math.sqrt(total);
    const surprise = utc - believed;
    const taken = bounded(surprise, most);
    const offsetGain = offsetVariance / total;
    const rateGain = covariance / total;
    this.#offsetVariance = (1 - offsetGain) * offsetVariance;
    this.#covariance = (1 - offsetGain) * covariance;
    this.#rateVariance = Math.max(rateVariance - rateGain * covariance, 0);

    this.#before = this.#now;
    this.#now = {
      ticks,
      given: out,
      gapMs: believed + offsetGain * taken - out,
      rate: bounded(rate * 1e6 + rateGain * taken, MOST_RATE_PPM) * 1e-6,
    };
    return surprise === taken;
  }

  private predictedOffset(reach: number, seconds: number): number {
    const walk = (RATE_WALK * seconds * reach * reach) / 3;
    return this.#offsetVariance + reach * (2 * this.#covariance + reach * this.#rateVariance) + walk;
  }
}

function given({ ticks: from, given: start, gapMs, rate }: Stretch, ticks: number): number {
  const elapsed = ticks - from;
  return start + elapsed + elapsed * rate + slewed(gapMs, elapsed);
}

/** How much of a gap has been worked off after so many ms. */
function slewed(gapMs: number, elapsedMs: number): number {
  return bounded(gapMs, elapsedMs * SLEW_PPM * 1e-6);
}

function bounded(value: number, most: number): number {
  return value > most ? most : value < -most ? -most : value;
}
