import { damageOf, DAMAGES } from "../../simulator/faults/flash.js";
import { FlashModel, PowerCut } from "../../simulator/io/flash.js";
import type { FlashOperation, FlashSnapshot } from "../../simulator/io/flash.js";
import { Random } from "../../simulator/random.js";
import { inBrief } from "./failure.js";
import type { OpenLog } from "./log.js";
import { Reference } from "./reference.js";
import type { Verdict } from "./reference.js";
import { Workload } from "./workload.js";

export interface CutOptions {
  readonly open: OpenLog;
  readonly seed: number;
  /** Records of the run that is cut. */
  readonly records: number;
  readonly blocks: number;
  readonly writeAlign?: number;
  /** Consumers are away for so many records, and there for three times as many; absent: they keep up. */
  readonly phaseRecords?: number;
  /** Also cuts every operation of each recovery. */
  readonly twice?: boolean;
  /** Only the cuts whose operation number leaves this remainder: for several processes (default: all). */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Only the cuts in the operation of that number. */
  readonly only?: number;
  readonly maximumFailures?: number;
}

export interface CutResult {
  records: number;
  operations: number;
  erases: number;
  /** Power cuts tried, those of recoveries too. */
  cuts: number;
  secondCuts: number;
  delivered: number;
  /** Most records that came twice after one cut, and how many did in all. */
  mostDuplicates: number;
  duplicates: number;
  /** Records that a full journal dropped, and said so, in the run itself. */
  lost: number;
  /** Most bytes that a mount read, as a multiple of the partition. */
  mountReads: number;
  /** Most operations that a recovery took. */
  recoveryOperations: number;
  readonly failures: string[];
}

/**
 * Runs a workload once, and at every flash operation of it cuts the power in three ways: the journal must mount, hold
 * what was accepted, and go on. Only the recovery is run for each cut, on a copy of the cells.
 */
export function cutEverywhere(options: CutOptions): CutResult {
  return new CutCampaign(options).run();
}

class CutCampaign {
  readonly #options: CutOptions;
  readonly #reference = new Reference();
  // The run itself; the same cells an operation at a time; where a cut is tried; where a cut in a recovery is.
  readonly #flash: FlashModel;
  readonly #shadow: FlashModel;
  readonly #trial: FlashModel;
  readonly #second: FlashModel;
  readonly #result: CutResult = {
    records: 0,
    operations: 0,
    erases: 0,
    cuts: 0,
    secondCuts: 0,
    delivered: 0,
    mostDuplicates: 0,
    duplicates: 0,
    lost: 0,
    mountReads: 0,
    recoveryOperations: 0,
    failures: [],
  };

  constructor(options: CutOptions) {
    const { blocks, writeAlign = 1 } = options;
    this.#options = options;
    const make = (): FlashModel => new FlashModel({ blocks, writeAlign });
    this.#flash = make();
    this.#shadow = make();
    this.#trial = make();
    this.#second = make();
  }

  run(): CutResult {
    const { open, seed, records, phaseRecords } = this.#options;
    const pending: FlashOperation[] = [];
    const flash = this.#flash;
    flash.observe = (operation) => pending.push(kept(operation));
    const random = new Random(seed);
    const workload = new Workload({
      flash,
      open,
      reference: this.#reference,
      random,
      ...(phaseRecords === undefined ? {} : { phaseRecords }),
    });
    let done = 0;
    for (;;) {
      for (const operation of pending) this.#cutIn(operation, done++);
      pending.length = 0;
      this.#reference.commit();
      if (this.#reference.accepted >= records || this.#full) break;
      workload.step();
    }
    this.#note("the run itself", this.#reference.check(workload.log));
    for (const violation of flash.violations) this.#fail(`the run itself: ${violation.message}`);
    const result = this.#result;
    result.records = this.#reference.accepted;
    result.operations = done;
    result.erases = flash.wear.reduce((sum, erases) => sum + erases, 0);
    return result;
  }

  get #full(): boolean {
    return this.#result.failures.length >= (this.#options.maximumFailures ?? 20);
  }

  #cutIn(operation: FlashOperation, number: number): void {
    const { only, shard, seed } = this.#options;
    if (only === undefined ? shard === undefined || number % shard.count === shard.index : number === only) {
      const before: FlashSnapshot = { image: this.#shadow.image, unstable: undefined };
      for (let pattern = 0; pattern < DAMAGES && !this.#full; pattern++) {
        const random = new Random(seed).fork(`${number}/${pattern}`);
        this.#trial.restore(before, random);
        damageOf(operation, pattern)(this.#trial, operation, random);
        this.#result.cuts++;
        this.#recover(`${number}/${pattern} (${operation.kind})`);
      }
    }
    this.#shadow.apply(operation);
  }

  /** What was cut off mounts, holds what it must and goes on; then all that is cut too. */
  #recover(name: string): void {
    const flash = this.#trial;
    const damaged = flash.snapshot();
    const reference = this.#reference.clone();
    reference.doubt();
    const first = flash.operations;
    flash.restore(damaged, this.#random(name));
    this.#try(`cut ${name}`, flash, () => this.#goOn(`cut ${name}`, flash, reference, this.#random(name)));
    const operations = flash.operations - first;
    this.#result.recoveryOperations = Math.max(this.#result.recoveryOperations, operations);
    if (this.#options.twice !== true) return;
    for (let operation = 0; operation < operations && !this.#full; operation++) {
      for (let pattern = 0; pattern < DAMAGES; pattern++) this.#cutAgain(name, damaged, operation, pattern);
    }
  }

  #cutAgain(name: string, damaged: FlashSnapshot, operation: number, pattern: number): void {
    const flash = this.#second.restore(damaged, this.#random(name));
    const reference = this.#reference.clone();
    reference.doubt();
    const again = `cut ${name}, then ${operation}/${pattern}`;
    flash.cutAt(flash.operations + operation, (cells, cut, random) => damageOf(cut, pattern)(cells, cut, random));
    this.#try(again, flash, () => {
      try {
        this.#goOn(again, flash, reference, this.#random(name));
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        this.#result.secondCuts++;
        reference.doubt();
        flash.powerUp();
        // What was acknowledged before the second cut may have come again, and been dropped, in between.
        this.#goOn(again, flash, reference, this.#random(again), reference.acknowledged + reference.stated);
      }
    });
  }

  /** Mounts, checks, appends and acknowledges, mounts and checks again. */
  #goOn(name: string, flash: FlashModel, reference: Reference, random: Random, excusable = 0): void {
    const { open } = this.#options;
    const readBefore = flash.bytesRead;
    const workload = new Workload({ flash, open, reference, random });
    this.#result.mountReads = Math.max(this.#result.mountReads, (flash.bytesRead - readBefore) / flash.image.length);
    const mounted = reference.check(workload.log);
    this.#note(name, mounted, excusable);
    this.#count(mounted);
    // What has come again, or was never accepted, may be counted as lost when a full journal drops it now.
    const excuses = excusable + mounted.duplicates + mounted.statedAgain + reference.doubtful;
    workload.append(2);
    reference.commit();
    workload.acknowledge(1);
    workload.append(1);
    reference.commit();
    this.#note(`${name}, going on`, reference.check(workload.log), excuses);
    workload.restart();
    this.#note(`${name}, going on, mounted again`, reference.check(workload.log), excuses);
  }

  #try(name: string, flash: FlashModel, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#fail(`${name}: ${inBrief(error)}`);
    }
    for (const violation of flash.violations.splice(0)) this.#fail(`${name}: ${violation.message}`);
  }

  #note(name: string, { problems, losses, unstated }: Verdict, excusable = 0): void {
    for (const problem of problems) this.#fail(`${name}: ${problem}`);
    if (unstated > 0 || -unstated > excusable) for (const loss of losses) this.#fail(`${name}: ${loss}`);
  }

  #count({ duplicates, delivered, lost }: Verdict): void {
    const result = this.#result;
    result.delivered += delivered;
    result.duplicates += duplicates;
    result.mostDuplicates = Math.max(result.mostDuplicates, duplicates);
    result.lost = Math.max(result.lost, lost);
  }

  #fail(message: string): void {
    if (!this.#full) this.#result.failures.push(`seed ${this.#options.seed}: ${message}`);
  }

  #random(name: string): Random {
    return new Random(this.#options.seed).fork(name);
  }
}

function kept(operation: FlashOperation): FlashOperation {
  return operation.kind === "write" ? { ...operation, bytes: operation.bytes.slice() } : operation;
}
