import { SortedWindow } from "../signal/statistics.js";
import { difference, number, samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface HampelSettings {
  readonly kind: "hampel";
  readonly samples: number;
  readonly sigmas: number;
  readonly minimumDeviation: number;
  readonly outlier: "replace" | "drop";
}

export const HAMPEL: FilterKind<HampelSettings> = Object.freeze({
  fields: Object.freeze({
    samples: samples(7, 3, 31, "Window length, the newest value included."),
    sigmas: number(3, 0, 100, "A value further from the median than so many standard deviations is an outlier."),
    minimumDeviation: difference(0, "A value this near to the median is none, however quiet the window."),
    outlier: Object.freeze({
      type: "choice",
      default: "replace",
      choices: Object.freeze(["replace", "drop"]),
      help: "replace: the median passes in an outlier's place; drop: nothing passes.",
    }),
  }),
  create: (settings: HampelSettings) => new HampelFilter(settings),
});

/** 1 / Φ⁻¹(3/4): what makes the median absolute deviation of a normal distribution its standard deviation. */
const SIGMA_PER_DEVIATION = 1.482602218505602;

/**
 * Outliers by median and median absolute deviation of the last `samples` values: F. R. Hampel, "The influence curve and
 * its role in robust estimation", JASA 69, 1974; as a filter: R. K. Pearson, "Outliers in process modeling and
 * identification", IEEE Trans. Control Systems Technology 10, 2002, here with a window that ends at the newest value.
 */
export class HampelFilter implements Filter {
  readonly #window: SortedWindow;
  readonly #deviations: number;
  readonly #minimum: number;
  readonly #drop: boolean;

  constructor({ samples, sigmas, minimumDeviation, outlier }: HampelSettings) {
    this.#window = new SortedWindow(samples);
    this.#deviations = sigmas * SIGMA_PER_DEVIATION;
    this.#minimum = minimumDeviation;
    this.#drop = outlier === "drop";
  }

  update(value: number): number {
    const window = this.#window;
    window.push(value);
    const median = window.median();
    const distance = value > median ? value - median : median - value;
    if (distance <= this.#minimum) return value;
    if (distance <= this.#deviations * window.medianDeviation(median)) return value;
    return this.#drop ? NaN : median;
  }

  reset(): void {
    this.#window.reset();
  }
}
