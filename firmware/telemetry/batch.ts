import type { Fields } from "../model/setting.js";

/** How values are written: SenML, which says everything by itself, or dense, which is a tenth of it (wire.cddl). */
export type Profile = "senml" | "dense";

/** What stands for the stream of values in their topic: its name, or as little as possible (wire.cddl). */
export type TopicForm = "full" | "short";

/** When a batch is sent, and how, as data. */
export interface BatchSettings {
  readonly maximumRecords: number;
  readonly maximumAgeMs: number;
  readonly profile: Profile;
  /** Holds from the next start. */
  readonly topic: TopicForm;
}

export const BATCH_FIELDS: Fields = Object.freeze({
  maximumRecords: Object.freeze({
    type: "number",
    default: 32,
    minimum: 1,
    maximum: 64,
    integer: true,
    unit: "1",
    help: "So many values go into one message at the most.",
  }),
  maximumAgeMs: Object.freeze({
    type: "number",
    default: 5000,
    minimum: 0,
    maximum: 3_600_000,
    integer: true,
    unit: "ms",
    help: "A value waits at most this long for others to share its message.",
  }),
  profile: Object.freeze({
    type: "choice",
    default: "senml",
    choices: Object.freeze(["senml", "dense"]),
    help: "senml says everything by itself; dense is a tenth of it, and names its channels once.",
  }),
  topic: Object.freeze({
    type: "choice",
    default: "full",
    choices: Object.freeze(["full", "short"]),
    help: "Values come under millwright/SITE/NODE/data, or under m/SITE/NODE/d from the next start on.",
  }),
});

/** Values on their way into one message, in the order in which they came. Holds at most `capacity` of them. */
export class Batch {
  readonly capacity: number;
  length = 0;
  /** Number of the channel that each value belongs to. */
  readonly channels: Uint8Array;
  readonly values: Float64Array;
  /** When each value was taken, in node ticks (ms). */
  readonly ticks: Float64Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.channels = new Uint8Array(capacity);
    this.values = new Float64Array(capacity);
    this.ticks = new Float64Array(capacity);
  }

  /** Adds a value; the owner sends and clears the batch once `full`. */
  push(channel: number, value: number, ticks: number): void {
    const at = this.length;
    this.length = at + 1;
    this.channels[at] = channel;
    this.values[at] = value;
    this.ticks[at] = ticks;
  }

  get full(): boolean {
    return this.length >= this.capacity;
  }

  clear(): void {
    this.length = 0;
  }
}
