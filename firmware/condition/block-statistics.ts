/** Samples of a piece: about 9,000 engine steps. */
const PIECE = 200;

/**
 * RMS, peak, crest factor and kurtosis of blocks of samples, each less its own mean. Of several blocks: mean squares and
 * fourth powers are averaged, the peak is the highest. Works in bounded pieces and allocates nothing.
 */
export class BlockStatistics {
  #block: Float64Array = new Float64Array(0);
  #next = 0;
  #summing = false;
  #sum = 0;
  #squares = 0;
  #fourths = 0;
  #blocks = 0;
  #meanSquare = 0;
  #meanFourth = 0;
  /** Largest distance from the mean. */
  peak = 0;
  /** Of the block that is or was worked on last. */
  mean = 0;

  reset(): void {
    this.#blocks = 0;
    this.#meanSquare = 0;
    this.#meanFourth = 0;
    this.peak = 0;
  }

  /** Begins with one more block, which must be left alone until it is done. */
  begin(block: Float64Array): void {
    this.#block = block;
    this.#next = 0;
    this.#summing = true;
    this.#sum = 0;
    this.#squares = 0;
    this.#fourths = 0;
  }

  /** One piece; true when the block is done. */
  step(): boolean {
    const block = this.#block;
    const length = block.length;
    const next = this.#next;
    const end = Math.min(length, next + PIECE);
    if (this.#summing) {
      let sum = this.#sum;
      for (let i = next; i < end; i++) sum += block[i]!;
      this.#sum = sum;
      this.#next = end;
      if (end === length) {
        this.mean = sum / length;
        this.#summing = false;
        this.#next = 0;
      }
      return false;
    }
    this.moments(next, end);
    this.#next = end;
    if (end < length) return false;
    this.#blocks++;
    this.#meanSquare += this.#squares / length;
    this.#meanFourth += this.#fourths / length;
    return true;
  }

  private moments(from: number, to: number): void {
    const block = this.#block;
    const mean = this.mean;
    let squares = this.#squares;
    let fourths = this.#fourths;
    let peak = this.peak;
    for (let i = from; i < to; i++) {
      const value = block[i]! - mean;
      const square = value * value;
      squares += square;
      fourths += square * square;
      if (value > peak) peak = value;
      else if (-value > peak) peak = -value;
    }
    this.#squares = squares;
    this.#fourths = fourths;
    this.peak = peak;
  }

  /** Root of the mean square; NaN of nothing. */
  get rms(): number {
    return Math.sqrt(this.#meanSquare / this.#blocks);
  }

  /** Peak over RMS: √2 for a sine. NaN where nothing moves. */
  get crestFactor(): number {
    return this.peak / this.rms;
  }

  /** Fourth moment over the square of the second: 1.5 for a sine, 3 for Gaussian noise. NaN where nothing moves. */
  get kurtosis(): number {
    return (this.#meanFourth * this.#blocks) / (this.#meanSquare * this.#meanSquare);
  }
}
