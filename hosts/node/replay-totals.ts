import type { Decoded } from "./decode.js";
import type { Recording } from "./recording.js";
import { spark } from "./view.js";

const SPARK_LENGTH = 72;

/** What came of a replay, for its last lines. */
export class ReplayTotals {
  readonly #recording: Recording;
  readonly #shape: number[] = [];
  #values = 0;
  #alarms = 0;
  #messages = 0;
  #bytes = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  add(lines: readonly Decoded[], bytes: number): void {
    this.#messages++;
    this.#bytes += bytes;
    for (const line of lines) {
      if ("alarm" in line) this.#alarms += line.state === "normal" ? 0 : 1;
      else if ("value" in line) {
        this.#values++;
        this.#shape.push(line.value);
      }
    }
  }

  text(channel: string): string {
    const { rows, remarks } = this.#recording;
    const bin = Math.max(1, Math.ceil(this.#shape.length / SPARK_LENGTH));
    const means: number[] = [];
    for (let i = 0; i < this.#shape.length; i += bin) {
      const part = this.#shape.slice(i, i + bin);
      means.push(part.reduce((sum, value) => sum + value, 0) / part.length);
    }
    return [
      "",
      `${channel}  ${spark(means)}`,
      `${rows.length} rows, ${this.#values} values published in ${this.#messages} messages of ${this.#bytes} bytes,` +
        ` ${this.#alarms} alarms, ${remarks.length} remarks on the recording`,
      "",
    ].join("\n");
  }
}
