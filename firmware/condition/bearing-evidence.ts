import { log } from "../data/math.js";
import { SortedWindow } from "../signal/statistics.js";
import type { BearingOrders } from "./bearing.js";

/** Codes of field `fault`. */
export const NO_FAULT = 0;
export const OUTER_RACE = 1;
export const INNER_RACE = 2;
export const ROLLING_ELEMENT = 3;
export const CAGE = 4;
export const FAULTS = 4;

/** Harmonics that are looked at, and how many of them there must be room for. */
const HARMONICS = 5;
export const FEWEST_HARMONICS = 3;
/**
 * From this one on slip that adds up smears a line over several bins (its width rises with the square of the harmonic):
 * three are taken together. Their sum over noise has the deviation of one bin when it is divided by 2.2, because
 * neighbours under a von Hann window are correlated (by 4/9, and 1/36 for the next but one), and by up to 3 where the
 * noise is loud in a part of the block only; 2.5 lies between.
 */
const SMEARED_FROM = 3;
const SMEARED = 1 / 2.5;
/** How far off the kinematic frequency a fault is looked for: 1 to 2 % slip, and what the speed is wrong by. */
const TOLERANCE = 0.03;
/** Bins on each side whose median is the noise floor, and bins next to a line that do not count. */
const BESIDE = 24;
const GUARD = 4;
/** Below this bin there is what remains of the mean; so many bins at least make a floor. */
const LOWEST = 3;
const FEWEST_BESIDE = 6;
/** Closer to 0 than this many bins the harmonics of a fault would fill each other's floor. */
export const LOWEST_FAULT_BIN = 10;
/** Multiples of the turning speed are not a bearing's: so many bins, and this share of the frequency, to either side. */
const SHAFT_BINS = 2;
const SHAFT_SHARE = 0.002;
/** How often a healthy machine may be taken for a damaged one, all four faults together. */
const FALSE_ALARMS = 0.002;
/** However many blocks were averaged, lines must stand out of the floor by this much of it, on average. */
const LEAST_EXCESS = 0.5;
/** No single harmonic may account for more than this share of what is needed. */
const LARGEST_SHARE = 1 / 3;
/** Cage lines are the outer race's too (it has `rollingElements` times the order): it must be this much stronger. */
const OVER_CAGE = 2;

/** Of a piece of work, which takes less than 10,000 engine steps. */
const BINS_A_PIECE = 14;
const FLOORS_A_PIECE = 130;
const CANDIDATES_A_PIECE = 6;

const MEDIANS = 0;
const FLOORS = 1;
const SEARCH = 2;
const DONE = 3;

/**
 * Looks for the lines of a damaged bearing in an averaged power spectrum of squared envelopes.
 *
 * Each bin is divided by the noise around it: the higher one of the medians of 24 bins below and 24 above, so that neither
 * the noise's colour nor a slope nor single lines matter. Of noise alone the quotient is the mean of K exponentially
 * distributed numbers (K blocks), whatever the noise, because a bin of a long block sums up very many samples; the sum
 * over H harmonics has a gamma distribution of shape H·K, and its quantiles follow E. B. Wilson and M. M. Hilferty, "The
 * distribution of chi-square", PNAS 17, 1931. The threshold is that for a false-alarm probability of 0.2 % over all
 * faults and all frequencies within ±3 % of the kinematic one (Bonferroni), and not less than half a floor per harmonic.
 *
 * The evidence for a fault is how many times over its harmonics reach that threshold, where none may contribute more than
 * a third of what is needed: the least of all / 1, all but the strongest / (2/3), and all but the two strongest / (1/3).
 * 1 is the threshold. Bins at multiples of the turning speed count for nothing.
 *
 * Works in bounded pieces and allocates nothing after construction.
 */
export class BearingEvidence {
  readonly #orders: readonly number[];
  readonly #sorted = new SortedWindow(BESIDE);
  readonly #evidence = new Float64Array(FAULTS);
  readonly #strength = new Float64Array(FAULTS);
  #power: Float32Array = new Float32Array(0);
  #scratch: Float64Array = new Float64Array(0);
  #blocks = 1;
  #binHz = 1;
  #speedHz = 0;
  #top = 0;
  #stage = DONE;
  #next = 0;
  #fault = 0;
  // Of the fault that is looked for.
  #frequency = 0;
  #step = 0;
  #candidates = 0;
  #threshold = 0;
  /** 0: none, 1: outer race, 2: inner race, 3: rolling element, 4: cage. */
  fault = NO_FAULT;

  constructor({ bpfo, bpfi, bsf, ftf }: BearingOrders) {
    // A flaw of an element strikes a race twice in each turn of it.
    this.#orders = [bpfo, bpfi, 2 * bsf, ftf];
  }

  /**
   * @param power of squared envelopes, averaged over `blocks`, from 0 Hz on in steps of `binHz`
   * @param topHz frequency up to which it can be trusted
   * @param speedHz turns per second, above 0
   * @param scratch twice as many numbers as `power` has, whose contents are lost
   */
  begin(
    power: Float32Array,
    blocks: number,
    binHz: number,
    topHz: number,
    speedHz: number,
    scratch: Float64Array,
  ): void {
    this.#power = power;
    this.#scratch = scratch;
    this.#blocks = blocks;
    this.#binHz = binHz;
    this.#speedHz = speedHz;
    this.#top = Math.min(Math.floor(topHz / binHz), power.length - GUARD - BESIDE - 1);
    this.#evidence.fill(NaN);
    this.#strength.fill(0);
    this.fault = NO_FAULT;
    this.#sorted.reset();
    this.#stage = MEDIANS;
    this.#next = LOWEST;
  }

  /** Evidence for fault 1 to 4; 1 is the threshold. NaN where the spectrum does not show at least three harmonics. */
  evidence(fault: number): number {
    return this.#evidence[fault - 1]!;
  }

  /** One piece; true when it is decided. */
  step(): boolean {
    switch (this.#stage) {
      case MEDIANS:
        this.slide();
        return false;
      case FLOORS:
        this.divide();
        return false;
      case SEARCH:
        this.search();
        return false;
      default:
        return true;
    }
  }

  /** scratch[k]: median of bin k and the 23 before it. */
  private slide(): void {
    const last = this.#top + GUARD + BESIDE;
    const end = Math.min(this.#next + BINS_A_PIECE, last + 1);
    for (let k = this.#next; k < end; k++) {
      this.#sorted.push(this.#power[k]!);
      this.#scratch[k] = this.#sorted.median();
    }
    this.#next = end;
    if (end <= last) return;
    this.#stage = FLOORS;
    this.#next = LOWEST;
  }

  /** scratch[bins + k]: by how much bin k is above the floor, as a share of the floor. */
  private divide(): void {
    const scratch = this.#scratch;
    const bins = this.#power.length;
    const end = Math.min(this.#next + FLOORS_A_PIECE, this.#top + 1);
    // The median of K exponentially distributed numbers' mean is about 1 − 1/(3 K) of the mean.
    const share = 1 - 1 / (3 * this.#blocks);
    const first = LOWEST + FEWEST_BESIDE + GUARD;
    for (let k = this.#next; k < end; k++) {
      const floor = k < first ? 0 : Math.max(scratch[k - GUARD - 1]!, scratch[k + GUARD + BESIDE]!);
      scratch[bins + k] = floor > 0 ? (this.#power[k]! * share) / floor - 1 : 0;
    }
    this.#next = end;
    if (end > this.#top) this.beginFault(0);
  }

  /** Begins to look for a fault, or ends with the last. */
  private beginFault(fault: number): void {
    this.#fault = fault;
    if (fault === FAULTS) {
      this.decide();
      this.#stage = DONE;
      return;
    }
    this.#stage = SEARCH;
    const kinematic = this.#orders[fault]! * this.#speedHz;
    const harmonics = Math.min(HARMONICS, Math.floor((this.#top * this.#binHz) / (kinematic * (1 + TOLERANCE))));
    const first = (LOWEST + FEWEST_BESIDE + GUARD) * this.#binHz;
    const missing = Math.ceil(first / (kinematic * (1 - TOLERANCE))) - 1;
    if (harmonics - missing < FEWEST_HARMONICS || kinematic < LOWEST_FAULT_BIN * this.#binHz) {
      this.beginFault(fault + 1);
      return;
    }
    // From one candidate to the next the highest harmonic moves on by one bin.
    this.#step = this.#binHz / harmonics;
    this.#candidates = Math.ceil((2 * TOLERANCE * kinematic) / this.#step) + 1;
    this.#frequency = kinematic - ((this.#candidates - 1) / 2) * this.#step;
    this.#threshold = threshold(harmonics, this.#blocks, FALSE_ALARMS / (FAULTS * this.#candidates));
    this.#evidence[fault] = 0;
    this.#next = 0;
  }

  private search(): void {
    const end = Math.min(this.#next + CANDIDATES_A_PIECE, this.#candidates);
    for (let i = this.#next; i < end; i++) this.try(this.#frequency + i * this.#step);
    this.#next = end;
    if (end === this.#candidates) this.beginFault(this.#fault + 1);
  }

  private try(frequency: number): void {
    const fault = this.#fault;
    let sum = 0;
    let first = 0;
    let second = 0;
    for (let harmonic = 1; harmonic <= HARMONICS; harmonic++) {
      const excess = this.excess(harmonic, frequency);
      sum += excess;
      if (excess > first) {
        second = first;
        first = excess;
      } else if (excess > second) second = excess;
    }
    const allButOne = (sum - first) / (1 - LARGEST_SHARE);
    const allButTwo = (sum - first - second) / (1 - 2 * LARGEST_SHARE);
    const evidence = Math.min(sum, allButOne, allButTwo) / this.#threshold;
    if (!(evidence > this.#evidence[fault]!)) return;
    this.#evidence[fault] = evidence;
    if (evidence >= 1) this.#strength[fault] = this.strengthAt(frequency);
  }

  /** By how much a harmonic stands out of the floor, as a share of it. */
  private excess(harmonic: number, fundamental: number): number {
    const frequency = harmonic * fundamental;
    const bin = Math.round(frequency / this.#binHz);
    if (bin >= this.#top || bin <= LOWEST) return 0;
    const speed = this.#speedHz;
    const off = Math.abs(frequency - Math.round(frequency / speed) * speed);
    if (off <= SHAFT_BINS * this.#binHz + SHAFT_SHARE * frequency) return 0;
    const scratch = this.#scratch;
    const at = this.#power.length + bin;
    if (harmonic < SMEARED_FROM) return scratch[at]!;
    return (scratch[at - 1]! + scratch[at]! + scratch[at + 1]!) * SMEARED;
  }

  /** Mean excess over the harmonics, geometrically, so that all of them have to be strong. */
  private strengthAt(frequency: number): number {
    let sum = 0;
    for (let harmonic = 1; harmonic <= HARMONICS; harmonic++) {
      sum += log(1 + Math.max(this.excess(harmonic, frequency), 0));
    }
    return sum / HARMONICS;
  }

  private decide(): void {
    const strength = this.#strength;
    const evidence = this.#evidence;
    let strongest = -1;
    for (let i = 0; i < FAULTS; i++) {
      if (evidence[i]! >= 1 && (strongest < 0 || strength[i]! > strength[strongest]!)) strongest = i;
    }
    const cage = CAGE - 1;
    if (strongest === OUTER_RACE - 1 && evidence[cage]! >= 1 && strength[strongest]! < OVER_CAGE * strength[cage]!) {
      strongest = cage;
    }
    this.fault = strongest + 1;
  }
}

/**
 * What the sum of `harmonics` quotients less 1 exceeds with the given probability, each quotient the mean of `blocks`
 * exponentially distributed numbers of mean 1.
 */
function threshold(harmonics: number, blocks: number, probability: number): number {
  const shape = harmonics * blocks;
  const root = 1 - 1 / (9 * shape) + normalQuantile(probability) / (3 * Math.sqrt(shape));
  return harmonics * Math.max(root * root * root - 1, LEAST_EXCESS);
}

/**
 * What a normally distributed number exceeds with a probability below 0.5, to 0.00045 (M. Abramowitz and I. A. Stegun,
 * "Handbook of Mathematical Functions", 26.2.23).
 */
function normalQuantile(probability: number): number {
  const t = Math.sqrt(-2 * log(probability));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return t - numerator / denominator;
}
