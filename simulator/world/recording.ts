import type { World } from "./world.js";

/**
 * A world in which one quantity is replayed: it has the value of the recording's last row, which the host hands over when
 * the row's time has come. Before the first row there is none (NaN). The other quantities are those of the world around.
 */
export class RecordingWorld implements World {
  readonly quantities: readonly string[];
  readonly #within: World;
  readonly #quantity: string;
  #value = NaN;
  #ticks = 0;

  constructor(within: World, quantity: string) {
    this.#within = within;
    this.#quantity = quantity;
    this.quantities = [quantity, ...within.quantities.filter((other) => other !== quantity)];
  }

  /** The value of the next row, from now on; NaN: the recording has none there. */
  set(value: number): void {
    this.#value = value;
  }

  /** The world around follows only when it is asked: a recording may span months. */
  advance(ticks: number): void {
    this.#ticks = ticks;
  }

  read(quantity: string): number {
    if (quantity === this.#quantity) return this.#value;
    this.#within.advance(this.#ticks);
    return this.#within.read(quantity);
  }
}

/** A world in which nothing happens. */
export class ConstantWorld implements World {
  readonly quantities: readonly string[];
  readonly #values: Readonly<Record<string, number>>;

  constructor(values: Readonly<Record<string, number>>) {
    this.#values = values;
    this.quantities = Object.keys(values);
  }

  advance(): void {}

  read(quantity: string): number {
    if (!this.quantities.includes(quantity)) {
      throw new RangeError(`world: ${quantity} is not one of ${this.quantities.join(", ")}`);
    }
    return this.#values[quantity]!;
  }
}
