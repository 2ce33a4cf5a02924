import { FlashModel } from "../../simulator/io/flash.js";
import { Random } from "../../simulator/random.js";
import type { NewRecord, OpenLog, RecordClass } from "./log.js";

/** Consumers that keep up; none at all, so that data laps over alarms that stay; an alarm here and there, data none. */
export const WEAR_RUNS = ["consumers keep up", "alarms stay, data laps", "restarts"] as const;
export type WearRun = (typeof WEAR_RUNS)[number];

export interface WearOptions {
  readonly open: OpenLog;
  readonly seed: number;
  readonly records: number;
  readonly blocks: number;
  readonly run: WearRun;
}

export interface WearResult {
  readonly run: WearRun;
  records: number;
  payloadBytes: number;
  bytesWritten: number;
  erases: number;
  mostWorn: number;
  leastWorn: number;
  /** Most-worn to least-worn block. */
  ratio: number;
}

/** Most-worn to least-worn block that is even enough. */
export const EVEN = 1.2;

/** Records in plenty, and what is left of the blocks. */
export function wear({ open, seed, records, blocks, run }: WearOptions): WearResult {
  const random = new Random(seed);
  const flash = new FlashModel({ blocks });
  let log = open(flash);
  const payloads = Array.from({ length: 64 }, () =>
    Uint8Array.from({ length: 8 + (random.integer() % 80) }, () => random.integer()),
  );
  let payloadBytes = 0;
  for (let count = 0; count < records;) {
    const batch: NewRecord[] = [];
    for (let length = 1 + (random.integer() % 6); length > 0 && count < records; length--, count++) {
      const payload = payloads[random.integer() % payloads.length]!;
      payloadBytes += payload.length;
      // Few alarms, if they stay: half of a block of them.
      const cls: RecordClass =
        run === "alarms stay, data laps" ? (count < 40 ? 0 : 1) : random.integer() % 8 === 0 ? 0 : 1;
      batch.push({ cls, payload });
    }
    log.append(batch);
    if (run === "alarms stay, data laps") continue;
    if (random.integer() % 2 === 0) {
      const cls: RecordClass = random.integer() % 4 === 0 ? 0 : 1;
      const items = log.read(cls, 16);
      if (items.length > 0) log.acknowledge(cls, items.at(-1)!.sequence);
    }
    if (run === "restarts" && random.integer() % 40 === 0) log = open(flash.powerUp());
  }
  const mostWorn = flash.wear.reduce((most, erases) => Math.max(most, erases), 0);
  const leastWorn = flash.wear.reduce((least, erases) => Math.min(least, erases), Infinity);
  return {
    run,
    records,
    payloadBytes,
    bytesWritten: flash.bytesWritten,
    erases: flash.wear.reduce((sum, erases) => sum + erases, 0),
    mostWorn,
    leastWorn,
    ratio: mostWorn / leastWorn,
  };
}
