import { sampleFilter } from "../signal/biquad.js";
import type { BiquadCoefficients, SampleFilter } from "../signal/biquad.js";
import type { Filter } from "./filter.js";

/** A step of more than so many nominal periods is a gap. */
const GAP_PERIODS = 2.5;
/** Ticks are whole milliseconds. */
const TICK_MS = 1;

/**
 * One or two biquads in a row at a nominal sample rate. Values are taken to come at that rate; after a gap it starts
 * afresh, as if the first value had always been there: a low-pass at the value, a high-pass at 0.
 */
export class BiquadFilter implements Filter {
  readonly #filter: SampleFilter;
  readonly #gapMs: number;
  #ticks = -Infinity;

  constructor(sections: readonly BiquadCoefficients[], rateHz: number) {
    this.#filter = sampleFilter(sections);
    this.#gapMs = (GAP_PERIODS * 1000) / rateHz + TICK_MS;
  }

  update(value: number, ticks: number): number {
    const stepMs = ticks - this.#ticks;
    this.#ticks = ticks;
    return stepMs > this.#gapMs ? this.#filter.settle(value) : this.#filter.update(value);
  }

  reset(): void {
    this.#ticks = -Infinity;
  }
}

/** Frequencies below this part of the sample rate lose too many digits in a biquad. */
const LOWEST_PART = 1e-4;
const HIGHEST_PART = 0.49;

/** What is wrong with a corner frequency, if anything. */
export function frequencyProblem(name: string, hz: number, rateHz: number): string | undefined {
  const lowest = LOWEST_PART * rateHz;
  const highest = HIGHEST_PART * rateHz;
  if (hz >= lowest && hz <= highest) return undefined;
  return `.${name} ${hz} is not a number from ${lowest} to ${highest} Hz (of rateHz ${rateHz})`;
}
