/**
 * Figures over a sliding window. Nothing is allocated after construction.
 *
 * The sums and extremes go by blocks of the window's length (M. van Herk, "A fast algorithm for local minimum and maximum
 * filters on rectangular and octagonal kernels", Pattern Recognition Letters 13, 1992): the window is always the end of the
 * block before and the beginning of this one. From the beginning a running figure is kept; of the block before, the
 * figures of all its ends, which are worked out once, when it is complete. So a value costs the same on average however
 * long the window, nothing is ever subtracted, and a value that has left leaves no rounding error behind.
 */

/** Sum of the last `capacity` values, of fewer while there are fewer. */
export class SlidingSum {
  // Below #next: this block's values. From there on: sums of the block before, from each place to its end.
  readonly #block: Float64Array;
  #next = 0;
  #sum = 0;
  /** Values in the window. */
  length = 0;

  constructor(capacity: number) {
    this.#block = new Float64Array(capacity);
  }

  update(value: number): number {
    const block = this.#block;
    const capacity = block.length;
    const next = this.#next;
    const sum = this.#sum + value;
    block[next] = value;
    if (this.length < capacity) this.length++;
    if (next + 1 < capacity) {
      this.#next = next + 1;
      this.#sum = sum;
      return sum + block[next + 1]!;
    }
    let ending = 0;
    for (let i = next; i >= 0; i--) block[i] = ending += block[i]!;
    this.#next = 0;
    this.#sum = 0;
    return sum;
  }

  reset(): void {
    this.#block.fill(0);
    this.#next = 0;
    this.#sum = 0;
    this.length = 0;
  }
}

/** Largest of the last `capacity` values, of fewer while there are fewer. */
export class SlidingMaximum {
  // Below #next: this block's values. From there on: maxima of the block before, from each place to its end.
  readonly #block: Float64Array;
  #next = 0;
  #maximum = -Infinity;

  constructor(capacity: number) {
    this.#block = new Float64Array(capacity).fill(-Infinity);
  }

  update(value: number): number {
    const block = this.#block;
    const next = this.#next;
    const before = this.#maximum;
    const maximum = value > before ? value : before;
    block[next] = value;
    if (next + 1 < block.length) {
      this.#next = next + 1;
      this.#maximum = maximum;
      const ending = block[next + 1]!;
      return ending > maximum ? ending : maximum;
    }
    let ending = -Infinity;
    for (let i = next; i >= 0; i--) {
      const one = block[i]!;
      if (one > ending) ending = one;
      block[i] = ending;
    }
    this.#next = 0;
    this.#maximum = -Infinity;
    return maximum;
  }

  reset(): void {
    this.#block.fill(-Infinity);
    this.#next = 0;
    this.#maximum = -Infinity;
  }
}

/** The last `capacity` values in order of size, by insertion: at most two steps of a loop per place of the window. */
export class SortedWindow {
  readonly #window: Float64Array;
  #oldest = 0;
  /** The values, smallest first; what lies beyond `length` means nothing. To be read only. */
  readonly sorted: Float64Array;
  /** Values in the window. */
  length = 0;

  constructor(capacity: number) {
    this.#window = new Float64Array(capacity);
    this.sorted = new Float64Array(capacity);
  }

  push(value: number): void {
    const window = this.#window;
    const sorted = this.sorted;
    const capacity = window.length;
    let length = this.length;
    let index: number;
    if (length < capacity) {
      window[length] = value;
      index = length;
      this.length = ++length;
    } else {
      const oldest = this.#oldest;
      const leaving = window[oldest]!;
      window[oldest] = value;
      this.#oldest = oldest + 1 === capacity ? 0 : oldest + 1;
      index = 0;
      while (sorted[index] !== leaving) index++;
    }
    // `index` is the free place: shift towards it until the new value fits.
    while (index > 0 && sorted[index - 1]! > value) sorted[index] = sorted[--index]!;
    while (index + 1 < length && sorted[index + 1]! < value) sorted[index] = sorted[++index]!;
    sorted[index] = value;
  }

  /** The middle value, or the mean of the middle two; NaN of nothing. */
  median(): number {
    const length = this.length;
    if (length === 0) return NaN;
    const sorted = this.sorted;
    const middle = length >> 1;
    return (length & 1) === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  }

  /** The median of the distances from `median`, which is this window's; NaN of nothing. */
  medianDeviation(median: number): number {
    const length = this.length;
    if (length === 0) return NaN;
    const sorted = this.sorted;
    // The distances rise from the middle outwards to both sides: merge the two until the middle one has come.
    let above = length >> 1;
    let below = above - 1;
    let last = 0;
    let beforeLast = 0;
    for (let taken = length >> 1; taken >= 0; taken--) {
      beforeLast = last;
      if (below < 0 || (above < length && sorted[above]! - median <= median - sorted[below]!)) {
        last = sorted[above++]! - median;
      } else {
        last = median - sorted[below--]!;
      }
    }
    return (length & 1) === 1 ? last : (beforeLast + last) / 2;
  }

  reset(): void {
    this.length = 0;
    this.#oldest = 0;
  }
}
