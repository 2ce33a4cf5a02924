import { number } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface GainSettings {
  readonly kind: "gain";
  readonly gain: number;
}

export const GAIN: FilterKind<GainSettings> = Object.freeze({
  fields: Object.freeze({ gain: number(1, -1e9, 1e9, "Every value is multiplied by this.") }),
  create: (settings: GainSettings) => new GainFilter(settings),
});

/** Multiplies by a constant. */
export class GainFilter implements Filter {
  readonly #gain: number;

  constructor({ gain }: GainSettings) {
    this.#gain = gain;
  }

  update(value: number): number {
    return value * this.#gain;
  }

  reset(): void {}
}
