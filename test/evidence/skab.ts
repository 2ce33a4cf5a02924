import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { integer, run, UsageError } from "../../hosts/node/command-line.js";
import type { Command } from "../../hosts/node/command-line.js";
import { bestClock, count, cutsOf, figures, LARGEST_CUT, LEARNED_ROWS, pooled } from "./skab-scoring.js";
import type { Counts, Figures, SkabRun } from "./skab-scoring.js";
import { scoresThroughNode } from "./through-node.js";

/** Score from which on there is an alarm. */
const THRESHOLD = 0.5;
const SEEDS = 5;

const command: Command = {
  usage: "npm run evidence:skab --",
  about:
    "Scores the fused detector, row by row, on runs of the Skoltech Anomaly Benchmark: DIR holds *.csv.\n" +
    "Every run goes through the firmware's own node machine-recorder, with all its channels.\n" +
    `The first ${LEARNED_ROWS} rows of a run are for learning; up to ${LARGEST_CUT} of them are cut off at random.`,
  positional: "DIR",
  options: {
    seed: { type: "string", value: "N", help: `the first of ${SEEDS} seeds of the cuts (default: 1)` },
    json: { type: "boolean", help: "one JSON object" },
  },
};

interface Result {
  readonly runs: number;
  readonly seeds: readonly number[];
  /** Figures per seed. */
  readonly rows: Readonly<Record<string, readonly Figures[]>>;
  /** The seeds pooled, for each run. */
  readonly byRun: readonly (Figures & { readonly name: string })[];
  /** All runs but one: the least and the largest F1, seeds pooled. */
  readonly withoutOneRun: readonly [number, number];
}

await run(command, async (values, folder) => {
  if (folder === undefined) throw new UsageError(`no folder; ${command.usage} DIR, which holds the runs`);
  const first = integer(values, "seed", 1, 1, 2 ** 31);
  const runs = readRuns(folder);
  const result = evaluate(
    runs,
    Array.from({ length: SEEDS }, (_, i) => first + i),
  );
  process.stdout.write(values.json === true ? `${JSON.stringify(result)}\n` : table(result));
});

/** The alarms of a node over a run that begins at row `cut`. */
function alarmsOf(run: SkabRun, cut: number): boolean[] {
  const rows = run.rows.slice(cut);
  return Array.from(scoresThroughNode(rows, rows[0]!.utc), (score) => score >= THRESHOLD);
}

function evaluate(runs: readonly SkabRun[], seeds: readonly number[]): Result {
  const whole = cutsOf(0, runs.length);
  const cuts = seeds.map((seed) => cutsOf(seed, runs.length));
  const countsOf = (rows: readonly number[], alarms: (run: SkabRun, cut: number) => boolean[]) =>
    runs.map((one, i) => count(one, rows[i]!, alarms(one, rows[i]!)));
  const bySeed = cuts.map((rows) => countsOf(rows, alarmsOf));
  const byRun = runs.map((_, i) => pooled(bySeed.map((counts) => counts[i]!)));
  const withoutOne = runs.map((_, i) => figures(pooled(byRun.filter((_counts, j) => j !== i))).f1);
  return {
    runs: runs.length,
    seeds,
    rows: {
      "fused detector": bySeed.map((counts) => figures(pooled(counts))),
      "fused detector, nothing cut": [total(countsOf(whole, alarmsOf))],
      "always an alarm": [total(countsOf(whole, ({ rows }) => rows.map(() => true)))],
      "clock, best in hindsight": cuts.map((rows) => bestClock(runs, rows)),
      "clock, nothing cut": [bestClock(runs, whole)],
    },
    byRun: byRun.map((counts, i) => ({ name: runs[i]!.name, ...figures(counts) })),
    withoutOneRun: [Math.min(...withoutOne), Math.max(...withoutOne)],
  };
}

function total(counts: readonly Counts[]): Figures {
  return figures(pooled(counts));
}

function readRuns(folder: string): SkabRun[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".csv"));
  } catch {
    throw new UsageError(`${folder} is not a folder`);
  }
  if (names.length === 0) throw new UsageError(`${folder} holds no .csv file`);
  names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return names.map((name) => readRun(path.join(folder, name), name));
}

function readRun(file: string, name: string): SkabRun {
  const [header = [], ...body] = parse(readFileSync(file), { delimiter: ";", bom: true, skip_empty_lines: true });
  const label = header.indexOf("anomaly");
  if (header[0] !== "datetime" || label < 3) {
    throw new UsageError(`${file} has no columns "datetime", at least two channels, "anomaly"`);
  }
  let ticks = 0;
  let before = NaN;
  const rows = body.map((cells) => {
    const utc = Date.parse(`${cells[0]!.replace(" ", "T")}Z`);
    // A second a row, where a time repeats or goes back.
    if (!Number.isNaN(before)) ticks += utc > before ? utc - before : 1000;
    before = utc;
    return { ticks, utc, values: Float64Array.from(cells.slice(1, label), Number) };
  });
  return { name, channels: header.slice(1, label), rows, anomaly: body.map((cells) => Number(cells[label]) > 0) };
}

function table({ runs, seeds, rows, byRun, withoutOneRun }: Result): string {
  const lines = [
    `SKAB, ${runs} runs pooled, row by row; cuts by seeds ${seeds[0]} to ${seeds.at(-1)}: mean (least to largest)`,
    "",
    `${"".padEnd(30)}F1                      false alarm rate        missed alarm rate`,
    ...Object.entries(rows).map(([name, figures]) =>
      [name.padEnd(30), ...(["f1", "far", "mar"] as const).map((key) => range(figures.map((one) => one[key])))]
        .join("")
        .trimEnd(),
    ),
    "",
    `without one of the runs           F1 ${cell(withoutOneRun[0])} to ${cell(withoutOneRun[1])}`,
    "",
    "published for all of SKAB         F1 Conv-AE 0.78, MSET 0.78, T²+Q 0.76, LSTM-AE 0.74, T² 0.66, isolation forest 0.29",
    "",
    "run         F1     false  missed",
    ...byRun.map(({ name, f1, far, mar }) => `${name.padEnd(12)}${cell(f1)}  ${cell(far)}  ${cell(mar)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function range(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const ends = values.length === 1 ? "" : ` (${cell(Math.min(...values))} to ${cell(Math.max(...values))})`;
  return `${cell(mean)}${ends}`.padEnd(24);
}

function cell(value: number): string {
  return value.toFixed(3);
}
