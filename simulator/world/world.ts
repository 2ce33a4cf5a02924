/** Physical truth over time, in SenML units. What a read gives depends on the time and the seed, not on earlier reads. */
export interface World {
  readonly quantities: readonly string[];
  /** Moves on to a tick; throws RangeError when that is back in time. */
  advance(ticks: number): void;
  /** The quantity now; throws RangeError for a name that is not in `quantities`. */
  read(quantity: string): number;
}

/** Physics is computed in steps of this length, whenever it is asked for. */
export const STEP_MS = 1000;

/**
 * A world that computes its state step by step: between two steps a quantity goes straight from one to the other.
 */
export abstract class SteppedWorld<Quantity extends string> implements World {
  readonly quantities: readonly Quantity[];
  #before: Float64Array;
  #after: Float64Array;
  #stepEnds = 0;
  #ticks = 0;

  /** @param start every quantity at tick 0 */
  constructor(start: Readonly<Record<Quantity, number>>) {
    this.quantities = Object.keys(start) as Quantity[];
    this.#before = Float64Array.from(this.quantities, (quantity) => start[quantity]);
    this.#after = this.#before.slice();
  }

  /** The state one step later: writes every quantity through `set`. `seconds` is the end of the step. */
  protected abstract step(seconds: number, set: (quantity: Quantity, value: number) => void): void;

  advance(ticks: number): void {
    if (!(ticks >= this.#ticks)) throw new RangeError(`world: cannot go back from tick ${this.#ticks} to ${ticks}`);
    this.#ticks = ticks;
    while (this.#stepEnds < ticks) {
      const next = this.#before;
      this.#before = this.#after;
      this.#after = next;
      this.#stepEnds += STEP_MS;
      this.step(this.#stepEnds / STEP_MS, this.#set);
    }
  }

  read(quantity: string): number {
    const index = this.#index(quantity as Quantity);
    const before = this.#before[index]!;
    const share = 1 - (this.#stepEnds - this.#ticks) / STEP_MS;
    return before + (this.#after[index]! - before) * share;
  }

  readonly #set = (quantity: Quantity, value: number) => {
    this.#after[this.#index(quantity)] = value;
  };

  #index(quantity: Quantity): number {
    const index = this.quantities.indexOf(quantity);
    if (index < 0) throw new RangeError(`world: ${quantity} is not one of ${this.quantities.join(", ")}`);
    return index;
  }
}
