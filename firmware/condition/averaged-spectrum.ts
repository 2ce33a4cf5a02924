import type { RealFFT } from "../signal/fft.js";
import { powerOf } from "../signal/fft.js";
import { applyWindow, WINDOWS } from "../signal/window.js";
import type { WindowKind } from "../signal/window.js";

/** Samples, quarters of samples under the window, and bins of a piece: each less than 10,000 engine steps. */
const SAMPLES = 300;
const QUARTERS = 50;
const BINS = 100;

const SUM = 0;
const CENTRE = 1;
const WEIGH = 2;
const TRANSFORM = 3;
const ADD = 4;

/**
 * Power spectrum of blocks of samples, each less its mean and windowed, averaged over them (P. D. Welch, "The use of fast
 * Fourier transform for the estimation of power spectra", IEEE Transactions on Audio and Electroacoustics 15, 1967, with
 * segments that do not overlap). It is scaled by the window's power, so that bins add up: a sine of RMS value a gives a²
 * over the bins that its line takes, noise its variance over all of them, whatever the window.
 *
 * Works in bounded pieces, in the block itself, and allocates nothing after construction. Memory: 4 bytes per bin, half as
 * many bins as samples.
 */
export class AveragedSpectrum {
  readonly #fft: RealFFT;
  readonly #window: WindowKind;
  readonly #levelled: boolean;
  readonly #windowPower: number;
  /** From 0 Hz on, in steps of rate / samples, without the last bin, at half the rate. To be read once it is finished. */
  readonly power: Float32Array;
  /** Blocks added. */
  blocks = 0;
  #block: Float64Array = new Float64Array(0);
  #stage = SUM;
  #next = 0;
  #sum = 0;
  #squares = 0;

  /**
   * @param fft of as many samples as a block has; it may serve others between two blocks
   * @param levelled each block is divided by its variance first, so that a loud one does not drown the others
   */
  constructor(fft: RealFFT, window: WindowKind, levelled: boolean) {
    this.#fft = fft;
    this.#window = window;
    this.#levelled = levelled;
    this.power = new Float32Array(fft.size / 2);
    // Σ w²
    const { coherentGain, noiseBandwidthBins } = WINDOWS[window];
    this.#windowPower = fft.size * coherentGain * coherentGain * noiseBandwidthBins;
  }

  reset(): void {
    this.power.fill(0);
    this.blocks = 0;
  }

  /** Begins with one more block, whose contents are lost. */
  begin(block: Float64Array): void {
    this.#block = block;
    this.#stage = SUM;
    this.#next = 0;
    this.#sum = 0;
    this.#squares = 0;
  }

  /** One piece; true when the block is added. */
  step(): boolean {
    switch (this.#stage) {
      case SUM:
        this.add();
        return false;
      case CENTRE:
        this.centre();
        return false;
      case WEIGH:
        this.weigh();
        return false;
      case TRANSFORM:
        if (this.#fft.step()) this.enter(ADD);
        return false;
      default:
        return this.accumulate();
    }
  }

  private enter(stage: number): void {
    this.#stage = stage;
    this.#next = 0;
  }

  private add(): void {
    const block = this.#block;
    const end = Math.min(this.#next + SAMPLES, block.length);
    let sum = this.#sum;
    for (let i = this.#next; i < end; i++) sum += block[i]!;
    this.#sum = sum;
    this.#next = end;
    if (end === block.length) this.enter(CENTRE);
  }

  private centre(): void {
    const block = this.#block;
    const mean = this.#sum / block.length;
    const end = Math.min(this.#next + SAMPLES, block.length);
    let squares = this.#squares;
    let value: number;
    for (let i = this.#next; i < end; i++) {
      value = block[i]! - mean;
      squares += value * value;
      block[i] = value;
    }
    this.#squares = squares;
    this.#next = end;
    if (end === block.length) this.enter(WEIGH);
  }

  private weigh(): void {
    const quarter = this.#block.length / 4;
    const end = Math.min(this.#next + QUARTERS, quarter);
    applyWindow(this.#block, this.#window, this.#next, end);
    this.#next = end;
    if (end < quarter) return;
    this.#fft.begin(this.#block);
    this.enter(TRANSFORM);
  }

  private accumulate(): boolean {
    const block = this.#block;
    const power = this.power;
    const level = this.#levelled && this.#squares > 0 ? block.length / this.#squares : 1;
    // One-sided: a bin stands for its mirror image too, but for bin 0.
    const scale = (2 * level) / (block.length * this.#windowPower);
    const end = Math.min(this.#next + BINS, power.length);
    for (let k = this.#next; k < end; k++) power[k]! += powerOf(block, k) * (k === 0 ? scale / 2 : scale);
    this.#next = end;
    if (end < power.length) return false;
    this.blocks++;
    return true;
  }
}
