import type { Quality, QualityCause } from "./quality.js";
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
  /** Of the reading that `sample` gave last: what a person should know of it. Absent: good. */
  readonly quality?: Quality;
  /** Of receivers that know the time: UTC in ms since 1970 a bit before the ticks `utcTicks`, as last heard. */
  readonly utc?: number | undefined;
  readonly utcTicks?: number;
}

/** What a block read gave. */
export interface BlockStatus {
  /** Samples of every axis written, interleaved: x, y, z, x, y, z … */
  readonly samples: number;
  /** Samples were lost before these: the part's FIFO was full. */
  readonly overrun: boolean;
  /** As measured over the last blocks; MEMS clocks err by percents. The nominal rate until it is known. */
  readonly rateHz: number;
}

/** A part that measures faster than it is asked: samples wait in its FIFO. */
export interface BlockSensor<Reading = Sample, Configuration = object> extends Sensor<Reading, Configuration> {
  /** Empties the FIFO into `into` (the owner's, a multiple of the axes long), as raw counts. Throws as `sample` does. */
  read(into: Int16Array): BlockStatus;
  /** m/s² per count. */
  readonly scale: number;
  /** Up to where the part measures (−3 dB), in Hz, as it is configured now. Absent: 0.45 of its rate. */
  readonly bandwidthHz?: number;
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
