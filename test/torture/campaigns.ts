import { cutEverywhere } from "./cuts.js";
import type { DeliveryJob } from "./delivery-jobs.js";
import { inBrief } from "./failure.js";
import { overfill } from "./full.js";
import { mountImages } from "./images.js";
import { openJournal } from "./journal-log.js";
import type { Policy } from "./journal-log.js";
import { month } from "./month.js";
import type { MonthJob } from "./month-section.js";
import { outcome } from "./outcome.js";
import type { Outcome } from "./outcome.js";
import { isSessionJob, runSessionJob } from "./session-jobs.js";
import type { SessionJob } from "./session-jobs.js";
import { storm } from "./storm.js";
import { EVEN, wear } from "./wear.js";
import type { WearRun } from "./wear.js";

export { outcome } from "./outcome.js";
export type { Outcome } from "./outcome.js";

/** One campaign or a part of one, as plain data: it may run here, in another process or inside XS. */
export type Job = JournalJob | SessionJob | DeliveryJob | MonthJob;

/** One against the journal. */
export interface JournalJob {
  /** What tells it from the other parts of its campaign; parts without one are one run in pieces. */
  readonly label?: string;
  readonly campaign: "journal" | "recovery" | "storm" | "images" | "full" | "wear";
  readonly seed: number;
  /** Records, cuts or images. */
  readonly count: number;
  readonly blocks: number;
  readonly writeAlign?: number;
  readonly policy?: Policy;
  readonly phaseRecords?: number;
  readonly shard?: { readonly index: number; readonly count: number };
  /** Only the cuts in the operation, or the image, of that number. */
  readonly only?: number;
  readonly failingErases?: number;
  readonly wearRun?: WearRun;
}

/** Figures of which the parts of a campaign are added up; of the others the largest counts. */
const SUMS: readonly string[] = [
  "cuts",
  "secondCuts",
  "delivered",
  "duplicates",
  "images",
  "reported",
  "sessions",
  "resent",
  "commands",
  "connections",
  "kills",
  "shutDown",
  "forgetful",
  "powerCuts",
  "accepted",
  "forgotten",
  "hours",
];

/** @param now milliseconds, where there is such a clock */
export function runJob(job: Job, now?: () => number): Outcome {
  try {
    return runCampaign(job, now);
  } catch (error) {
    return { figures: {}, failures: [`seed ${job.seed}: the run itself: ${inBrief(error)}`] };
  }
}

function runCampaign(job: Job, now?: () => number): Outcome {
  if (isSessionJob(job)) return runSessionJob(job);
  if (job.campaign === "month") return outcome(month({ ...job, days: job.count }));
  if (job.campaign === "broker") throw new Error(`campaign ${job.campaign} runs on Node.js only`);
  const { campaign, seed, count, blocks, policy, wearRun = "consumers keep up" } = job;
  const open = openJournal(policy);
  const common = { ...job, open };
  switch (campaign) {
    case "journal":
      return outcome(cutEverywhere({ ...common, records: count }));
    case "recovery":
      return outcome(cutEverywhere({ ...common, records: count, twice: true }));
    case "storm":
      return outcome(storm({ ...common, cuts: count }));
    case "images":
      return outcome(mountImages({ ...common, count, ...(now === undefined ? {} : { now }) }));
    case "full":
      return outcome(overfill({ ...common, records: count }));
    case "wear": {
      const { run, ...figures } = wear({ open, seed, records: count, blocks, run: wearRun });
      const failures = figures.ratio <= EVEN ? [] : [`seed ${seed}: ${run}: wear is uneven, ${figures.ratio}`];
      return { figures, failures };
    }
  }
}

export function merged(outcomes: readonly Outcome[]): Outcome {
  const figures: Record<string, number> = {};
  for (const outcome of outcomes) {
    for (const [name, value] of Object.entries(outcome.figures)) {
      const former = figures[name];
      figures[name] = former === undefined ? value : SUMS.includes(name) ? former + value : Math.max(former, value);
    }
  }
  return { figures, failures: outcomes.flatMap(({ failures }) => failures) };
}
