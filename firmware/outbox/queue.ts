import type { Fields } from "../model/setting.js";
import type { Outbox, OutboxHealth, OutboxMessage } from "./outbox.js";
import { Patience } from "./patience.js";

export interface QueueSettings {
  readonly maximumMessages: number;
  readonly maximumBytes: number;
  /** See `OUTBOX_FIELDS`; without them, what the broker has is forgotten. */
  readonly promise?: "broker" | "consumer";
  readonly confirmS?: number;
}

export const QUEUE_FIELDS: Fields = Object.freeze({
  maximumMessages: Object.freeze({
    type: "number",
    default: 256,
    minimum: 8,
    maximum: 4096,
    integer: true,
    unit: "1",
    help: "So many messages wait in memory for the broker at the most.",
  }),
  maximumBytes: Object.freeze({
    type: "number",
    default: 16_384,
    minimum: 1024,
    maximum: 1_048_576,
    integer: true,
    unit: "B",
    help: "So many bytes of payload wait in memory for the broker at the most.",
  }),
});

interface Entry<Message> {
  readonly message: Message;
  readonly sinceTicks: number;
  /** The broker has it, and the consumer has not confirmed it. */
  arrived: boolean;
}

/**
 * Messages in memory only, in order, bounded in number and bytes, until the broker, or the consumer, has them. When full,
 * the oldest message that is not on its way is dropped and counted, what is urgent only when nothing else is left to
 * drop; a message that is larger than the whole queue is dropped itself.
 */
export class MessageQueue<Message extends OutboxMessage> implements Outbox<Message> {
  readonly #settings: QueueSettings;
  readonly #clock: { ticks(): number } | undefined;
  // The first #sent messages are with the session or have arrived, the others wait.
  readonly #entries: Entry<Message>[] = [];
  #sent = 0;
  #bytes = 0;
  #dropped = 0;
  #offsetMs: number | undefined;
  readonly #patience: Patience;

  /** @param clock for the age of messages; without one they do not age, nor is anything sent again by itself */
  constructor(settings: QueueSettings, clock?: { ticks(): number }) {
    this.#settings = settings;
    this.#clock = clock;
    this.#patience = new Patience(settings.confirmS ?? Infinity);
  }

  get length(): number {
    return this.#entries.length;
  }

  /** Payload bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(message: Message): void {
    const { maximumMessages, maximumBytes } = this.#settings;
    const size = message.payload.length;
    if (size > maximumBytes) {
      this.#dropped++;
      return;
    }
    while (this.#entries.length >= maximumMessages || this.#bytes + size > maximumBytes) {
      if (!this.dropOldest(false) && !(message.urgent && this.dropOldest(true))) {
        this.#dropped++;
        return;
      }
    }
    this.#entries.push({ message, sinceTicks: this.#clock?.ticks() ?? 0, arrived: false });
    this.#bytes += size;
  }

  peek(): Message | undefined {
    return this.beginAgain() ? undefined : this.#entries[this.#sent]?.message;
  }

  markSent(): void {
    this.#sent++;
  }

  remove(message: Message): void {
    for (let i = 0; i < this.#sent; i++) {
      const entry = this.#entries[i]!;
      if (entry.message !== message) continue;
      if (this.#settings.promise !== "consumer") return this.forget(i);
      entry.arrived = true;
      this.#patience.waits(this.#clock?.ticks());
      return;
    }
  }

  confirm(stream: number, epoch: number, sequence: number): void {
    if (this.#settings.promise !== "consumer") return;
    const before = this.#entries.length;
    this.#patience.heard();
    for (let i = before - 1; i >= 0; i--) {
      const { message } = this.#entries[i]!;
      if (message.stream === stream && message.epoch === epoch && message.sequence <= sequence) this.forget(i);
    }
    if (this.#entries.length < before) this.#patience.since(this.#sent === 0 ? undefined : this.#clock?.ticks());
  }

  sendAgain(): void {
    this.#patience.ask(this.#settings.promise === "consumer" && this.#sent > 0);
  }

  timeKnown(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }

  /** All messages are of this epoch. */
  offsetMs(): number | undefined {
    return this.#offsetMs;
  }

  /** There is nowhere else to keep them. */
  flush(): void {}

  health(): OutboxHealth {
    const ticks = this.#clock?.ticks() ?? 0;
    const exposedMs = ticks - (this.#entries[0]?.sinceTicks ?? ticks);
    const urgent = this.#entries.filter(({ message }) => message.urgent).length;
    return {
      waiting: [urgent, this.#entries.length - urgent],
      oldestS: Math.floor(exposedMs / 1000),
      lost: this.#dropped,
      exposedBytes: this.#bytes,
      exposedMs,
      flash: undefined,
    };
  }

  /** Whether everything is to be sent again, and something is on its way still. */
  private beginAgain(): boolean {
    if (this.#settings.promise !== "consumer" || !this.#patience.isOver(this.#clock?.ticks())) return false;
    for (let i = 0; i < this.#sent; i++) if (!this.#entries[i]!.arrived) return true;
    for (const entry of this.#entries) entry.arrived = false;
    this.#sent = 0;
    this.#patience.begun();
    return false;
  }

  private dropOldest(urgentToo: boolean): boolean {
    for (let i = 0; i < this.#entries.length; i++) {
      const { message, arrived } = this.#entries[i]!;
      if ((i < this.#sent && !arrived) || (message.urgent && !urgentToo)) continue;
      this.forget(i);
      this.#dropped++;
      return true;
    }
    return false;
  }

  private forget(index: number): void {
    this.#bytes -= this.#entries[index]!.message.payload.length;
    this.#entries.splice(index, 1);
    if (index < this.#sent) this.#sent--;
  }
}
