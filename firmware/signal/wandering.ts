/**
 * Tells channels that stay about their mean from channels that wander. The means of neighbouring blocks of values differ by
 * chance; where blocks far apart differ no more than neighbours do, the channel is steady, and where the squared difference
 * grows in proportion to the distance, it is a random walk (after Allan's variance: D. W. Allan, "Statistics of atomic
 * frequency standards", Proc. IEEE 54, 1966). The state is the owner's memory; nothing is allocated per value.
 */

/** Values in a block. */
const BLOCK = 8;
/** Blocks between two that are far apart. */
const LAG = 8;
/** Far by near: 1 for a steady channel, LAG for a random walk. From here on a channel wanders. */
const FROM = 3;
/** Where the usual is known, a squared difference of more than so many times it counts as so many: three sigma. */
const OUTLIER = 9;

const FILLED = 0;
/** Complete blocks since the start or the last gap. */
const BLOCKS = 1;
const NEAR_SEEN = 2;
const FAR_SEEN = 3;
const HEADER = 4;

export class Wandering {
  readonly #channels: number;
  readonly #memory: number;
  readonly #state: Float64Array;
  readonly #sum: Float64Array;
  readonly #near: Float64Array;
  readonly #far: Float64Array;
  readonly #ring: Float64Array;

  /** Doubles of state for so many channels. */
  static stateLength(channels: number): number {
    return HEADER + (3 + LAG) * channels;
  }

  /**
   * @param state {@link stateLength} doubles, all zero at first
   * @param memory values that the mean squared differences are remembered over
   */
  constructor(state: Float64Array, channels: number, memory: number) {
    this.#channels = channels;
    this.#memory = Math.max(1, Math.floor(memory / BLOCK));
    this.#state = state;
    const at = (array: number) => HEADER + array * channels;
    this.#sum = state.subarray(at(0), at(1));
    this.#near = state.subarray(at(1), at(2));
    this.#far = state.subarray(at(2), at(3));
    this.#ring = state.subarray(at(3), at(3 + LAG));
  }

  /** Variance of one value of channel `i`, were it white noise: two block means differ by 2/BLOCK of it. */
  noise(i: number): number {
    return (BLOCK / 2) * this.#near[i]!;
  }

  /** 0: channel `i` is steady, or not known well enough; 1: it is a random walk, or more. */
  degree(i: number): number {
    // Two far differences that do not overlap are the least to tell wandering from chance.
    if (this.#state[FAR_SEEN]! < LAG) return 0;
    const near = this.#near[i]!;
    return near > 0 ? Math.min(1, Math.max(0, (this.#far[i]! / near - FROM) / (LAG - FROM))) : 0;
  }

  /**
   * Adds a row of values, relative to `origin`.
   *
   * @param weight 1: as usual, 0: nothing is learned
   * @param cautious whether differences that are far out of the usual are drawn in
   */
  update(values: Float64Array, origin: Float64Array, weight: number, cautious: boolean): void {
    const state = this.#state;
    const channels = this.#channels;
    const sum = this.#sum;
    for (let i = 0; i < channels; i++) sum[i]! += values[i]! - origin[i]!;
    const filled = state[FILLED]! + 1;
    state[FILLED] = filled % BLOCK;
    if (filled === BLOCK) this.complete(weight, cautious);
  }

  /** After a gap in time: blocks before it are compared with none after it. */
  interrupt(): void {
    this.#sum.fill(0);
    this.#state[FILLED] = 0;
    this.#state[BLOCKS] = 0;
  }

  private complete(weight: number, cautious: boolean): void {
    const state = this.#state;
    const channels = this.#channels;
    const sum = this.#sum;
    const ring = this.#ring;
    const blocks = state[BLOCKS]!;
    const last = ((blocks + LAG - 1) % LAG) * channels;
    const oldest = (blocks % LAG) * channels;
    const near = blocks >= 1 ? this.rate(NEAR_SEEN, weight) : 0;
    const far = blocks >= LAG ? this.rate(FAR_SEEN, weight) : 0;
    for (let i = 0; i < channels; i++) {
      const mean = sum[i]! / BLOCK;
      if (near > 0) learn(this.#near, i, mean - ring[last + i]!, near, cautious);
      if (far > 0) learn(this.#far, i, mean - ring[oldest + i]!, far, cautious);
      ring[oldest + i] = mean;
      sum[i] = 0;
    }
    // From LAG on only the remainder matters.
    state[BLOCKS] = blocks + 1 < 2 * LAG ? blocks + 1 : LAG;
  }

  private rate(counter: number, weight: number): number {
    if (!(weight > 0)) return 0;
    const seen = Math.min(this.#state[counter]! + 1, this.#memory);
    this.#state[counter] = seen;
    return weight / seen;
  }
}

/** Moves a mean square towards the square of `difference`. */
function learn(means: Float64Array, i: number, difference: number, rate: number, cautious: boolean): void {
  const mean = means[i]!;
  const square = difference * difference;
  means[i] = mean + rate * ((cautious && mean > 0 ? Math.min(square, OUTLIER * mean) : square) - mean);
}
