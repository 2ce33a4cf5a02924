import type { Fields } from "../model/setting.js";
import type { Filter } from "./filter.js";

export interface MedianSettings {
  readonly kind: "median";
  readonly samples: number;
}

export const MEDIAN_FIELDS: Fields = Object.freeze({
  samples: Object.freeze({
    type: "number",
    default: 5,
    minimum: 3,
    maximum: 31,
    integer: true,
    unit: "1",
    help: "Window length. A spike shorter than half of it leaves no trace.",
  }),
});

/** Running median of the last `samples` values (of fewer while it fills; of an even number, the mean of the middle two). */
export class MedianFilter implements Filter {
  readonly #window: Float64Array;
  readonly #sorted: Float64Array;
  #length = 0;
  #oldest = 0;

  constructor({ samples }: MedianSettings) {
    this.#window = new Float64Array(samples);
    this.#sorted = new Float64Array(samples);
  }

  update(value: number): number {
    const window = this.#window;
    const sorted = this.#sorted;
    const capacity = window.length;
    let length = this.#length;
    let index: number;
    if (length < capacity) {
      window[length] = value;
      index = length;
      this.#length = ++length;
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
    const middle = length >> 1;
    return (length & 1) === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  }

  reset(): void {
    this.#length = 0;
    this.#oldest = 0;
  }
}
