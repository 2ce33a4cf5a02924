import type { Job, JournalJob } from "./campaigns.js";
import { DELIVERY_SECTIONS } from "./delivery-jobs.js";
import { MONTH_SECTIONS } from "./month-section.js";
import type { SectionOf } from "./section.js";
import { SESSION_SECTIONS } from "./session-sections.js";
import { WEAR_RUNS } from "./wear.js";

export type Section = SectionOf<Job>;

const shards = (processes: number, job: JournalJob): JournalJob[] =>
  Array.from({ length: processes }, (_, index) => ({ ...job, shard: { index, count: processes } }));

/** 8 blocks hold some 500 records of these: 10,000 wrap around the partition twenty times and more. */
const BLOCKS = 8;

export const SECTIONS: readonly Section[] = [
  {
    name: "journal",
    about: "a power cut in every flash operation of a run, with three kinds of damage each; mount, check, go on, mount",
    nodeCount: 10_000,
    xsCount: 50,
    jobs: (count, seed, processes) =>
      shards(processes, { campaign: "journal", seed, count, blocks: BLOCKS, phaseRecords: 800 }),
  },
  {
    name: "recovery",
    about: "a second power cut in every flash operation of every recovery, with three kinds of damage each",
    nodeCount: 200,
    xsCount: 3,
    jobs: (count, seed, processes) =>
      shards(processes, { campaign: "recovery", seed, count, blocks: 4, phaseRecords: 40 }),
  },
  {
    name: "storm",
    about: "power cut upon power cut on the same flash, mounts included; half of the runs with erases that do nothing",
    nodeCount: 20_000,
    xsCount: 60,
    jobs: (count, seed) =>
      [0, 0.1].flatMap((failingErases) =>
        [1, 16].map((writeAlign, index) => ({
          campaign: "storm" as const,
          label: `${failingErases === 0 ? "erases work" : "every tenth erase does nothing"}, units of ${writeAlign} B`,
          seed: seed + index,
          count: Math.ceil(count / 4),
          blocks: BLOCKS,
          writeAlign,
          failingErases,
          phaseRecords: 800,
        })),
      ),
  },
  {
    name: "images",
    about: "images of noise, and of runs with bits flipped or blocks exchanged: mount, check, go on, mount",
    nodeCount: 100_000,
    xsCount: 50,
    jobs: (count, seed, processes) => shards(processes, { campaign: "images", seed, count, blocks: BLOCKS }),
  },
  {
    name: "full",
    about: "consumers that stay away until the journal is full, and long after: loss stated against loss",
    nodeCount: 100_000,
    xsCount: 1_500,
    jobs: (count, seed) =>
      (["drop-oldest", "drop-newest"] as const).map((policy) => ({
        campaign: "full",
        label: policy,
        seed,
        count: Math.ceil(count / 2),
        blocks: BLOCKS,
        policy,
      })),
  },
  {
    name: "wear",
    about: "most-worn to least-worn block",
    nodeCount: 1_000_000,
    xsCount: 3_000,
    jobs: (count, seed) =>
      WEAR_RUNS.map((wearRun) => ({ campaign: "wear", label: wearRun, seed, count, blocks: 16, wearRun })),
  },
  ...SESSION_SECTIONS,
  ...DELIVERY_SECTIONS,
  ...MONTH_SECTIONS,
];
