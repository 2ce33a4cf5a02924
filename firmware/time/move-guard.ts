import { Confirmation } from "./confirmation.js";
import { EARLIEST_UTC } from "./memory.js";
import type { TimeMemory } from "./memory.js";
import type { TimeRefusal } from "./node-time-options.js";

/** A time so little before the floor is of a clock that was slewed since, not another time. */
const FLOOR_TOLERANCE_MS = 1000;
/** What says the same is within this: an hour of an unknown drift, and jitter. A receiver's sentences come unevenly. */
const SAME_MS = 1000;
const SAME_GNSS_MS = 2000;
/** So often a server that stands alone, or a receiver (once in 64 s), must say it before the clock is moved for it. */
const ALONE_ROUNDS = 4;
const GNSS_ROUNDS = 8;
/** So often, and for so long, a majority must say a time before the floor to be believed. */
const FLOOR_ROUNDS = 8;
const FLOOR_SPAN_MS = 3_600_000;
/** A receiver must insist on it for a day: one that is wrong at its start mends within the almanac's 12.5 minutes. */
const GNSS_FLOOR_ROUNDS = 100;
const GNSS_FLOOR_SPAN_MS = 86_400_000;
/** And cannot go back further: a receiver whose week number has rolled over (1024 weeks) insists for ever. */
const GNSS_MOST_BACK_MS = 366 * 86_400_000;

/** A time to which the clock would have to be moved. */
export interface Move {
  /** UTC at tick 0, and now, in ms since 1970. */
  readonly base: number;
  readonly utc: number;
  readonly ticks: number;
  readonly source: "sntp" | "gnss";
  /** Others could have confirmed it, and did not. */
  readonly alone: boolean;
  /** UTC is not known yet. */
  readonly first: boolean;
}

/** Asks for more where a step would do much harm if it were wrong. */
export class MoveGuard {
  readonly #memory: TimeMemory;
  readonly #alone = new Confirmation(ALONE_ROUNDS, 0);
  readonly #gnss = new Confirmation(GNSS_ROUNDS, 0);
  readonly #beforeFloor = new Confirmation(FLOOR_ROUNDS, FLOOR_SPAN_MS);
  readonly #gnssBeforeFloor = new Confirmation(GNSS_FLOOR_ROUNDS, GNSS_FLOOR_SPAN_MS);

  constructor(memory: TimeMemory) {
    this.#memory = memory;
  }

  /** Nothing stands against the clock as it is: whoever wants to move it begins anew. */
  clear(): void {
    this.#alone.clear();
    this.#gnss.clear();
    this.#beforeFloor.clear();
    this.#gnssBeforeFloor.clear();
  }

  /** Servers contradict each other: what they said before is worth nothing. */
  contradicted(): void {
    this.#alone.clear();
    this.#beforeFloor.clear();
  }

  /** Why the clock is not moved there; when it may go behind the floor, the floor goes with it. */
  objection(move: Move): TimeRefusal | undefined {
    const { base, utc, ticks, source, first } = move;
    if (utc < EARLIEST_UTC) return "floor";
    const gnss = source === "gnss";
    const alone = gnss ? !first : move.alone;
    if (alone && !(gnss ? this.#gnss : this.#alone).again(base, gnss ? SAME_GNSS_MS : SAME_MS, ticks)) return "alone";
    const { floorUtc } = this.#memory;
    if (floorUtc === undefined || utc >= floorUtc - FLOOR_TOLERANCE_MS) return undefined;
    if (gnss) {
      if (floorUtc - utc > GNSS_MOST_BACK_MS) return "floor";
      if (!this.#gnssBeforeFloor.again(base, SAME_GNSS_MS, ticks)) return "floor";
    } else if (alone || !this.#beforeFloor.again(base, SAME_MS, ticks)) return "floor";
    this.#memory.lower(utc);
    return undefined;
  }
}
