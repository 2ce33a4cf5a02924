import type { Fields } from "../model/setting.js";

export interface QueueSettings {
  readonly maximumMessages: number;
  readonly maximumBytes: number;
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

/** A message that waits. `urgent` ones (alarms, events) are dropped only when nothing else is left to drop. */
export interface QueuedMessage {
  readonly payload: Uint8Array;
  readonly urgent: boolean;
}

/**
 * Messages in memory until the broker has acknowledged them, in order, bounded in number and bytes. When full, the oldest
 * message that is not on its way is dropped and counted, data before what is urgent; a message that is larger than the
 * whole queue is dropped itself.
 */
export class MessageQueue<Message extends QueuedMessage> {
  readonly #maximumMessages: number;
  readonly #maximumBytes: number;
  // The first #sent messages are with the session, the others wait.
  readonly #messages: Message[] = [];
  #sent = 0;
  #bytes = 0;
  #dropped = 0;

  constructor({ maximumMessages, maximumBytes }: QueueSettings) {
    this.#maximumMessages = maximumMessages;
    this.#maximumBytes = maximumBytes;
  }

  /** Messages held, sent or not. */
  get length(): number {
    return this.#messages.length;
  }

  /** Payload bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages dropped since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  push(message: Message): void {
    const size = message.payload.length;
    if (size > this.#maximumBytes) {
      this.#dropped++;
      return;
    }
    while (this.#messages.length >= this.#maximumMessages || this.#bytes + size > this.#maximumBytes) {
      if (!this.#dropOldest(false) && !(message.urgent && this.#dropOldest(true))) {
        this.#dropped++;
        return;
      }
    }
    this.#messages.push(message);
    this.#bytes += size;
  }

  /** The oldest message that has not been sent. */
  peek(): Message | undefined {
    return this.#messages[this.#sent];
  }

  /** The message that `peek` gave is with the session now. */
  markSent(): void {
    this.#sent++;
  }

  /** The broker has it: forget it. */
  remove(message: Message): void {
    const index = this.#messages.indexOf(message);
    if (index < 0) return;
    this.#messages.splice(index, 1);
    this.#bytes -= message.payload.length;
    if (index < this.#sent) this.#sent--;
  }

  #dropOldest(urgentToo: boolean): boolean {
    for (let i = this.#sent; i < this.#messages.length; i++) {
      const candidate = this.#messages[i]!;
      if (candidate.urgent && !urgentToo) continue;
      this.#messages.splice(i, 1);
      this.#bytes -= candidate.payload.length;
      this.#dropped++;
      return true;
    }
    return false;
  }
}
