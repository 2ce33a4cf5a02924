import { MqttSession } from "../../firmware/mqtt/session.js";
import { acknowledgeMessages, ASK } from "../../hosts/node/acknowledge-message.js";
import { decode } from "../../hosts/node/decode.js";
import type { Decoded, Notice } from "../../hosts/node/decoded.js";
import { Ledger } from "../../hosts/node/ledger.js";
import type { LedgerState } from "../../hosts/node/ledger.js";
import type { VirtualClock } from "../../simulator/clock.js";
import type { VirtualNetwork } from "../../simulator/io/network.js";
import type { Random } from "../../simulator/random.js";

/** As `listen --acknowledge`, so long after a message has come. */
const COMMIT_MS = 500;
const ASK_AGAIN_MS = 5000;

export interface Consumed {
  readonly stream: string;
  readonly epoch: number | undefined;
  readonly sequence: number | undefined;
  readonly lines: readonly Decoded[];
}

/** A consumer in virtual time that writes down what it takes, and acknowledges it. */
export class VirtualConsumer {
  /** What it took, in order. */
  readonly taken: Consumed[] = [];
  readonly notices: { readonly stream: string; readonly notice: Notice }[] = [];
  duplicates = 0;
  readonly #clock: VirtualClock;
  readonly #ledger: Ledger;
  readonly #session: MqttSession;
  #unsent: (readonly [string, Uint8Array])[] = [];
  #due = false;
  #askedTicks = -Infinity;
  /** What it would find after a restart. */
  #kept: LedgerState;

  constructor(clock: VirtualClock, network: VirtualNetwork, random: Random, state: LedgerState = {}) {
    this.#clock = clock;
    this.#kept = state;
    this.#ledger = new Ledger(state);
    this.#session = new MqttSession(
      {
        network: network.client(),
        host: "192.168.1.10",
        port: 1883,
        clientId: "consumer",
        keepAliveS: 30,
        maximumPacketBytes: 65_536,
        backoff: { firstMs: 500, capMs: 5000 },
        clock,
        random: () => random.next(),
      },
      {
        onMessage: (topic, payload, retained) => this.#onMessage(topic, payload, retained),
        onConnected: () => (this.#askedTicks = -Infinity),
        onReady: () => this.#publish(),
      },
    );
    this.#session.subscribe("millwright/#", 1);
    this.#session.open();
  }

  /** What it has kept when it last acknowledged. */
  get state(): LedgerState {
    return this.#kept;
  }

  close(): void {
    this.#session.close();
    this.#due = true;
  }

  #onMessage(topic: string, payload: Uint8Array, retained: boolean): void {
    if (topic.endsWith("/acknowledge")) return;
    const { header, lines } = decode(topic, payload, 0);
    const { taken, notices, online, ask } = this.#ledger.receive({ topic, header, lines, retained });
    this.notices.push(...notices);
    const stream = topic.slice(topic.lastIndexOf("/") + 1);
    if (taken) this.taken.push({ stream, ...header, lines });
    else this.duplicates++;
    if (online !== undefined) {
      this.#unsent.push(...acknowledgeMessages(this.#ledger.standing(online)));
      if (ask && this.#clock.ticks() - this.#askedTicks > ASK_AGAIN_MS) {
        this.#askedTicks = this.#clock.ticks();
        this.#unsent.push([topic.replace(/[^/]*$/, "acknowledge"), ASK]);
      }
      this.#publish();
    }
    if (this.#due) return;
    this.#due = true;
    this.#clock.schedule(this.#commit, COMMIT_MS);
  }

  readonly #commit = (): void => {
    this.#due = false;
    for (const one of this.#ledger.acknowledgements()) this.#unsent.push(...acknowledgeMessages(one));
    this.#kept = JSON.parse(JSON.stringify(this.#ledger.state)) as LedgerState;
    this.#publish();
  };

  #publish(): void {
    while (this.#unsent.length > 0) {
      const [topic, payload] = this.#unsent[0]!;
      if (!this.#session.publish({ topic, payload, qos: 1, retain: false })) return;
      this.#unsent.shift();
    }
  }
}
