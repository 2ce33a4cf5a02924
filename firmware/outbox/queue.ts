import type { Fields } from "../model/setting.js";
import { MessageRow } from "./message-row.js";
import type { Outbox, OutboxHealth, OutboxMessage, OutboxOwner } from "./outbox.js";
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

/**
 * Messages in memory only, in order, bounded in number and bytes, until the broker, or the consumer, has them. When full,
 * the oldest message that is not on its way is dropped and counted, what is urgent only when nothing else is left to
 * drop; a message that is larger than the whole queue is dropped itself.
 */
export class MessageQueue<Message extends OutboxMessage> implements Outbox<Message> {
  readonly #settings: QueueSettings;
  readonly #owner: OutboxOwner<Message>;
  readonly #clock: { ticks(): number } | undefined;
  readonly #row = new MessageRow();
  /** Before this place they are with the session or have arrived, from here on they wait. */
  #waiting = 0;
  /** The one that stands there, once it was asked for. */
  #peeked: Message | undefined;
  #bytes = 0;
  #dropped = 0;
  #offsetMs: number | undefined;
  readonly #patience: Patience;

  /** @param clock for the age of messages; without one they do not age, nor is anything sent again by itself */
  constructor(settings: QueueSettings, owner: OutboxOwner<Message>, clock?: { ticks(): number }) {
    this.#settings = settings;
    this.#owner = owner;
    this.#clock = clock;
    this.#patience = new Patience(settings.confirmS ?? Infinity);
  }

  get length(): number {
    return this.#row.length;
  }

  /** Payload bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(message: OutboxMessage): void {
    const { maximumMessages, maximumBytes } = this.#settings;
    const size = message.payload.length;
    if (size > maximumBytes) {
      this.#dropped++;
      return;
    }
    while (this.#row.length >= maximumMessages || this.#bytes + size > maximumBytes) {
      if (!this.dropOldest(false) && !(message.urgent && this.dropOldest(true))) {
        this.#dropped++;
        return;
      }
    }
    this.#row.push(message, this.#clock?.ticks() ?? 0);
    this.#bytes += size;
  }

  peek(): Message | undefined {
    if (this.beginAgain() || this.#waiting === this.#row.end) return undefined;
    this.#peeked ??= this.#owner.revive(this.#row.read(this.#waiting));
    return this.#peeked;
  }

  markSent(): void {
    this.#waiting = this.#row.after(this.#waiting);
    this.#peeked = undefined;
  }

  remove({ stream, epoch, sequence }: Message): void {
    const row = this.#row;
    for (let at = 0; at < this.#waiting; at = row.after(at)) {
      if (row.sequence(at) !== sequence || !row.isOf(at, stream, epoch)) continue;
      if (this.#settings.promise !== "consumer") return this.forget(at);
      row.setArrived(at, true);
      this.#patience.waits(this.#clock?.ticks());
      return;
    }
  }

  confirm(stream: number, epoch: number, sequence: number): void {
    if (this.#settings.promise !== "consumer") return;
    const row = this.#row;
    const before = row.length;
    this.#patience.heard();
    for (let at = 0; at < row.end;) {
      if (row.sequence(at) <= sequence && row.isOf(at, stream, epoch)) this.forget(at);
      else at = row.after(at);
    }
    if (row.length < before) this.#patience.since(this.#waiting === 0 ? undefined : this.#clock?.ticks());
  }

  sendAgain(): void {
    this.#patience.ask(this.#settings.promise === "consumer" && this.#waiting > 0);
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
    const row = this.#row;
    const ticks = this.#clock?.ticks() ?? 0;
    const exposedMs = row.length === 0 ? 0 : ticks - row.sinceTicks(0);
    let urgent = 0;
    for (let at = 0; at < row.end; at = row.after(at)) if (row.isUrgent(at)) urgent++;
    return {
      waiting: [urgent, row.length - urgent],
      oldestS: Math.floor(exposedMs / 1000),
      lost: this.#dropped,
      exposedBytes: this.#bytes,
      exposedMs,
      flash: undefined,
    };
  }

  /** Whether everything is to be sent again, and something is on its way still. */
  private beginAgain(): boolean {
    const row = this.#row;
    if (this.#settings.promise !== "consumer" || !this.#patience.isOver(this.#clock?.ticks())) return false;
    for (let at = 0; at < this.#waiting; at = row.after(at)) if (!row.hasArrived(at)) return true;
    for (let at = 0; at < this.#waiting; at = row.after(at)) row.setArrived(at, false);
    this.#waiting = 0;
    this.#peeked = undefined;
    this.#patience.begun();
    return false;
  }

  private dropOldest(urgentToo: boolean): boolean {
    const row = this.#row;
    for (let at = 0; at < row.end; at = row.after(at)) {
      if ((at < this.#waiting && !row.hasArrived(at)) || (row.isUrgent(at) && !urgentToo)) continue;
      this.forget(at);
      this.#dropped++;
      return true;
    }
    return false;
  }

  private forget(at: number): void {
    const row = this.#row;
    const bytes = row.after(at) - at;
    this.#bytes -= row.payloadBytes(at);
    if (at === this.#waiting) this.#peeked = undefined;
    row.remove(at);
    if (at < this.#waiting) this.#waiting -= bytes;
  }
}
