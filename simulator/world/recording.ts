import type { World } from "./world.js";

/**
 * A world in which some quantities are replayed: they have the values of the recording's last row, which the host hands
 * over when the row's time has come. Before the first row there are none (NaN). The others are those of the world around.
 */
export class RecordingWorld implements World {
  readonly quantities: readonly string[];
  readonly #within: World;
  readonly #replayed: readonly string[];
  readonly #values: Float64Array;
  #ticks = 0;

  constructor(within: World, replayed: readonly string[]) {
    this.#within = within;
    this.#replayed = replayed;
    this.#values = new Float64Array(replayed.length).fill(NaN);
    this.quantities = [...replayed, ...within.quantities.filter((other) => !replayed.includes(other))];
  }

  /** The value of the next row, from now on, of a replayed quantity by its place; NaN: the recording has none there. */
  set(place: number, value: number): void {
    this.#values[place] = value;
  }

  /** The world around follows only when it is asked: a recording may span months. */
  advance(ticks: number): void {
    this.#ticks = ticks;
  }

  read(quantity: string): number {
    const place = this.#replayed.indexOf(quantity);
    if (place >= 0) return this.#values[place]!;
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
