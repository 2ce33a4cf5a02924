import { AlarmError } from "./alarm-error.js";

/** Shortest and longest time that an alarm can be shelved for: a second and a week. */
const SHORTEST_SHELVING_MS = 1000;
export const LONGEST_SHELVING_MS = 604_800_000;

/** @throws AlarmError when an alarm cannot be shelved for so long */
export function checkShelving(forMs: number): void {
  if (forMs >= SHORTEST_SHELVING_MS && forMs <= LONGEST_SHELVING_MS && Math.floor(forMs) === forMs) return;
  throw new AlarmError(
    `alarms: forMs ${forMs} is not an integer from ${SHORTEST_SHELVING_MS} to ${LONGEST_SHELVING_MS} ms`,
  );
}

/** Until when an alarm is shelved: by node ticks, and after a restart by UTC too, whichever comes first. */
export class Shelf {
  /** Ticks. */
  readonly until: number;
  /** Milliseconds since 1970; NaN: not known. */
  readonly utc: number;

  constructor(until: number, utc: number) {
    this.until = until;
    this.utc = utc;
  }

  over(ticks: number, utc: number | undefined): boolean {
    return ticks >= this.until || (utc !== undefined && utc >= this.utc);
  }

  /** The end in UTC, as well as it is known now: for a restart. */
  end(ticks: number, utc: number | undefined): number {
    if (utc === undefined) return this.utc;
    const end = utc + this.until - ticks;
    return this.utc < end ? this.utc : end;
  }
}
