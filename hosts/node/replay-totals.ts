import type { Decoded } from "./decoded.js";
import type { Recording } from "./recording.js";
import { spark } from "./view.js";

const SPARK_LENGTH = 72;
/** What an alarm is in when the process has raised it. */
const RAISED = ["unacknowledged", "acknowledged"];

/** What came of a replay, for its last lines. */
export class ReplayTotals {
  readonly #recording: Recording;
  readonly #channel: string;
  readonly #shape: number[] = [];
  #values = 0;
  #alarms = 0;
  #messages = 0;
  #bytes = 0;

  /** @param channel whose shape is shown */
  constructor(recording: Recording, channel: string) {
    this.#recording = recording;
    this.#channel = channel;
  }

  add(lines: readonly Decoded[], bytes: number): void {
    this.#messages++;
    this.#bytes += bytes;
    for (const line of lines) {
      if ("alarm" in line) this.#alarms += RAISED.includes(line.state) ? 1 : 0;
      else if ("value" in line) {
        this.#values++;
        if (line.name === this.#channel) this.#shape.push(line.value);
      }
    }
  }

  text(): string {
    const { rows, remarks } = this.#recording;
    const bin = Math.max(1, Math.ceil(this.#shape.length / SPARK_LENGTH));
    const means: number[] = [];
    for (let i = 0; i < this.#shape.length; i += bin) {
      const part = this.#shape.slice(i, i + bin);
      means.push(part.reduce((sum, value) => sum + value, 0) / part.length);
    }
    return [
      "",
      `${this.#channel}  ${spark(means)}`,
      `${rows.length} rows, ${this.#values} values published in ${this.#messages} messages of ${this.#bytes} bytes,` +
        ` ${this.#alarms} alarms, ${remarks.length} remarks on the recording`,
      "",
    ].join("\n");
  }
}
