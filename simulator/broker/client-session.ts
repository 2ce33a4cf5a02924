import type { Clock } from "../../firmware/ports/clock.js";
import { publish } from "./packets.js";
import type { Publication } from "./packets.js";

/** So many messages are sent without being acknowledged, and so many more wait; as with Mosquitto's defaults. */
const INFLIGHT_LIMIT = 20;
const QUEUE_LIMIT = 1000;

/** Takes the bytes of a packet. */
export type Sink = (bytes: Uint8Array) => void;

/** What the broker keeps of one client (MQTT 3.1.1 §3.1.2.4): filters and messages not acknowledged. */
export class ClientSession {
  readonly clientId: string;
  readonly clean: boolean;
  /** The time of the network that the client connects from. */
  readonly clock: Clock;
  /** Topic filters that it has subscribed to; who gets what is found by `Subscriptions`. */
  readonly filters = new Set<string>();
  readonly #inflight = new Map<number, Publication>();
  readonly #queue: Publication[] = [];
  #sink: Sink | undefined;
  #lastId = 0;
  #dropped = 0;

  constructor(clientId: string, clean: boolean, clock: Clock) {
    this.clientId = clientId;
    this.clean = clean;
    this.clock = clock;
  }

  /** Messages that were dropped because too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Messages that wait or are not acknowledged. */
  get pending(): number {
    return this.#inflight.size + this.#queue.length;
  }

  /** The client is there: what it has not acknowledged is sent again, in order, then what waited (§4.4, §4.6). */
  attach(sink: Sink): void {
    this.#sink = sink;
    for (const [id, publication] of this.#inflight) sink(publish(publication, id, true));
    this.#refill();
  }

  detach(): void {
    this.#sink = undefined;
  }

  /** Sends or queues a message with at most the granted quality of service. */
  deliver(publication: Publication, granted: number): void {
    const qos = publication.qos < granted ? publication.qos : (granted as 0 | 1);
    const { topic, payload, retain } = publication;
    if (qos === 0) return this.#sink?.(publish({ topic, payload, qos, retain }, 0, false));
    if (this.#queue.length >= QUEUE_LIMIT) this.#dropped++;
    else this.#queue.push({ topic, payload, qos, retain });
    this.#refill();
  }

  acknowledge(id: number): void {
    this.#inflight.delete(id);
    this.#refill();
  }

  #refill(): void {
    while (this.#sink !== undefined && this.#queue.length > 0 && this.#inflight.size < INFLIGHT_LIMIT) {
      const publication = this.#queue.shift()!;
      do this.#lastId = (this.#lastId % 65_535) + 1;
      while (this.#inflight.has(this.#lastId));
      this.#inflight.set(this.#lastId, publication);
      this.#sink(publish(publication, this.#lastId, false));
    }
  }
}
