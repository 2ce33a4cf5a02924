import type { Network } from "../../firmware/ports/network.js";
import { acknowledgeMessages, ASK } from "./acknowledge-message.js";
import type { BrokerUrl } from "./command-line.js";
import { ChannelNames } from "./channel-names.js";
import { Consumer } from "./consumer.js";
import { decode } from "./decode.js";
import { Ledger } from "./ledger.js";
import type { PositionFile } from "./position-state.js";
import { topicOf } from "./topics.js";
import { written } from "./output.js";
import type { Output } from "./output.js";

export interface AcknowledgerOptions {
  readonly network: Network;
  readonly broker: BrokerUrl;
  /** MQTT topic filters. */
  readonly filters: readonly string[];
  readonly output: Output;
  /** Keeps what has come across restarts; without it a new start cannot know what came before. */
  readonly state: PositionFile | undefined;
  /** Writing out or keeping the state has failed: nothing is acknowledged any more. */
  readonly onFault: (error: Error) => void;
  onConnected?(): void;
  onDisconnected?(reason: string): void;
}

/** So long after a message has come it is acknowledged, with all that came meanwhile. */
const COMMIT_MS = 500;
/** A node that has nothing to say is not asked sooner again. */
const ASK_AGAIN_MS = 5000;
/** More than this waits to be written out: what comes then is passed over, and comes again. */
const MOST_UNWRITTEN_BYTES = 16 * 1024 * 1024;

/**
 * A consumer of whom nodes are promised delivery: it writes out what has come, once, keeps its place, and only then
 * acknowledges.
 */
export class Acknowledger {
  readonly #options: AcknowledgerOptions;
  readonly #consumer: Consumer;
  readonly #ledger: Ledger;
  readonly #names = new ChannelNames();
  /** Nodes that have just come, and are told where this consumer stands. */
  readonly #online = new Set<string>();
  /** When each node was asked last. */
  readonly #asked = new Map<string, number>();
  /** To be published: topic and payload. */
  #unsent: (readonly [topic: string, payload: Uint8Array])[] = [];
  #timer: NodeJS.Timeout | undefined;
  #committing: Promise<void> = Promise.resolve();
  #failed = false;

  /** @throws UsageError when the kept state is none */
  constructor(options: AcknowledgerOptions) {
    const { network, broker, filters, state, onConnected, onDisconnected } = options;
    this.#options = options;
    this.#ledger = new Ledger(state?.load());
    this.#consumer = new Consumer({
      network,
      broker,
      filters,
      onMessage: (topic, payload, retained) => this.#onMessage(topic, payload, retained),
      onReady: () => this.#publish(),
      onConnected: () => {
        this.#asked.clear();
        onConnected?.();
      },
      onDisconnected: (reason) => {
        // What was acknowledged in vain is acknowledged again when it comes again.
        this.#unsent = [];
        onDisconnected?.(reason);
      },
    });
  }

  /** Streams of which something is missing that may still come. */
  get waiting(): number {
    return this.#ledger.waiting;
  }

  /** Acknowledges what has come, and leaves. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#commit();
    await this.#committing;
    this.#consumer.close();
  }

  #onMessage(topic: string, payload: Uint8Array, retained: boolean): void {
    const now = Date.now() / 1000;
    // Our own, or another consumer's.
    if (this.#failed || topic.endsWith("/acknowledge")) return;
    if (process.stdout.writableLength > MOST_UNWRITTEN_BYTES) return;
    const { header, lines } = decode(topic, payload, now, undefined, this.#names);
    const { taken, notices, online, ask } = this.#ledger.receive({ topic, header, lines, retained });
    const { output } = this.#options;
    for (const notice of notices) output.notice({ time: now, ...notice });
    // By these two a program that keeps lines can tell messages apart.
    const { epoch: ep, sequence: sq } = header;
    const shown = sq === undefined ? lines : lines.map((line) => ({ ...line, ep, sq }));
    if (taken) output.show(shown, topic.length + payload.length);
    if (online !== undefined) this.#greet(online, ask);
    this.#timer ??= setTimeout(() => this.#commit(), COMMIT_MS);
  }

  /** Tells a node where this consumer stands; `ask`: it may hold what its broker has passed to nobody. */
  #greet(node: string, ask: boolean): void {
    const now = performance.now();
    if (ask && now - (this.#asked.get(node) ?? -Infinity) > ASK_AGAIN_MS) {
      this.#asked.set(node, now);
      this.#unsent.push([topicOf(node, "acknowledge"), ASK]);
    }
    this.#online.add(node);
    clearTimeout(this.#timer);
    this.#commit();
  }

  #commit(): void {
    this.#timer = undefined;
    const standing = [...this.#online].map((node) => this.#ledger.standing(node));
    const acknowledgements = [...standing, ...this.#ledger.acknowledgements()];
    this.#online.clear();
    const state = this.#options.state === undefined ? undefined : this.#ledger.state;
    this.#committing = this.#committing.then(async () => {
      if (this.#failed) return;
      try {
        await written();
        if (state !== undefined) this.#options.state!.save(state);
      } catch (error) {
        this.#failed = true;
        return this.#options.onFault(error as Error);
      }
      for (const one of acknowledgements) this.#unsent.push(...acknowledgeMessages(one));
      this.#publish();
    });
  }

  #publish(): void {
    while (this.#unsent.length > 0) {
      const [topic, payload] = this.#unsent[0]!;
      if (!this.#consumer.publish(topic, payload)) return;
      this.#unsent.shift();
    }
  }
}
