import type { Clock } from "../ports/clock.js";
import type { Connection } from "./connection.js";
import { InflightWindow } from "./inflight-window.js";
import { publishBytes, subscribeBytes, writePublish, writeSubscribe } from "./packet-writer.js";
import type { Message, QoS } from "./packets.js";
import { Subscriptions } from "./subscriptions.js";
import type { Subscription } from "./subscriptions.js";
import { TopicBytes } from "./topic-bytes.js";

/** Throws RangeError when a packet is longer than `maximumPacketBytes`. */
export function checkSize(what: string, bytes: number, maximumPacketBytes: number): void {
  if (bytes > maximumPacketBytes)
    throw new RangeError(`mqtt: ${what} of ${bytes} bytes, more than maximumPacketBytes ${maximumPacketBytes}`);
}

/**
 * What outlives a connection: the messages that the broker has not acknowledged and the subscriptions it is to have,
 * sent in order over one connection after the other (MQTT 3.1.1 §4.4, §4.6).
 */
export class Delivery {
  readonly #clock: Clock;
  readonly #inflightLimit: number;
  readonly #maximumPacketBytes: number;
  readonly #window: InflightWindow;
  readonly #subscriptions = new Subscriptions();
  readonly #topics = new TopicBytes();
  #connection: Connection | undefined;
  #owedSince = 0;
  #lastId = 0;

  constructor(options: { clock: Clock; inflightLimit: number; maximumPacketBytes: number }) {
    const { inflightLimit } = options;
    if (!Number.isInteger(inflightLimit) || inflightLimit < 1 || inflightLimit > 1000)
      throw new RangeError(`mqtt: inflightLimit ${inflightLimit} is not an integer from 1 to 1000`);
    this.#clock = options.clock;
    this.#inflightLimit = inflightLimit;
    this.#maximumPacketBytes = options.maximumPacketBytes;
    // One more than the limit: see `greeting`.
    this.#window = new InflightWindow(inflightLimit + 1);
  }

  /** The broker has accepted this connection. */
  begin(connection: Connection, sessionPresent: boolean): void {
    this.#connection = connection;
    this.#window.rewind();
    this.#subscriptions.rewind(sessionPresent);
  }

  /** The connection is gone. */
  end(): void {
    this.#connection = undefined;
  }

  /** Messages that are not acknowledged. */
  get inflight(): number {
    return this.#window.length;
  }

  /** Since when the broker owes an answer and has made no progress; `undefined` when it owes none. */
  get owedSince(): number | undefined {
    return this.owes() ? this.#owedSince : undefined;
  }

  /** @param greeting a message sent right after CONNECT goes ahead of what is sent again, and has a place of its own */
  canTake(qos: QoS, greeting: boolean): boolean {
    if (this.#connection === undefined || !this.#connection.ready) return false;
    if (greeting) return qos === 0 || this.#window.length <= this.#inflightLimit;
    return this.#window.unsent === 0 && (qos === 0 || this.#window.length < this.#inflightLimit);
  }

  /** Sends a message if it can be taken. Throws MqttError or RangeError when it never can. */
  publish(message: Message, greeting: boolean): boolean {
    const topic = this.topic(message);
    if (!this.canTake(message.qos, greeting)) return false;
    let id = 0;
    if (message.qos > 0) {
      this.noteOwed();
      id = this.freeId();
      this.#window.add(id, message);
    }
    this.send(topic, message, id, false);
    return true;
  }

  /** Sends a last message that is not kept, if the socket takes it. */
  bidFarewell(message: Message): void {
    const topic = this.topic(message);
    if (this.#connection?.ready) this.send(topic, message, message.qos > 0 ? this.freeId() : 0, false);
  }

  /** Remembers a filter, to be sent by `pump`. Throws MqttError or RangeError when it never can be. */
  subscribe(filter: string, qos: QoS): void {
    checkSize("SUBSCRIBE", subscribeBytes(filter), this.#maximumPacketBytes);
    this.#subscriptions.add(filter, qos);
  }

  /** Sends what is due by itself, as far as the socket takes it: subscriptions, then messages for a second time. */
  pump(): void {
    while (this.#connection?.ready) {
      const subscription = this.#subscriptions.next();
      if (subscription !== undefined) this.ask(this.#connection, subscription);
      else if (this.#window.unsent > 0) {
        this.noteOwed();
        this.#window.resend((message, id) => this.send(this.topic(message), message, id, true));
      } else return;
    }
  }

  /** The message that PUBACK acknowledges; `undefined` when it has been acknowledged before. */
  acknowledge(id: number): Message | undefined {
    this.#owedSince = this.#clock.ticks();
    return this.#window.remove(id);
  }

  /** The subscription that SUBACK answers; `undefined` when none was asked for. */
  answer(id: number): Subscription | undefined {
    this.#owedSince = this.#clock.ticks();
    return this.#subscriptions.answer(id);
  }

  private topic(message: Message): Uint8Array {
    const topic = this.#topics.of(message.topic);
    checkSize("PUBLISH", publishBytes(topic.length, message.payload.length, message.qos), this.#maximumPacketBytes);
    return topic;
  }

  private send(topic: Uint8Array, message: Message, id: number, dup: boolean): void {
    const { payload, qos, retain } = message;
    const connection = this.#connection!;
    const at = connection.reserve(publishBytes(topic.length, payload.length, qos));
    connection.commit(writePublish(connection.buffer, at, topic, payload, qos, retain, dup, id));
  }

  private ask(connection: Connection, subscription: Subscription): void {
    const { filter, qos } = subscription;
    this.noteOwed();
    const id = this.freeId();
    this.#subscriptions.ask(subscription, id);
    const at = connection.reserve(subscribeBytes(filter));
    connection.commit(writeSubscribe(connection.buffer, at, id, filter, qos));
  }

  private owes(): boolean {
    return this.#connection !== undefined && (this.#window.owed > 0 || this.#subscriptions.owed);
  }

  private noteOwed(): void {
    if (!this.owes()) this.#owedSince = this.#clock.ticks();
  }

  /** §2.3.1: an identifier that is not in use. */
  private freeId(): number {
    do this.#lastId = this.#lastId === 65_535 ? 1 : this.#lastId + 1;
    while (this.#window.has(this.#lastId) || this.#lastId === this.#subscriptions.askedId);
    return this.#lastId;
  }
}
