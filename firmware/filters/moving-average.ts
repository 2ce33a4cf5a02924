import type { Fields } from "../model/setting.js";
import type { Filter } from "./filter.js";

export interface MovingAverageSettings {
  readonly kind: "moving-average";
  readonly samples: number;
}

export const MOVING_AVERAGE_FIELDS: Fields = Object.freeze({
  samples: Object.freeze({
    type: "number",
    default: 10,
    minimum: 2,
    maximum: 256,
    integer: true,
    unit: "1",
    help: "Window length: the mean of the last so many values (of fewer while it fills).",
  }),
});

/** Mean of the last `samples` values in constant time; the sum is made anew once per window, so that no error builds up. */
export class MovingAverageFilter implements Filter {
  readonly #window: Float64Array;
  #length = 0;
  #next = 0;
  #sum = 0;

  constructor({ samples }: MovingAverageSettings) {
    this.#window = new Float64Array(samples);
  }

  update(value: number): number {
    const window = this.#window;
    const next = this.#next;
    if (this.#length < window.length) {
      this.#length++;
      this.#sum += value;
    } else {
      this.#sum += value - window[next]!;
    }
    window[next] = value;
    if (next + 1 < window.length) {
      this.#next = next + 1;
    } else {
      this.#next = 0;
      let sum = 0;
      for (let i = 0; i < window.length; i++) sum += window[i]!;
      this.#sum = sum;
    }
    return this.#sum / this.#length;
  }

  reset(): void {
    this.#length = 0;
    this.#next = 0;
    this.#sum = 0;
  }
}
