// Scoring by the rules of the Numenta Anomaly Benchmark v1.1 (A. Lavin, S. Ahmad, "Evaluating Real-time Anomaly Detection
// Algorithms", 2015): of each anomaly window the earliest detection counts, the earlier the more; a detection outside
// costs, the less the closer it follows a window; the first 15 % of a series are not scored.

/** A series with its true windows and what a detector made of it. */
export interface ScoredSeries {
  /** `folder/file.csv` */
  readonly name: string;
  /** First and last row of each window. */
  readonly windows: readonly (readonly [number, number])[];
  /** One a row, 0 to 1. */
  readonly scores: Float64Array;
}

/** What a missed window and a false alarm cost; a window found is worth 1. */
export interface Profile {
  readonly missed: number;
  readonly falseAlarm: number;
}

export const PROFILES = {
  standard: { missed: 1, falseAlarm: 0.11 },
  "low-FP": { missed: 1, falseAlarm: 0.22 },
  "low-FN": { missed: 2, falseAlarm: 0.11 },
} as const satisfies Record<string, Profile>;
export type ProfileName = keyof typeof PROFILES;

const PROBATION = 0.15;
const PROBATION_ROWS = 750;

export interface Tally {
  /** Points, not normalised. */
  readonly points: number;
  readonly found: number;
  readonly windows: number;
  readonly falseAlarms: number;
}

/** One series at one threshold: a row alarms when its score is at or above it. */
export function tally({ windows, scores }: ScoredSeries, threshold: number, { missed, falseAlarm }: Profile): Tally {
  const rows = scores.length;
  const probation = Math.min(Math.floor(PROBATION * rows), PROBATION_ROWS);
  let points = 0;
  let found = 0;
  let scorable = 0;
  for (const [first, last] of windows) {
    if (last < probation) continue;
    scorable++;
    let earliest = Math.max(first, probation);
    while (earliest <= last && scores[earliest]! < threshold) earliest++;
    if (earliest > last) points -= missed;
    else {
      found++;
      points += sigmoid(-(last - earliest + 1) / (last - first + 1)) / sigmoid(-1);
    }
  }
  let falseAlarms = 0;
  for (let row = probation; row < rows; row++) {
    if (scores[row]! < threshold || windows.some(([first, last]) => row >= first && row <= last)) continue;
    const before = windows.findLast(([, last]) => last < row);
    falseAlarms++;
    points += falseAlarm * (before === undefined ? -1 : sigmoid((row - before[1]) / (before[1] - before[0])));
  }
  return { points, found, windows: scorable, falseAlarms };
}

/** 0 for a detector that never alarms, 100 for one that finds every window at its beginning and nothing else. */
export function normalised(tallies: readonly Tally[], allWindows: number, { missed }: Profile): number {
  const points = tallies.reduce((sum, one) => sum + one.points, 0);
  const never = -missed * tallies.reduce((sum, one) => sum + one.windows, 0);
  return (100 * (points - never)) / (allWindows - never);
}

export function score(series: readonly ScoredSeries[], threshold: number, profile: Profile): number {
  const tallies = series.map((one) => tally(one, threshold, profile));
  return normalised(tallies, windowsOf(series), profile);
}

export function windowsOf(series: readonly ScoredSeries[]): number {
  return series.reduce((sum, { windows }) => sum + windows.length, 0);
}

/** The threshold, of the `candidates`, that scores best. */
export function bestThreshold(
  series: readonly ScoredSeries[],
  candidates: readonly number[],
  profile: Profile,
): number {
  let best = candidates[0]!;
  let most = -Infinity;
  for (const threshold of candidates) {
    const points = series.reduce((sum, one) => sum + tally(one, threshold, profile).points, 0);
    if (points > most) [best, most] = [threshold, points];
  }
  return best;
}

/** 1 long before, 0 at the end of a window, −1 long after. */
function sigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}
