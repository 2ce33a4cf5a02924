/**
 * Running median of five, the window that most channels have: by comparing the five as they lie, in half the engine steps
 * that keeping them in order takes. Nothing is allocated after construction.
 */
export class MedianOfFive {
  /** The last five values. What is missing at the start is infinite, on either side by turns, and so leaves the middle. */
  readonly #window = new Float64Array(5);
  #next = 0;
  /** Values in the window. */
  #length = 0;

  constructor() {
    this.reset();
  }

  /** Takes a value in. Returns the median of the last five, or of all while they are fewer: of two or four, the mean of the middle two. */
  update(value: number): number {
    const window = this.#window;
    const next = this.#next;
    window[next] = value;
    this.#next = next === 4 ? 0 : next + 1;
    if (this.#length < 5 && (++this.#length & 1) === 0) return this.mean();
    return middle(window);
  }

  /** Of an even number: what is missing is once more below than above, and then once more above. */
  private mean(): number {
    const window = this.#window;
    const lower = middle(window);
    window[4] = Infinity;
    const upper = middle(window);
    window[4] = -Infinity;
    return (lower + upper) / 2;
  }

  reset(): void {
    for (let i = 0; i < 5; i++) this.#window[i] = (i & 1) === 1 ? Infinity : -Infinity;
    this.#next = 0;
    this.#length = 0;
  }
}

/**
 * The middle one of five. Of two pairs in order, the smaller of the two lower ends and the larger of the two upper ends
 * cannot be it: it is the middle one of what is left and the fifth.
 */
function middle(five: Float64Array): number {
  const a = five[0]!;
  const b = five[1]!;
  const c = five[2]!;
  const d = five[3]!;
  const value = five[4]!;
  let low = a;
  let high = b;
  if (a > b) {
    low = b;
    high = a;
  }
  if (c > d) {
    if (d > low) low = d;
    if (c < high) high = c;
  } else {
    if (c > low) low = c;
    if (d < high) high = d;
  }
  // `low` and `high` may have crossed.
  if (low > high) {
    const swapped = low;
    low = high;
    high = swapped;
  }
  return value < low ? low : value > high ? high : value;
}
