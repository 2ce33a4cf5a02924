import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { run, UsageError } from "../../hosts/node/command-line.js";
import type { Command } from "../../hosts/node/command-line.js";
import { runCommand } from "../support/command.js";
import { bestThreshold, PROFILES, score, tally, windowsOf } from "./nab-scoring.js";
import type { ProfileName, ScoredSeries } from "./nab-scoring.js";

/** Where the alarm kind `unusual` is raised unless settings say otherwise. */
const THRESHOLD = 0.5;
const FOLDS = 5;
/** Thresholds that are tried. */
const CANDIDATES = Array.from({ length: 100 }, (_, i) => (i + 1) / 100);

const command: Command = {
  usage: "npm run evidence:nab --",
  positional: "DIR",
  about:
    "Scores the adaptive detector on series of the Numenta Anomaly Benchmark: DIR holds data/ and labels/.\n" +
    "Every series goes through the firmware's own node, as `npm run replay -- --scores` does it.",
  options: {
    scores: { type: "string", value: "DIR", help: "keep the scores there, a file a series (default: nowhere)" },
    json: { type: "boolean", help: "one JSON object" },
  },
};

type Row = Readonly<Record<ProfileName, number>>;

await run(command, async (values, root) => {
  if (root === undefined) throw new UsageError(`no folder; ${command.usage} DIR, which holds data/ and labels/`);
  const labels = readLabels(root);
  const kept = values.scores === undefined ? undefined : String(values.scores);
  const out = kept ?? (await mkdtemp(path.join(tmpdir(), "millwright-nab-")));
  const names = Object.keys(labels).sort();
  const series: ScoredSeries[] = new Array<ScoredSeries>(names.length);
  const waiting = names.map((_, i) => i);
  const worker = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      series[i] = await scoreSeries(root, names[i]!, labels[names[i]!]!, out);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (kept === undefined) await rm(out, { recursive: true });
  const rows = {
    "at the fixed threshold": each((profile) => score(series, THRESHOLD, PROFILES[profile])),
    [`threshold from ${FOLDS - 1} of ${FOLDS} folds`]: each((profile) => crossValidated(series, profile)),
    "best threshold in hindsight": each((profile) => {
      const threshold = bestThreshold(series, CANDIDATES, PROFILES[profile]);
      return score(series, threshold, PROFILES[profile]);
    }),
    "never an alarm": each((profile) => score(series, 2, PROFILES[profile])),
    "always an alarm": each((profile) => score(series, 0, PROFILES[profile])),
  };
  const found = series.map((one) => ({ name: one.name, ...tally(one, THRESHOLD, PROFILES.standard) }));
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify({ series: series.length, threshold: THRESHOLD, rows, found })}\n`
      : table(series, rows, found),
  );
});

function each(figure: (profile: ProfileName) => number): Row {
  return { standard: figure("standard"), "low-FP": figure("low-FP"), "low-FN": figure("low-FN") };
}

/** Every series at the threshold that is best for the series of the other folds; folders are spread over the folds. */
function crossValidated(series: readonly ScoredSeries[], profile: ProfileName): number {
  const scored = series.map((one, i) => {
    const others = series.filter((_, j) => j % FOLDS !== i % FOLDS);
    const threshold = bestThreshold(others, CANDIDATES, PROFILES[profile]);
    // Scores become 0 or 1, so that one threshold serves all.
    return { ...one, scores: one.scores.map((value) => (value >= threshold ? 1 : 0)) };
  });
  return score(scored, 1, PROFILES[profile]);
}

async function scoreSeries(
  root: string,
  name: string,
  windows: readonly (readonly [string, string])[],
  out: string,
): Promise<ScoredSeries> {
  const file = path.join(out, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const source = path.join(root, "data", name);
  const args = [source, "--time", "timestamp", "--value", "value", "--scores", file];
  const { code, stderr } = await runCommand("replay", args);
  if (code !== 0) throw new Error(`${name}: ${stderr}`);
  const records = parse(readFileSync(file, "utf8"), { columns: true }) as Record<string, string>[];
  const stamps = records.map(({ timestamp }) => timestamp!.slice(0, 19));
  const rowOf = (stamp: string): number => {
    const row = stamps.indexOf(stamp.slice(0, 19));
    if (row < 0) throw new Error(`${name}: the window at ${stamp} begins or ends at no row`);
    return row;
  };
  return {
    name,
    windows: windows.map(([first, last]) => [rowOf(first), rowOf(last)]),
    scores: Float64Array.from(records, ({ anomaly_score: value }) => Number(value)),
  };
}

function readLabels(root: string): Record<string, [string, string][]> {
  const file = path.join(root, "labels", "combined_windows.json");
  try {
    readdirSync(path.join(root, "data"));
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, [string, string][]>;
  } catch (error) {
    throw new UsageError(`${root} is not a folder with data/ and labels/combined_windows.json: ${String(error)}`);
  }
}

function table(series: readonly ScoredSeries[], rows: Record<string, Row>, found: readonly Found[]): string {
  const lines = [
    `NAB, ${series.length} series, ${windowsOf(series)} windows; 0 is never an alarm, 100 is perfect`,
    "",
    `${"".padEnd(34)}standard  low-FP  low-FN`,
    ...Object.entries(rows).map(
      ([name, row]) => `${name.padEnd(34)}${cell(row.standard, 8)}${cell(row["low-FP"], 8)}${cell(row["low-FN"], 8)}`,
    ),
    "",
    `${"series, at the fixed threshold".padEnd(56)}found   false alarms`,
    ...found.map(
      ({ name, found: hits, windows, falseAlarms }) =>
        `${name.padEnd(56)}${`${hits}/${windows}`.padEnd(8)}${String(falseAlarms).padStart(4)}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

type Found = { name: string; found: number; windows: number; falseAlarms: number };

function cell(value: number, width: number): string {
  return value.toFixed(1).padStart(width);
}
