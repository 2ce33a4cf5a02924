import type { Header } from "./decode.js";
import type { Decoded, Notice, StreamPosition } from "./decoded.js";
import { StreamLedger } from "./stream-ledger.js";
import type { StreamState } from "./stream-ledger.js";
import { topicOf, topicParts } from "./topics.js";

/** Streams whose messages are counted, wait at the node, and can be acknowledged. */
const COUNTED: readonly string[] = ["data", "alarm", "event", "waveform", "reply"];
/** So many nodes are kept in mind; messages of others are passed over. */
const MOST_NODES = 10_000;

export interface NodeState {
  readonly epoch: number;
  readonly streams: Readonly<Record<string, StreamState>>;
}

/** By `<site>/<node>`. */
export type LedgerState = Readonly<Record<string, NodeState>>;

/** A message that has come, as `decode` reads it. */
export interface Arrival {
  readonly topic: string;
  readonly header: Header;
  readonly lines: readonly Decoded[];
  /** The broker had kept it: it may be old. */
  readonly retained: boolean;
}

export interface Verdict {
  /** Not a duplicate: to be passed on. */
  readonly taken: boolean;
  readonly notices: readonly { readonly topic: string; readonly stream: string; readonly notice: Notice }[];
  /** `<site>/<node>` of a node that is there, perhaps since just now: it should be told where this consumer stands. */
  readonly online: string | undefined;
  /** It is not known what that node holds: it should be asked. */
  readonly ask: boolean;
}

export interface NodeAcknowledgement {
  /** `<site>/<node>`. */
  readonly node: string;
  readonly streams: readonly ({ readonly stream: string } & StreamPosition)[];
}

interface Node {
  /** The latest one seen. */
  epoch: number | undefined;
  readonly streams: Map<string, StreamLedger>;
}

/** What has come of all nodes: tells what is new from what came before, and what can be acknowledged. */
export class Ledger {
  readonly #nodes = new Map<string, Node>();
  readonly #changed = new Set<string>();

  constructor(state: LedgerState = {}) {
    for (const [name, { epoch, streams }] of Object.entries(state)) {
      const ledgers = Object.entries(streams).map(([stream, own]) => [stream, new StreamLedger(own)] as const);
      this.#nodes.set(name, { epoch, streams: new Map(ledgers) });
    }
  }

  get state(): LedgerState {
    const entries = [...this.#nodes].flatMap(([name, { epoch, streams }]) => {
      if (epoch === undefined) return [];
      const states = [...streams].map(([stream, ledger]) => [stream, ledger.state] as const);
      return [[name, { epoch, streams: Object.fromEntries(states) }] as const];
    });
    return Object.fromEntries(entries);
  }

  receive({ topic, header, lines, retained }: Arrival): Verdict {
    const { node: key, stream } = topicParts(topic);
    const node = this.#node(key);
    const counted = COUNTED.includes(stream);
    if (node === undefined) return { taken: !counted, notices: [], online: undefined, ask: false };
    const [line] = lines;
    const found: Notice[] = [];
    const verdict = (taken: boolean, online?: string): Verdict => ({
      taken,
      notices: found.map((notice) => ({ topic, stream, notice })),
      online,
      ask: online !== undefined && (retained || this.standing(online).streams.length === 0),
    });
    if (line !== undefined && "status" in line) {
      if (line.status === "online") found.push(...this.#restarted(node, line.epoch, retained));
      return verdict(true, line.status === "online" ? key : undefined);
    }
    if (line !== undefined && "resume" in line && COUNTED.includes(line.resume)) {
      const notices = this.#stream(node, line.resume).resume(line.after, line.next);
      this.#changed.add(key);
      const own = { topic: topicOf(key, line.resume), stream: line.resume };
      const told = notices.map((notice) => ({ ...own, notice }));
      return { taken: true, notices: told, online: undefined, ask: false };
    }
    const { epoch, sequence } = header;
    if (!counted || !isCount(epoch) || !isCount(sequence)) return verdict(true);
    if (node.epoch === undefined || epoch > node.epoch) found.push(...this.#restarted(node, epoch, true));
    const { taken, notices } = this.#stream(node, stream).take({ epoch, sequence });
    this.#changed.add(key);
    found.push(...notices);
    return verdict(taken);
  }

  /** What can be acknowledged and was not. */
  acknowledgements(): NodeAcknowledgement[] {
    const all = [...this.#changed].map((name) => {
      const streams = [...this.#nodes.get(name)!.streams].flatMap(([stream, ledger]) =>
        ledger.acknowledgements().map((position) => ({ stream, ...position })),
      );
      return { node: name, streams };
    });
    this.#changed.clear();
    return all.filter(({ streams }) => streams.length > 0);
  }

  /** All that can be acknowledged to a node, whether it was or not. */
  standing(node: string): NodeAcknowledgement {
    const streams = [...(this.#nodes.get(node)?.streams ?? [])].flatMap(([stream, ledger]) =>
      ledger.standing().map((position) => ({ stream, ...position })),
    );
    return { node, streams };
  }

  /** Streams of which something is missing that may still come. */
  get waiting(): number {
    let count = 0;
    for (const { streams } of this.#nodes.values()) for (const ledger of streams.values()) if (ledger.waits) count++;
    return count;
  }

  #restarted(node: Node, epoch: number, retained: boolean): Notice[] {
    const { epoch: before } = node;
    if (before === epoch || (before !== undefined && epoch < before && retained)) return [];
    node.epoch = epoch;
    if (before === undefined) return [];
    if (epoch > before) return [{ kind: "epoch", from: before, to: epoch }];
    // All that it will count from now on would be taken for old.
    node.streams.clear();
    return [{ kind: "anew", from: before, to: epoch }];
  }

  #node(key: string): Node | undefined {
    let node = this.#nodes.get(key);
    if (node === undefined && this.#nodes.size < MOST_NODES) {
      node = { epoch: undefined, streams: new Map() };
      this.#nodes.set(key, node);
    }
    return node;
  }

  #stream(node: Node, stream: string): StreamLedger {
    let ledger = node.streams.get(stream);
    if (ledger === undefined) {
      ledger = new StreamLedger();
      node.streams.set(stream, ledger);
    }
    return ledger;
  }
}

function isCount(value: number | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
