import { SortedWindow } from "../signal/statistics.js";
import { number, samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface QuantileSettings {
  readonly kind: "quantile";
  readonly samples: number;
  readonly quantile: number;
}

export const QUANTILE: FilterKind<QuantileSettings> = Object.freeze({
  fields: Object.freeze({
    samples: samples(9, 3, 101, "Window length."),
    quantile: number(0.9, 0, 1, "The part of the window that lies at or below the result: 0.9 is the 90th percentile."),
  }),
  create: (settings: QuantileSettings) => new QuantileFilter(settings),
});

/**
 * Running quantile of the last `samples` values (of fewer while it fills), linear between neighbours: definition 7 of
 * R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50, 1996.
 */
export class QuantileFilter implements Filter {
  readonly #window: SortedWindow;
  readonly #quantile: number;

  constructor({ samples, quantile }: QuantileSettings) {
    this.#window = new SortedWindow(samples);
    this.#quantile = quantile;
  }

  update(value: number): number {
    const window = this.#window;
    window.push(value);
    const sorted = window.sorted;
    const last = window.length - 1;
    const place = last * this.#quantile;
    const index = Math.floor(place);
    const below = sorted[index]!;
    return index === last ? below : below + (place - index) * (sorted[index + 1]! - below);
  }

  reset(): void {
    this.#window.reset();
  }
}
