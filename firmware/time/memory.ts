import type { KeyValue } from "../ports/storage.js";

const FLOOR_KEY = "time.floor";
const DRIFT_KEY = "time.drift";
/** Drift is written when it has changed by so much. */
const DRIFT_STEP_PPM = 1;
/** 2025-01-01: this firmware did not run before it was written. */
export const EARLIEST_UTC = 1_735_689_600_000;

/**
 * What is kept of the time across restarts: the last one that is known to have passed, behind which time does not run
 * back, and the crystal's drift. Without storage that works, the floor holds until the next restart.
 */
export class TimeMemory {
  readonly #storage: KeyValue;
  #utc: number | undefined;
  #atStart: number | undefined;
  #driftPpm: number | undefined;

  constructor(storage: KeyValue) {
    this.#storage = storage;
    const kept = readNumber(storage, FLOOR_KEY);
    if (kept !== undefined && kept >= EARLIEST_UTC) this.#utc = this.#atStart = kept;
    this.#driftPpm = readNumber(storage, DRIFT_KEY);
  }

  /** ms since 1970; `undefined` when no time was ever known. */
  get floorUtc(): number | undefined {
    return this.#utc;
  }

  /** What was kept when the node started: tick 0 was not before it. */
  get atStart(): number | undefined {
    return this.#atStart;
  }

  /** How much too fast the ticks ran, in ppm. */
  get driftPpm(): number | undefined {
    return this.#driftPpm;
  }

  /**
   * It is `utc` at least. Written when it is `intervalMs` later than what is kept, and with it the drift, where it is
   * known.
   */
  keep(utc: number, intervalMs: number, driftPpm: number | undefined): void {
    if (this.#utc !== undefined && utc - this.#utc < intervalMs) return;
    this.write(utc);
    if (driftPpm === undefined) return;
    if (this.#driftPpm !== undefined && Math.abs(driftPpm - this.#driftPpm) < DRIFT_STEP_PPM) return;
    this.#driftPpm = Math.round(driftPpm * 100) / 100;
    writeNumber(this.#storage, DRIFT_KEY, this.#driftPpm);
  }

  /** It was wrong: what was known when the node started is worth nothing either. */
  lower(utc: number): void {
    this.#atStart = undefined;
    this.write(utc);
  }

  private write(utc: number): void {
    this.#utc = Math.floor(utc);
    writeNumber(this.#storage, FLOOR_KEY, this.#utc);
  }
}

/** A number that was kept; `undefined` where there is none, or none that can be read. */
function readNumber(storage: KeyValue, key: string): number | undefined {
  try {
    const kept = storage.read(key);
    return typeof kept === "number" && kept - kept === 0 ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Storage that fails must not take the time with it. */
function writeNumber(storage: KeyValue, key: string, value: number): void {
  try {
    storage.write(key, value);
  } catch {
    // It is tried again with the next value.
  }
}
