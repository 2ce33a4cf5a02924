import type { Part } from "./chip.js";

const CHANNELS = { value: { minimum: -1e300, maximum: 1e300, tolerance: 0, unit: "1" } };

/** A part with one number of any range, handed through as it is. NaN stands for no number. */
export class NumericSource implements Part {
  readonly channels = CHANNELS;
  #value = NaN;

  setChannel(name: string, value: number): void {
    if (name !== "value") throw new RangeError(`numeric source: ${name} is not value`);
    this.#value = Math.min(Math.max(value, -1e300), 1e300);
  }

  powerCycle(): void {
    this.#value = NaN;
  }

  number(): number | undefined {
    return this.#value === this.#value ? this.#value : undefined;
  }
}
