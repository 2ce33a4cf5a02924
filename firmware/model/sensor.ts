import type { QualityCause } from "./quality.js";
import type { Clock } from "../ports/clock.js";

/** A driver's reading: numbers by name, in groups where the part measures several quantities (ECMA-419 compound sensors). */
export type Sample = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/**
 * ECMA-419 sensor class pattern. The constructor opens the part's IO, and closes it again when it throws.
 *
 * `sample` never blocks. A conversion that needs time is started by one call and read by a later one; until then the
 * answer is `undefined` and `readyInMs` says when to ask again. A failed reading throws a {@link SensorFault}, or a
 * bare `Error` (the SDK's drivers), which counts as `bus`; the next call tries again from the beginning.
 * `close` is harmless when repeated; anything else after it throws.
 */
export interface Sensor<Reading = Sample, Configuration = object> {
  configure(options: Partial<Configuration>): void;
  sample(): Reading | undefined;
  close(): void;
  /** After `sample` gave `undefined`: milliseconds until the reading is due. Absent in drivers that are not ours. */
  readonly readyInMs?: number;
}

/** What every driver of ours is constructed with; `sensor` holds the IO class and what that class needs. */
export interface SensorOptions<SensorIO> {
  sensor: SensorIO;
  clock: Pick<Clock, "ticks">;
}

/** A reading that failed, and why. The part may answer the next time. */
export class SensorFault extends Error {
  override readonly name = "SensorFault";
  readonly quality: QualityCause;

  constructor(quality: QualityCause, message: string) {
    super(message);
    this.quality = quality;
  }
}
