// Scoring on runs of the Skoltech Anomaly Benchmark (I. Katser and V. Kozitsin, 2020), row by row: of each run the first 400
// rows are for learning, on the others an alarm is right where `anomaly` is 1. All runs last alike long and fail at about
// the same row, so that a clock would do well: therefore the beginning of each run is cut by up to 150 rows at random.
import { Random } from "../../simulator/random.js";

/** Rows of a run, counted in the file, that are not scored. */
export const LEARNED_ROWS = 400;
export const LARGEST_CUT = 150;

export interface SkabRun {
  readonly name: string;
  readonly channels: readonly string[];
  /** Monotonic milliseconds, UTC milliseconds and one value per channel, a row each. */
  readonly rows: readonly { readonly ticks: number; readonly utc: number; readonly values: Float64Array }[];
  /** One a row. */
  readonly anomaly: readonly boolean[];
}

/** Counts of scored rows. */
export interface Counts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  trueNegatives: number;
}

export interface Figures {
  readonly f1: number;
  /** False alarm rate: alarms among the normal rows. */
  readonly far: number;
  /** Missed alarm rate: silent rows among the anomalous ones. */
  readonly mar: number;
}

/** Rows to cut off the beginning of each run; seed 0 cuts nothing. */
export function cutsOf(seed: number, runs: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: runs }, () => (seed === 0 ? 0 : Math.floor(random.next() * (LARGEST_CUT + 1))));
}

/** @param alarms one per row from `cut` on */
export function count(run: SkabRun, cut: number, alarms: readonly boolean[]): Counts {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (let row = LEARNED_ROWS; row < run.rows.length; row++) {
    const alarm = alarms[row - cut]!;
    if (run.anomaly[row]!) counts[alarm ? "truePositives" : "falseNegatives"]++;
    else counts[alarm ? "falsePositives" : "trueNegatives"]++;
  }
  return counts;
}

export function pooled(all: readonly Counts[]): Counts {
  const sum = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (const one of all) for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += one[key];
  return sum;
}

export function figures({ truePositives, falsePositives, falseNegatives, trueNegatives }: Counts): Figures {
  return {
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    far: ratio(falsePositives, falsePositives + trueNegatives),
    mar: ratio(falseNegatives, falseNegatives + truePositives),
  };
}

/** 0 of nothing. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** The best that alarms from row `from` to row `to` after the start, the same in all runs, can do: chosen with the labels. */
export function bestClock(runs: readonly SkabRun[], cuts: readonly number[]): Figures & { from: number; to: number } {
  const longest = Math.max(...runs.map(({ rows }) => rows.length));
  // Scored rows up to each row after the start, anomalous and normal ones.
  const anomalous = new Float64Array(longest + 1);
  const normal = new Float64Array(longest + 1);
  runs.forEach(({ anomaly }, i) => {
    for (let row = LEARNED_ROWS; row < anomaly.length; row++)
      (anomaly[row] ? anomalous : normal)[row - cuts[i]! + 1]!++;
  });
  for (let row = 0; row < longest; row++) {
    anomalous[row + 1]! += anomalous[row]!;
    normal[row + 1]! += normal[row]!;
  }
  let best: (Figures & { from: number; to: number }) | undefined;
  for (let from = 0; from < longest; from++) {
    for (let to = from; to < longest; to++) {
      const truePositives = anomalous[to + 1]! - anomalous[from]!;
      const falsePositives = normal[to + 1]! - normal[from]!;
      const found = figures({
        truePositives,
        falsePositives,
        falseNegatives: anomalous[longest]! - truePositives,
        trueNegatives: normal[longest]! - falsePositives,
      });
      if (best === undefined || found.f1 > best.f1) best = { ...found, from, to };
    }
  }
  return best!;
}
