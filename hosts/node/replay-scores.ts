import { closeSync, openSync, writeSync } from "node:fs";
import type { Values } from "./command-line.js";
import { UsageError } from "./command-line.js";
import type { Decoded } from "./decoded.js";
import { indexAt } from "./recording.js";
import type { Recording } from "./recording.js";

/** Rows that are written at a time. */
const ROWS_AT_ONCE = 5000;

/** The scores that a node's detector gave to a recording, row by row, as they were published. */
export class ReplayScores {
  readonly channel: string;
  readonly #file: number;
  readonly #columns: readonly string[];
  readonly #rows: Recording["rows"];
  readonly #scores: Float64Array;

  constructor(file: number, channel: string, columns: readonly string[], { rows }: Recording) {
    this.channel = channel;
    this.#file = file;
    this.#columns = columns;
    this.#rows = rows;
    this.#scores = new Float64Array(rows.length);
  }

  /** @param startUtc of the first row, in ms */
  add(lines: readonly Decoded[], startUtc: number): void {
    for (const line of lines) {
      if (!("name" in line) || line.name !== this.channel || !("value" in line) || "alarm" in line) continue;
      const at = indexAt(this.#rows, Math.round(line.time * 1000) - startUtc);
      if (at >= 0) this.#scores[at] = line.value;
    }
  }

  /** One row for every row of the recording, in its order; 0 where the detector was not asked. */
  write(): void {
    const names = this.#columns.length === 1 ? "value" : this.#columns.map(quoted).join(",");
    let text = `timestamp,${names},anomaly_score\n`;
    this.#rows.forEach(({ stamp, values }, i) => {
      text += `${quoted(stamp)},${values.map((value) => value ?? "").join(",")},${this.#scores[i]}\n`;
      if (i % ROWS_AT_ONCE !== 0) return;
      writeSync(this.#file, text);
      text = "";
    });
    writeSync(this.#file, text);
    closeSync(this.#file);
  }
}

/**
 * @param channel that shows the scores, where the node has one
 * @throws UsageError when it has none, or when the file cannot be written
 */
export function openScores(
  values: Values,
  channel: string | undefined,
  columns: readonly string[],
  recording: Recording,
): ReplayScores | undefined {
  const file = values.scores;
  if (file === undefined) return undefined;
  if (channel === undefined) throw new UsageError("--scores goes without --as: the pump room has no detector");
  try {
    return new ReplayScores(openSync(String(file), "w"), channel, columns, recording);
  } catch (error) {
    throw new UsageError(`--scores ${file} cannot be written: ${(error as Error).message}`);
  }
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
