import type { QoS } from "./packets.js";

export interface Subscription {
  readonly filter: string;
  qos: QoS;
  /** The broker has answered for it in its present session. */
  settled: boolean;
}

/** The filters a session wants, and which of them its broker still has to be told (one at a time). */
export class Subscriptions {
  readonly #all: Subscription[] = [];
  #asked: Subscription | undefined;
  #askedId = 0;
  #askedQos: QoS = 0;

  /** Whether the broker owes a SUBACK. */
  get owed(): boolean {
    return this.#asked !== undefined;
  }

  /** The identifier of the SUBSCRIBE on its way, 0 when there is none. */
  get askedId(): number {
    return this.#askedId;
  }

  /** Remembers a filter; one that is remembered already is asked for again with the new quality of service. */
  add(filter: string, qos: QoS): void {
    const known = this.#all.find((subscription) => subscription.filter === filter);
    if (known === undefined) this.#all.push({ filter, qos, settled: false });
    else {
      known.qos = qos;
      known.settled = false;
    }
  }

  /** A new connection; the broker remembers what it has answered for only when `sessionPresent`. */
  rewind(sessionPresent: boolean): void {
    this.#asked = undefined;
    this.#askedId = 0;
    if (!sessionPresent) for (const subscription of this.#all) subscription.settled = false;
  }

  /** The next filter to ask for; `undefined` while one is on its way and when there is none. */
  next(): Subscription | undefined {
    if (this.#asked !== undefined) return undefined;
    for (let index = 0; index < this.#all.length; index++) if (!this.#all[index]!.settled) return this.#all[index];
    return undefined;
  }

  /** A SUBSCRIBE for `subscription` is on its way. */
  ask(subscription: Subscription, id: number): void {
    this.#asked = subscription;
    this.#askedId = id;
    this.#askedQos = subscription.qos;
  }

  /** The filter that a SUBACK with `id` answers; `undefined` when none was asked for with it. */
  answer(id: number): Subscription | undefined {
    const asked = this.#asked;
    if (asked === undefined || id !== this.#askedId) return undefined;
    this.#asked = undefined;
    this.#askedId = 0;
    // It may have been asked for anew, with another quality of service, in the meantime.
    asked.settled = asked.qos === this.#askedQos;
    return asked;
  }
}
