import type { Broker } from "../../simulator/broker/broker.js";
import type { SimulationOptions } from "./options.js";
import { VirtualRun } from "./virtual-run.js";
import type { Taps } from "./virtual-run.js";

/** So far each node runs ahead before the next has its turn: long enough to be worth fetching its state into the cache. */
const TURN_MS = 30_000;

interface Heard {
  readonly ticks: number;
  readonly topic: string;
  readonly payload: Uint8Array;
}

/**
 * Nodes with one broker, in virtual time. Nodes of a fleet do not hear each other: each subscribes to topics of its own
 * only, and every node has a network and a clock of its own. So nothing that one does depends on how far the others are,
 * and each can run for a while at a stretch; that none of them does hear another is checked by the broker, which throws.
 * What the broker accepts is told in the order of time all the same, and each node sends what it would send if it were
 * alone.
 */
export class Fleet {
  readonly nodes: readonly VirtualRun[];
  readonly #onPublish: Taps["onPublish"];
  #heard: Heard[] = [];
  #running: VirtualRun | undefined;
  #ticks = 0;

  /**
   * @param options of each node; their identities, client identifiers and seeds are to be different
   * @throws RangeError when there are none
   */
  constructor(options: readonly SimulationOptions[], { onPublish }: Pick<Taps, "onPublish">) {
    if (options.length === 0) throw new RangeError("fleet: it has no nodes");
    this.#onPublish = onPublish;
    const taps: Taps = { onPublish: (topic, payload, ticks) => this.#hear(topic, payload, ticks) };
    let shared: Broker | undefined;
    this.nodes = options.map((own) => {
      const run = new VirtualRun(own, taps, undefined, shared);
      shared ??= run.broker;
      return run;
    });
  }

  /** That of all nodes. Its owner may publish to them between two calls of `advanceTo`: they are at the same tick then. */
  get broker(): Broker {
    return this.nodes[0]!.broker;
  }

  ticks(): number {
    return this.#ticks;
  }

  /** Has every node measure and publish. */
  start(): void {
    for (const { simulated } of this.nodes) simulated.start();
  }

  /** Runs what is due up to `ticks`, and tells what the broker has accepted meanwhile. */
  advanceTo(ticks: number): void {
    while (this.#ticks < ticks) {
      const until = Math.min(ticks, this.#ticks + TURN_MS);
      for (const run of this.nodes) {
        this.#running = run;
        run.clock.advanceTo(until);
      }
      this.#running = undefined;
      this.#ticks = until;
      this.#tell();
    }
  }

  /** @param ticks those of the first node, to whose network the broker belonged before it was shared */
  #hear(topic: string, payload: Uint8Array, ticks: number): void {
    this.#heard.push({ ticks: this.#running?.clock.ticks() ?? ticks, topic, payload });
  }

  /** In the order of time; what was at the same tick, in the order of the nodes. */
  #tell(): void {
    const heard = this.#heard.sort((a, b) => a.ticks - b.ticks);
    this.#heard = [];
    for (const { ticks, topic, payload } of heard) this.#onPublish(topic, payload, ticks);
  }
}
