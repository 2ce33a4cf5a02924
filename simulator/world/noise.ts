import { exp } from "../../firmware/data/math.js";
import type { Random } from "../random.js";

/**
 * A wandering value around 0 with a memory: an Ornstein-Uhlenbeck process (exponentially correlated noise), exact for
 * steps of one second.
 */
export class Wander {
  readonly #random: Random;
  readonly #keep: number;
  readonly #push: number;
  #value = 0;

  /**
   * @param deviation standard deviation in the long run
   * @param memorySeconds how long it takes to forget 63 % of where it was
   */
  constructor(random: Random, deviation: number, memorySeconds: number) {
    this.#random = random;
    this.#keep = exp(-1 / memorySeconds);
    // The difference of two uniform numbers has a variance of 1/6.
    this.#push = deviation * Math.sqrt(6 * (1 - this.#keep * this.#keep));
  }

  /** The value one second later. */
  next(): number {
    this.#value = this.#value * this.#keep + this.#push * (this.#random.next() - this.#random.next());
    return this.#value;
  }
}
