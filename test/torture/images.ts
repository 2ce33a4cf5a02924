import { flipAtRest } from "../../simulator/faults/flash.js";
import { FlashModel } from "../../simulator/io/flash.js";
import type { FlashSnapshot } from "../../simulator/io/flash.js";
import { Random } from "../../simulator/random.js";
import { inBrief } from "./failure.js";
import type { OpenLog } from "./log.js";
import { Reference } from "./reference.js";
import { Workload } from "./workload.js";

export interface ImageOptions {
  readonly open: OpenLog;
  readonly seed: number;
  /** Images to mount. */
  readonly count: number;
  readonly blocks: number;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly only?: number;
  /** Milliseconds now, where there is such a clock. */
  readonly now?: () => number;
}

export interface ImageResult {
  images: number;
  /** Images that a mount found damage in. */
  reported: number;
  /** Most records lost to one flipped bit. */
  mostLostToOneBit: number;
  /** Most bytes that a mount read, in partitions; its longest read; its most operations; its longest time. */
  mountReads: number;
  longestRead: number;
  mountOperations: number;
  slowestMs: number;
  readonly failures: string[];
}

/** Most that a mount may read, in partitions, at once in bytes, and may write or erase in operations. */
const MOUNT_READS = 4;
const LONGEST_READ = 4096;

interface Sample {
  readonly snapshot: FlashSnapshot;
  readonly reference: Reference;
}

const KINDS = [
  "one bit",
  "some bits",
  "many bits",
  "a burst",
  "blocks exchanged",
  "a block of noise",
  "noise",
] as const;

/** Mounts images that no run could have left: noise, and images of runs with bits flipped or blocks exchanged. */
export function mountImages(options: ImageOptions): ImageResult {
  const { open, seed, count, blocks, shard, only, now = () => 0 } = options;
  const flash = new FlashModel({ blocks });
  const samples = Array.from({ length: 16 }, (_, i) => sample(open, blocks, new Random(seed).fork(`sample ${i}`)));
  const result: ImageResult = {
    images: 0,
    reported: 0,
    mostLostToOneBit: 0,
    mountReads: 0,
    longestRead: 0,
    mountOperations: 0,
    slowestMs: 0,
    failures: [],
  };
  for (let index = 0; index < count && result.failures.length < 20; index++) {
    if (only === undefined ? shard !== undefined && index % shard.count !== shard.index : index !== only) continue;
    const random = new Random(seed).fork(`image ${index}`);
    const { snapshot, reference } = samples[random.integer() % samples.length]!;
    flash.restore(snapshot, random);
    const kind = KINDS[random.integer() % KINDS.length]!;
    spoil(flash, random, kind);
    const fail = (message: string): void =>
      void result.failures.push(`seed ${seed}: image ${index} (${kind}): ${message}`);
    const before = { operations: flash.operations, bytesRead: flash.bytesRead };
    flash.longestRead = 0;
    const start = now();
    result.images++;
    try {
      const trial = reference.clone();
      const workload = new Workload({ flash, open, reference: trial, random });
      result.slowestMs = Math.max(result.slowestMs, now() - start);
      result.longestRead = Math.max(result.longestRead, flash.longestRead);
      const mountReads = (flash.bytesRead - before.bytesRead) / flash.image.length;
      result.mountReads = Math.max(result.mountReads, mountReads);
      result.mountOperations = Math.max(result.mountOperations, flash.operations - before.operations);
      if (mountReads > MOUNT_READS) fail(`the mount read ${mountReads} times the partition`);
      if (flash.longestRead > LONGEST_READ) fail(`the mount read ${flash.longestRead} bytes at once`);
      if (flash.operations - before.operations > 2 * blocks) fail(`${flash.operations - before.operations} operations`);
      const { damaged } = workload.log;
      if (damaged > 0) result.reported++;
      const { problems, losses, unstated } = trial.check(workload.log);
      for (const problem of problems) if (kind !== "blocks exchanged") fail(problem);
      if (unstated > 0 && damaged === 0) fail(`${losses.join("; ")}, and no damage reported`);
      if (kind === "one bit") result.mostLostToOneBit = Math.max(result.mostLostToOneBit, unstated);
      workload.append(2);
      workload.acknowledge(1);
      workload.acknowledge(0);
      workload.restart();
    } catch (error) {
      fail(inBrief(error));
    }
    for (const violation of flash.violations.splice(0)) fail(violation.message);
  }
  return result;
}

/** The cells after a run, and what must be in them. */
function sample(open: OpenLog, blocks: number, random: Random): Sample {
  const flash = new FlashModel({ blocks });
  const reference = new Reference();
  const workload = new Workload({ flash, open, reference, random, phaseRecords: 60 * blocks });
  for (let steps = random.integer() % (60 * blocks); steps > 0; steps--) {
    workload.step();
    reference.commit();
  }
  return { snapshot: flash.snapshot(), reference };
}

function spoil(flash: FlashModel, random: Random, kind: (typeof KINDS)[number]): void {
  const { image, blocks, blockLength } = flash;
  const from = (random.integer() % blocks) * blockLength;
  switch (kind) {
    case "one bit":
      return flipAtRest(flash, random);
    case "some bits":
      return flipAtRest(flash, random, 2 + (random.integer() % 15));
    case "many bits":
      return flipAtRest(flash, random, 16 << (random.integer() % 10));
    case "a burst": {
      const at = random.integer() % image.length;
      return void image.fill(random.integer(), at, at + (random.integer() % 300));
    }
    case "blocks exchanged": {
      const other = (random.integer() % blocks) * blockLength;
      const kept = image.slice(from, from + blockLength);
      image.copyWithin(from, other, other + blockLength);
      if (random.integer() % 2 === 0) image.set(kept, other);
      return;
    }
    case "a block of noise":
      for (let i = from; i < from + blockLength; i++) image[i] = random.integer();
      return;
    case "noise":
      for (let i = 0; i < image.length; i++) image[i] = random.integer();
  }
}
