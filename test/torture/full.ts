import { FlashModel } from "../../simulator/io/flash.js";
import { Random } from "../../simulator/random.js";
import { inBrief } from "./failure.js";
import { CLASSES } from "./log.js";
import type { OpenLog } from "./log.js";
import { Reference } from "./reference.js";
import { Workload } from "./workload.js";

export interface FullOptions {
  readonly open: OpenLog;
  readonly seed: number;
  readonly records: number;
  readonly blocks: number;
  readonly writeAlign?: number;
}

export interface FullResult {
  records: number;
  /** Records that never arrived, and what gap records said of them. */
  lost: number;
  stated: number;
  checks: number;
  readonly failures: string[];
}

/** Consumers stay away until the journal is full, and far longer, and come back: what is lost is what was said to be. */
export function overfill({ open, seed, records, blocks, writeAlign = 1 }: FullOptions): FullResult {
  const random = new Random(seed);
  const flash = new FlashModel({ blocks, writeAlign, random: random.fork("flash") });
  const reference = new Reference();
  const result: FullResult = { records: 0, lost: 0, stated: 0, checks: 0, failures: [] };
  const check = (workload: Workload): void => {
    result.checks++;
    const { problems, losses } = reference.check(workload.log);
    for (const problem of [...problems, ...losses]) {
      result.failures.push(`seed ${seed}: after ${reference.accepted} records: ${problem}`);
    }
  };
  try {
    const workload = new Workload({ flash, open, reference, random, phaseRecords: 100 * blocks });
    while (reference.accepted < records && result.failures.length === 0) {
      for (let steps = random.integer() % 60; steps >= 0; steps--) {
        workload.step();
        reference.commit();
      }
      check(workload);
    }
    for (const cls of CLASSES) while (workload.acknowledge(cls) > 0);
    check(workload);
    workload.restart();
    check(workload);
  } catch (error) {
    result.failures.push(`seed ${seed}: after ${reference.accepted} records: ${inBrief(error)}`);
  }
  for (const violation of flash.violations) result.failures.push(`seed ${seed}: ${violation.message}`);
  result.records = reference.accepted;
  result.lost = reference.neverArrived;
  result.stated = reference.stated;
  return result;
}
