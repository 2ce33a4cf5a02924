import type { Message } from "./packets.js";

/**
 * Messages with quality of service 1 that the broker has not acknowledged, in the order in which they were taken
 * (MQTT 3.1.1 §4.4, §4.6). References only; parallel arrays of a fixed size, so that nothing is allocated per message.
 */
export class InflightWindow {
  readonly #messages: (Message | undefined)[] = [];
  readonly #ids: Uint16Array;
  /** 1 where the message has been sent on this connection. */
  readonly #sent: Uint8Array;
  #length = 0;
  #unsent = 0;

  /** @param capacity so many messages, 1 or more */
  constructor(capacity: number) {
    this.#ids = new Uint16Array(capacity);
    this.#sent = new Uint8Array(capacity);
    for (let index = 0; index < capacity; index++) this.#messages.push(undefined);
  }

  get length(): number {
    return this.#length;
  }

  /** Messages to be sent again on this connection. */
  get unsent(): number {
    return this.#unsent;
  }

  /** Messages that the broker owes an acknowledgement. */
  get owed(): number {
    return this.#length - this.#unsent;
  }

  has(id: number): boolean {
    return this.indexOf(id) >= 0;
  }

  /** Takes a message that is being sent. The caller has made sure that there is room and that `id` is free. */
  add(id: number, message: Message): void {
    const index = this.#length++;
    this.#ids[index] = id;
    this.#messages[index] = message;
    this.#sent[index] = 1;
  }

  /** Takes out the message that `id` acknowledges; `undefined` when none is waiting for it. */
  remove(id: number): Message | undefined {
    const index = this.indexOf(id);
    if (index < 0) return undefined;
    const message = this.#messages[index];
    if (this.#sent[index] === 0) this.#unsent--;
    const last = --this.#length;
    for (let next = index; next < last; next++) this.#messages[next] = this.#messages[next + 1];
    this.#messages[last] = undefined;
    this.#ids.copyWithin(index, index + 1);
    this.#sent.copyWithin(index, index + 1);
    return message;
  }

  /** A new connection: everything is to be sent again. */
  rewind(): void {
    this.#sent.fill(0);
    this.#unsent = this.#length;
  }

  /** Hands the oldest message that is to be sent again to `send`, and takes it for sent. */
  resend(send: (message: Message, id: number) => void): void {
    for (let index = 0; index < this.#length; index++) {
      if (this.#sent[index] === 1) continue;
      this.#sent[index] = 1;
      this.#unsent--;
      send(this.#messages[index]!, this.#ids[index]!);
      return;
    }
  }

  private indexOf(id: number): number {
    for (let index = 0; index < this.#length; index++) if (this.#ids[index] === id) return index;
    return -1;
  }
}
