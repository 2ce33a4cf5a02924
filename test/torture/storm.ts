import { damageOf, DAMAGES, nothing, sometimes } from "../../simulator/faults/flash.js";
import { FlashModel, PowerCut } from "../../simulator/io/flash.js";
import { Random } from "../../simulator/random.js";
import { inBrief } from "./failure.js";
import type { OpenLog } from "./log.js";
import { Reference } from "./reference.js";
import { Workload } from "./workload.js";

export interface StormOptions {
  readonly open: OpenLog;
  readonly seed: number;
  /** Power cuts, one after the other, on the same flash. */
  readonly cuts: number;
  readonly blocks: number;
  readonly writeAlign?: number;
  readonly phaseRecords?: number;
  /** Probability that an erase silently does nothing (default 0). */
  readonly failingErases?: number;
}

export interface StormResult {
  cuts: number;
  records: number;
  operations: number;
  duplicates: number;
  lost: number;
  /** Losses said to be more than they were: records that came twice, or were never accepted, were dropped later. */
  overstated: number;
  failures: string[];
}

/** Cuts the power again and again, some ten operations apart, mounts included: damage upon damage on one flash. */
export function storm(options: StormOptions): StormResult {
  const { open, seed, cuts, blocks, writeAlign = 1, phaseRecords, failingErases = 0 } = options;
  const random = new Random(seed);
  const flash = new FlashModel({ blocks, writeAlign, random: random.fork("flash") });
  if (failingErases > 0) flash.disturb = sometimes(random.fork("erases"), failingErases, nothing);
  const reference = new Reference();
  const result: StormResult = {
    cuts: 0,
    records: 0,
    operations: 0,
    duplicates: 0,
    lost: 0,
    overstated: 0,
    failures: [],
  };
  const fail = (message: string): void => {
    result.failures.push(`seed ${seed}: after ${result.cuts} cuts, operation ${flash.operations}: ${message}`);
  };
  // Records that may be counted as lost though they were not: seen again after their acknowledgement, or never accepted.
  let excusable = 0;
  let inMount = true;
  while (result.cuts < cuts && result.failures.length === 0) {
    const pattern = random.integer() % DAMAGES;
    const after = random.integer() % (random.integer() % 3 === 0 ? 4 : 40);
    flash.cutAt(flash.operations + after, (cells, cut, draw) => damageOf(cut, pattern)(cells, cut, draw));
    try {
      inMount = true;
      const workload = new Workload({
        flash,
        open,
        reference,
        random,
        ...(phaseRecords === undefined ? {} : { phaseRecords }),
      });
      inMount = false;
      const { problems, losses, duplicates, statedAgain, lost, unstated } = reference.check(workload.log);
      result.duplicates += duplicates;
      result.lost = Math.max(result.lost, lost);
      excusable += duplicates + statedAgain;
      for (const problem of problems) fail(problem);
      if (unstated > 0) for (const loss of losses) fail(loss);
      if (unstated < 0) result.overstated = Math.max(result.overstated, -unstated);
      if (-unstated > excusable) fail(`${losses.join("; ")}; ${excusable} are excusable`);
      while (result.failures.length === 0) {
        workload.step();
        reference.commit();
      }
    } catch (error) {
      if (!(error instanceof PowerCut)) fail(`${inMount ? "in the mount: " : ""}${inBrief(error)}`);
      excusable += reference.doubt();
      result.cuts++;
      flash.powerUp();
    }
    for (const violation of flash.violations.splice(0)) fail(violation.message);
  }
  result.records = reference.accepted;
  result.operations = flash.operations;
  return result;
}
