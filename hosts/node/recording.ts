import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { UsageError } from "./command-line.js";

/** One row of a recording as it is replayed. */
export interface RecordingRow {
  /** Line of the file, the header being line 1. */
  readonly line: number;
  /** The time stamp as written. */
  readonly stamp: string;
  /** Milliseconds after the first row; never goes back. */
  readonly ticks: number;
  /** One for each column asked for; `null`: the cell is empty or not a number. */
  readonly values: readonly (number | null)[];
}

export interface Recording {
  readonly rows: readonly RecordingRow[];
  /** UTC milliseconds of the first row. */
  readonly startUtc: number;
  /** Median step between two rows in ms. */
  readonly stepMs: number;
  /** What was odd, a sentence each: time steps that go back or repeat, gaps, cells without a number. */
  readonly remarks: readonly string[];
}

/** A step of more than so many median steps is a gap. */
const GAP_STEPS = 1.5;
/** The step of a recording whose stamps do not tell: 1 s. */
const FALLBACK_STEP_MS = 1000;

/**
 * Reads a CSV file with a header. Time advances by the stamps; where a stamp repeats, goes back or cannot be read, by the
 * median step.
 *
 * @throws UsageError when the file cannot be read or lacks a column
 */
export function readRecording(
  file: string,
  { time, values, separator }: { time: string; values: readonly string[]; separator: string },
): Recording {
  const records = readCsv(file, separator);
  const header = records[0]?.cells ?? [];
  const columnOf = (name: string) => {
    const column = header.indexOf(name);
    if (column >= 0) return column;
    throw new UsageError(`${file} has no column "${name}"; it has ${header.map((cell) => `"${cell}"`).join(", ")}`);
  };
  const timeColumn = columnOf(time);
  const valueColumns = values.map(columnOf);
  const body = records.slice(1);
  if (body.length === 0) throw new UsageError(`${file} has a header and no rows`);

  const remarks: string[] = [];
  const stamps = body.map(({ cells }) => parseStamp(cells[timeColumn] ?? ""));
  const stepMs = medianStep(stamps);
  let ticks = 0;
  let before = NaN;
  const rows = body.map(({ cells, line }, index): RecordingRow => {
    const stamp = cells[timeColumn] ?? "";
    const utc = stamps[index]!;
    if (index > 0) ticks += stepOf(utc - before, stepMs, `line ${line}: time ${stamp}`, remarks);
    else if (Number.isNaN(utc)) remarks.push(`line ${line}: time "${stamp}" cannot be read; counted from 1970`);
    if (!Number.isNaN(utc)) before = utc;
    else before += stepMs;
    const numbers = valueColumns.map((column, place) => {
      const cell = (cells[column] ?? "").trim();
      const number = cell === "" ? NaN : Number(cell);
      if (Number.isFinite(number)) return number;
      const what = cell === "" ? "is empty" : `"${cell}" is not a number`;
      remarks.push(`line ${line}: ${values[place]} ${what}; no sample is taken`);
      return null;
    });
    return { line, stamp, ticks, values: numbers };
  });
  return { rows, startUtc: Number.isNaN(stamps[0]!) ? 0 : stamps[0]!, stepMs, remarks };
}

/** Number of the last row taken at or before these ticks; −1: none was. */
export function indexAt(rows: Recording["rows"], ticks: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.ticks <= ticks) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How far time goes on from one row to the next, in ms. */
function stepOf(stepMs: number, medianMs: number, where: string, remarks: string[]): number {
  if (Number.isNaN(stepMs)) {
    remarks.push(`${where} cannot be read; counted as one step of ${medianMs / 1000} s`);
    return medianMs;
  }
  if (stepMs <= 0) {
    const what = stepMs === 0 ? "repeats" : `goes back by ${-stepMs / 1000} s`;
    remarks.push(`${where} ${what}; counted as one step of ${medianMs / 1000} s`);
    return medianMs;
  }
  if (stepMs > GAP_STEPS * medianMs) remarks.push(`${where} comes after a gap of ${stepMs / 1000} s`);
  return stepMs;
}

function readCsv(file: string, separator: string): { cells: string[]; line: number }[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : (error as Error).message;
    throw new UsageError(`${file} cannot be read: it ${reason}`);
  }
  try {
    const options = {
      delimiter: separator,
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
      trim: true,
    };
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    if (records.length === 0) throw new Error("it is empty");
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    throw new UsageError(`${file} is not a CSV file: ${(error as Error).message}`);
  }
}

/** UTC milliseconds of `2013-12-02 21:15:00`, ISO 8601 or seconds since 1970; without a zone it is UTC. NaN: not a time. */
function parseStamp(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const iso = text.trim().replace(" ", "T");
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}${iso.includes("T") ? "" : "T00:00"}Z`;
  return Date.parse(zoned);
}

function medianStep(stamps: readonly number[]): number {
  const steps: number[] = [];
  for (let i = 1; i < stamps.length; i++) {
    const step = stamps[i]! - stamps[i - 1]!;
    if (step > 0) steps.push(step);
  }
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? FALLBACK_STEP_MS;
}
