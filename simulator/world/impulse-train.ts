import type { Random } from "../random.js";

/** Impulses after which the train is again where it would be without jitter. */
const PERIOD = 1024;

/**
 * Instants that come about `rateHz` times a second. Each interval has a jitter of its own and they add up, as slip does,
 * so that the train forgets its phase; but over every 1,024 of them it is led back (a Brownian bridge), and so the mean
 * rate is exact and any of them can be worked out without all those before.
 */
export class ImpulseTrain {
  readonly #rateHz: number;
  // How far each impulse of a period is off its place, in intervals.
  readonly #off = new Float64Array(PERIOD);
  /** No impulse is further off its place than this many intervals. */
  #furthest = 0;

  /** @param jitter standard deviation of an interval, as a share of it */
  constructor(random: Random, rateHz: number, jitter: number) {
    this.#rateHz = rateHz;
    const off = this.#off;
    let walk = 0;
    for (let i = 0; i < PERIOD; i++) {
      off[i] = walk;
      walk += jitter * random.normal();
    }
    for (let i = 0; i < PERIOD; i++) {
      off[i]! -= (walk * i) / PERIOD;
      this.#furthest = Math.max(this.#furthest, Math.abs(off[i]!));
    }
  }

  /** When impulse number `index`, from 0, comes, in seconds; the first is half an interval after 0. */
  timeOf(index: number): number {
    return (index + 0.5 + this.#off[index % PERIOD]!) / this.#rateHz;
  }

  /** Number of the last impulse that is not after `seconds`; below 0 when there is none. */
  before(seconds: number): number {
    let index = Math.ceil(seconds * this.#rateHz + this.#furthest);
    while (index >= 0 && this.timeOf(index) > seconds) index--;
    return index;
  }
}
