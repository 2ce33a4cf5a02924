import { factorize, packedLength, squaredDistance } from "../signal/cholesky.js";
import { Wandering } from "../signal/wandering.js";

/** Rows that are learned from before anything is judged. */
const LEARNING = 256;
/** Rows that a level is smoothed over. */
const SMOOTHING = 12;
/** How far the reference of a channel that is a random walk goes towards each value. */
const FOLLOWING = 1 / 16;
/** Rows that what is usual is remembered over, at least. */
const MEMORY = 10_000;
/** Rows' worth of "no correlation" that correlations start from: four times what makes one independent deviation. */
const NO_CORRELATION = 4 * SMOOTHING;
/** Rows after which half of the doubt about a variance is gone. */
const DOUBT = 2000;
/** Variance of white noise after the smoothing, by its variance before. */
const SMOOTHED_NOISE = 1 / (2 * SMOOTHING - 1);
/** The limit of T²: the quantile of χ² that has a normal distribution's probability of three standard deviations, 99.87 %. */
const LIMIT = 3;
/** In alarm the limit rises e-fold in MEMORY rows, out of alarm it falls back so many times slower. */
const PATIENCE = 20;
/** T² beyond so many times its limit counts as so many. */
const LARGEST = 3;
/** Rows that the score is held over. */
const HOLD = 20;
/** At the limit a row is learned with 1 / (1 + CAUTION) of the usual weight, at LARGEST with 1 / 37. */
const CAUTION = 4;
/** So many usual steps without a row are a gap: by then a wandering channel is somewhere else. */
const GAP = 16;
/** Rows that the usual step is a mean of. */
const STEP_MEMORY = 64;

const MINIMUM_CHANNELS = 2;
const MAXIMUM_CHANNELS = 8;

// The state is Float64: these numbers, arrays of a number per channel, two packed matrices, and what Wandering keeps.
/** Rows learned from. */
const COUNT = 0;
/** Rows since the start or the last gap, up to SMOOTHING + 1. */
const FRESH = 1;
/** T² by its limit, held. */
const HELD = 2;
const TICKS = 3;
/** Usual step in ms; 0: not known yet. */
const STEP = 4;
/** By how much the limit has risen, as a part of it. */
const RISEN = 5;
const HEADER = 6;
const ARRAYS = 4;

/**
 * Learns how the channels of one machine move together, without labels, and says how unusual their present state is. In
 * six parts:
 *
 * 1. Level: each channel is smoothed, so that a small shift that stays is seen and noise is not (MEWMA: C. A. Lowry et al.,
 *    "A multivariate exponentially weighted moving average control chart", Technometrics 34, 1992).
 * 2. Reference: the mean of what was usual. A channel that wanders by itself, as temperatures do, is not expected to stay
 *    there: the reference follows it, the faster the more like a random walk it is (see {@link Wandering}).
 * 3. Distance: T² of all deviations of levels from references, by their covariance (H. Hotelling, "Multivariate quality
 *    control", 1947), so that channels which part company are seen where none by itself is out of its range. Correlations
 *    are shrunk while little was seen (O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional
 *    covariance matrices", J. Multivariate Analysis 88, 2004); what white noise makes is added to each variance.
 * 4. Score: T² by its limit, which rises at once and is held for a while. 0.5 is the limit and means alarm.
 * 5. Caution: after the first {@link LEARNING} rows, the more unusual a row, the less is learned from it. A fault does not
 *    become normal within minutes, a drift over days does.
 * 6. Patience: a limit that is passed for hours says more about the limit than about the machine. It rises, and falls back
 *    slowly, so that a machine with states that were not seen while it learned is not in alarm for good.
 *
 * Only figures of the same channel are compared with each other, so that one may be rescaled or shifted without a change in
 * the score. A channel that never moved has no say; its first movement gives it its scale. After a gap in time the levels
 * begin anew. About 1,000 operations a row for 8 channels.
 */
export class FusedDetector {
  /** true: judges, learns nothing more. The references of wandering channels follow still, as fast as was learned. */
  frozen = false;
  readonly #channels: number;
  /** T² that means alarm. */
  readonly #limit: number;
  readonly #state: Float64Array;
  /** The first row: values are kept as differences from it. */
  readonly #origin: Float64Array;
  readonly #level: Float64Array;
  readonly #reference: Float64Array;
  readonly #covariance: Float64Array;
  readonly #wandering: Wandering;
  // Worked out afresh for each row: deviations by their standard deviations, the factor of their correlations.
  readonly #deviation: Float64Array;
  readonly #factor: Float64Array;

  /**
   * Bytes of state for so many channels: 1,616 for 8.
   *
   * @throws RangeError when `channels` is not an integer from 2 to 8
   */
  static stateBytes(channels: number): number {
    if (!(Math.floor(channels) === channels && channels >= MINIMUM_CHANNELS && channels <= MAXIMUM_CHANNELS)) {
      throw new RangeError(
        `fused detector: channels ${channels} is not an integer from ${MINIMUM_CHANNELS} to ${MAXIMUM_CHANNELS}`,
      );
    }
    return 8 * (HEADER + ARRAYS * channels + 2 * packedLength(channels) + Wandering.stateLength(channels));
  }

  /**
   * @param state the owner's, {@link stateBytes} long; all that is learned lives in it. All zero: nothing learned yet. A
   *   detector over a copy goes on exactly as this one would.
   * @param channels 2 to 8
   * @throws RangeError when `channels` is out of range or `state` of another length
   */
  constructor(state: ArrayBuffer, channels: number) {
    const bytes = FusedDetector.stateBytes(channels);
    if (state.byteLength !== bytes) {
      throw new RangeError(`fused detector: state of ${state.byteLength} bytes is not ${bytes} bytes long`);
    }
    const all = new Float64Array(state);
    const matrix = packedLength(channels);
    const matrices = HEADER + ARRAYS * channels;
    const array = (index: number) => all.subarray(HEADER + index * channels, HEADER + (index + 1) * channels);
    this.#channels = channels;
    this.#state = all;
    this.#origin = array(0);
    this.#level = array(1);
    this.#reference = array(2);
    this.#deviation = array(3);
    this.#covariance = all.subarray(matrices, matrices + matrix);
    this.#factor = all.subarray(matrices + matrix, matrices + 2 * matrix);
    this.#wandering = new Wandering(all.subarray(matrices + 2 * matrix), channels, MEMORY);
    // E. B. Wilson and M. M. Hilferty, "The distribution of chi-square", PNAS 17, 1931.
    const part = 2 / (9 * channels);
    const root = 1 - part + LIMIT * Math.sqrt(part);
    this.#limit = channels * root * root * root;
  }

  /**
   * @param values one per channel, always in the same order; a row with a value that is not finite is passed over
   * @param ticks monotonic milliseconds
   * @param _utc not used: what belongs together does so at any hour
   * @returns 0 (usual) to 1 (T² is LARGEST times its limit, or more); 0.5 and above means alarm. 0 while it learns.
   * @throws RangeError when there is not one value per channel
   */
  update(values: Float64Array, ticks: number, _utc: number): number {
    const channels = this.#channels;
    if (values.length !== channels) {
      throw new RangeError(`fused detector: values of length ${values.length} is not one per channel, ${channels}`);
    }
    const state = this.#state;
    for (let i = 0; i < channels; i++) if (values[i]! - values[i]! !== 0) return score(state[HELD]!);
    if (state[COUNT] === 0 && state[FRESH] === 0) this.#origin.set(values);
    else this.advance(ticks - state[TICKS]!);
    state[TICKS] = ticks;

    const count = state[COUNT]!;
    const fresh = Math.min(state[FRESH]! + 1, SMOOTHING + 1);
    state[FRESH] = fresh;
    this.smooth(values, Math.min(fresh, SMOOTHING));
    const settled = fresh > SMOOTHING;
    const learned = count >= LEARNING;
    const limit = this.#limit * (1 + state[RISEN]!);
    const excess = learned && settled ? this.distance(span(count - SMOOTHING)) / limit : 0;
    const before = state[HELD]!;
    const now = Math.min(excess, LARGEST);
    const held = now > before ? now : before + (now - before) / HOLD;
    state[HELD] = held;

    const trust = learned ? 1 / (1 + CAUTION * held * held) : 1;
    const weight = this.frozen ? 0 : trust;
    if (weight > 0) {
      state[COUNT] = count + 1;
      state[RISEN]! += (excess > 1 ? 1 + state[RISEN]! : -state[RISEN]! / PATIENCE) / MEMORY;
      if (settled) this.learn(values, learned, excess, weight / span(count + 1 - SMOOTHING));
    }
    this.follow(values, fresh, weight / span(count + 1));
    this.#wandering.update(values, this.#origin, weight, learned);
    return score(held);
  }

  /** Forgets everything. */
  reset(): void {
    this.#state.fill(0);
  }

  /** Keeps the usual step; after a gap, levels and blocks begin anew. */
  private advance(stepMs: number): void {
    const state = this.#state;
    const usual = state[STEP]!;
    if (!(stepMs > 0)) return;
    if (usual === 0) state[STEP] = stepMs;
    else if (stepMs <= GAP * usual) state[STEP] = usual + (stepMs - usual) / STEP_MEMORY;
    else {
      state[FRESH] = 0;
      this.#wandering.interrupt();
    }
  }

  private smooth(values: Float64Array, over: number): void {
    const level = this.#level;
    const origin = this.#origin;
    for (let i = 0; i < this.#channels; i++) level[i]! += (values[i]! - origin[i]! - level[i]!) / over;
  }

  /** T² of the levels' deviations from their references, by a covariance that was learned from `seen` rows. */
  private distance(seen: number): number {
    const channels = this.#channels;
    const level = this.#level;
    const reference = this.#reference;
    const deviation = this.#deviation;
    const covariance = this.#covariance;
    const factor = this.#factor;
    const shrink = seen / (seen + NO_CORRELATION);
    const doubt = (SMOOTHED_NOISE * DOUBT) / (DOUBT + seen);
    // The diagonal holds one by the standard deviation until all correlations are made; 0 where nothing ever moved.
    let row = 0;
    for (let i = 0; i < channels; i++) {
      const variance = covariance[row + i]!;
      const doubtful = variance + doubt * this.#wandering.noise(i);
      const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
      deviation[i] = doubtful > 0 ? (level[i]! - reference[i]!) / Math.sqrt(doubtful) : 0;
      let other = 0;
      for (let j = 0; j < i; j++) {
        other += j;
        factor[row + j] = covariance[row + j]! * scale * factor[other + j]! * shrink;
      }
      factor[row + i] = scale;
      row += i + 1;
    }
    for (let i = 0, at = 0; i < channels; i++, at += i + 1) factor[at] = 1;
    // Shrunk correlations are positive definite; should rounding say otherwise, nothing can be said.
    return factorize(factor, channels) ? squaredDistance(factor, channels, deviation) : 0;
  }

  /** Moves the covariance towards the present deviations; those far beyond the limit are drawn in. */
  private learn(values: Float64Array, learned: boolean, excess: number, rate: number): void {
    const covariance = this.#covariance;
    const level = this.#level;
    const reference = this.#reference;
    const inward = excess > LARGEST ? (rate * LARGEST) / excess : rate;
    let at = 0;
    for (let i = 0; i < this.#channels; i++) {
      const still = learned && covariance[at + i] === 0 && this.#wandering.noise(i) === 0;
      const deviation = level[i]! - reference[i]!;
      for (let j = 0; j <= i; j++, at++) {
        covariance[at]! += inward * deviation * (level[j]! - reference[j]!) - rate * covariance[at]!;
      }
      if (still) {
        const step = values[i]! - this.#origin[i]! - reference[i]!;
        covariance[at - 1] = step * step;
      }
    }
  }

  /** Moves the references towards the values: all by `rate`, a wandering one at least as fast as it wanders. */
  private follow(values: Float64Array, fresh: number, rate: number): void {
    const reference = this.#reference;
    // After a gap a random walk is met as if for the first time.
    const following = fresh <= SMOOTHING ? 1 / fresh : FOLLOWING;
    for (let i = 0; i < this.#channels; i++) {
      const speed = Math.max(rate, following * this.#wandering.degree(i));
      reference[i]! += speed * (values[i]! - this.#origin[i]! - reference[i]!);
    }
  }
}

/** Rows that a mean is taken over when `seen` were seen. */
function span(seen: number): number {
  return Math.min(Math.max(seen, 1), MEMORY);
}

/** 0.5 at the limit, 1 at LARGEST times the limit. */
function score(held: number): number {
  return held <= 1 ? held / 2 : 0.5 + (held - 1) / (2 * (LARGEST - 1));
}
