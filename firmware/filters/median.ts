import { MedianOfFive } from "../signal/median-of-five.js";
import { SortedWindow } from "../signal/statistics.js";
import { samples } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface MedianSettings {
  readonly kind: "median";
  readonly samples: number;
}

export const MEDIAN: FilterKind<MedianSettings> = Object.freeze({
  fields: Object.freeze({
    samples: samples(5, 3, 31, "Window length. A spike shorter than half of it leaves no trace."),
  }),
  create: (settings: MedianSettings) => (settings.samples === 5 ? new MedianOfFive() : new MedianFilter(settings)),
});

/** Running median of the last `samples` values (of fewer while it fills; of an even number, the mean of the middle two). */
export class MedianFilter implements Filter {
  readonly #window: SortedWindow;

  constructor({ samples }: MedianSettings) {
    this.#window = new SortedWindow(samples);
  }

  update(value: number): number {
    const window = this.#window;
    window.push(value);
    return window.median();
  }

  reset(): void {
    this.#window.reset();
  }
}
