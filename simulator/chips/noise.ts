import type { Random } from "../random.js";

const DRAWN = 1024;

/**
 * Nearly normal noise with mean 0 and deviation 1 by number of the sample, so that it does not matter which samples are
 * looked at and when: a part that was left alone for an hour need not make up for it. All of it is drawn at the start, no
 * value is more than six deviations away.
 */
export class Noise {
  readonly #drawn = new Float64Array(DRAWN);

  constructor(random: Random) {
    for (let i = 0; i < DRAWN; i++) this.#drawn[i] = random.normal();
  }

  /** Of sample `index` (whole, 0 or more): the same whenever it is asked for. */
  at(index: number): number {
    // The finaliser of MurmurHash3 (Appleby, 2011), so that neighbours and multiples have nothing in common.
    let hash = index | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return this.#drawn[(hash ^ (hash >>> 16)) & (DRAWN - 1)]!;
  }
}
