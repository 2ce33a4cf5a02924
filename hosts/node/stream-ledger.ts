import type { Notice, StreamPosition, StreamRange } from "./decoded.js";
import { BEGINNING, compare, following, PositionRanges } from "./position-ranges.js";

/** So many separate ranges of a stream are remembered. */
const MOST_RANGES = 64;
const MOST_LOST = 16;
const MOST_EPOCHS = 32;
const RECENT_EPOCHS = 5;
/** Of an epoch that is over: everything. */
const ALL = 0xffff_ffff;

/** What a ledger keeps across restarts, as JSON. */
export interface StreamState {
  readonly resumed: boolean;
  readonly seen: readonly StreamRange[];
  readonly missing: readonly StreamRange[];
  readonly told: readonly StreamRange[];
  readonly lost: readonly StreamRange[];
}

export interface Taken {
  /** Not seen before: to be passed on. */
  readonly taken: boolean;
  readonly notices: readonly Notice[];
}

const PASSED_OVER: Taken = Object.freeze({ taken: false, notices: [] });

/**
 * What has come of one stream of one node, by epoch and sequence number, in any order and any number of times. Bounded:
 * it remembers ranges, and as few as there are holes.
 *
 * A node that promises delivery to its consumer says where a stream begins and where nothing follows (`resume`). Only
 * from then on is anything acknowledged, and only what has no hole before it. How many messages an epoch has had that is
 * over is only known by that word, too: without it nothing is missing at its end.
 */
export class StreamLedger {
  #resumed: boolean;
  /** Come, or never to come. */
  readonly #seen: PositionRanges;
  /** Told to be missing, and not come since; each within an epoch. */
  readonly #missing: PositionRanges;
  /** As they were told to be missing, while something of them is. */
  #told: readonly StreamRange[];
  /** Never to come, said the node; taken all the same if it does. */
  readonly #lost: PositionRanges;
  /** The last number of each epoch that has come since it was last acknowledged. */
  readonly #unacknowledged = new Map<number, number>();
  /** That messages have come of, the last ones. */
  #epochs: readonly number[] = [];
  /** Acknowledged last, and not come again since. */
  #upTo: StreamPosition | undefined;

  constructor(state?: StreamState) {
    this.#resumed = state?.resumed ?? false;
    this.#seen = new PositionRanges(state?.seen);
    this.#missing = new PositionRanges(state?.missing);
    this.#told = state?.told ?? [];
    this.#lost = new PositionRanges(state?.lost);
  }

  get state(): StreamState {
    return {
      resumed: this.#resumed,
      seen: this.#seen.list,
      missing: this.#missing.list,
      told: this.#told,
      lost: this.#lost.list,
    };
  }

  /** Whether something is missing that may still come. */
  get waits(): boolean {
    return this.#missing.list.length > 0;
  }

  /** A message has come. */
  take(position: StreamPosition): Taken {
    const own: StreamRange = { from: position, to: following(position) };
    if (this.#seen.has(position)) {
      this.#note(position);
      this.#upTo = undefined;
      if (!this.#lost.has(position)) return PASSED_OVER;
      this.#lost.remove(own);
      return { taken: true, notices: [{ kind: "recovered", ...own }] };
    }
    const notices = this.#skip(position);
    if (notices === undefined) return PASSED_OVER;
    this.#note(position);
    this.#seen.add(own);
    this.#missing.remove(own);
    return { taken: true, notices: [...notices, ...this.#settle()] };
  }

  /** The node says that nothing comes any more between `after` (or, without it, from the beginning) and `next`. */
  resume(after: StreamPosition | undefined, next: StreamPosition): Notice[] {
    const from = after === undefined ? BEGINNING : following(after);
    const range = { from, to: next };
    const first = this.#seen.list[0]?.from;
    if (compare(from, next) > 0) return [];
    this.#resumed = true;
    const notices: Notice[] = [];
    for (const hole of this.#seen.holes(range)) {
      // What was before this consumer is not its loss.
      if (first === undefined || compare(hole.to, first) <= 0) continue;
      this.#lost.add(hole);
      const start = hole.from.epoch === hole.to.epoch ? hole.from : { epoch: hole.to.epoch, sequence: 0 };
      // How an epoch ended that is over is not known: only what was known to be missing counts.
      for (const part of this.#missing.within({ from: hole.from, to: start })) notices.push({ kind: "lost", ...part });
      if (compare(start, hole.to) < 0) notices.push({ kind: "lost", from: start, to: hole.to });
    }
    this.#lost.keepLast(MOST_LOST);
    this.#missing.remove(range);
    this.#seen.add(range);
    this.#giveUp();
    return [...notices, ...this.#settle()];
  }

  /** What can be acknowledged and was not, an epoch each: the last one that has come with nothing missing before it. */
  acknowledgements(): StreamPosition[] {
    const [first] = this.#seen.list;
    if (!this.#resumed || first === undefined || compare(first.from, BEGINNING) > 0) return [];
    const found: StreamPosition[] = [];
    for (const [epoch, last] of [...this.#unacknowledged].sort(([a], [b]) => a - b)) {
      if (epoch > first.to.epoch) continue;
      const sequence = epoch < first.to.epoch ? last : Math.min(last, first.to.sequence - 1);
      if (sequence === last) this.#unacknowledged.delete(epoch);
      else if (epoch === this.#upTo?.epoch && sequence === this.#upTo.sequence) continue;
      if (sequence >= 0 && this.#seen.has({ epoch, sequence })) found.push({ epoch, sequence });
      this.#upTo = { epoch, sequence };
    }
    return found;
  }

  /** What was told to be missing and is not any more: it has come, but for what is lost. */
  #settle(): Notice[] {
    const over = this.#told.filter((range) => this.#missing.within(range).length === 0);
    if (over.length === 0) return [];
    this.#told = this.#told.filter((range) => !over.includes(range));
    return over.flatMap((range) => this.#lost.holes(range).map((part) => ({ kind: "recovered" as const, ...part })));
  }

  /** All that can be acknowledged, whether it was or not: for a node that may not have heard. */
  standing(): StreamPosition[] {
    const [first] = this.#seen.list;
    if (!this.#resumed || first === undefined || compare(first.from, BEGINNING) > 0) return [];
    const { epoch, sequence } = first.to;
    const over = this.#epochs.filter((before) => before < epoch).map((before) => ({ epoch: before, sequence: ALL }));
    return sequence === 0 ? over : [...over, { epoch, sequence: sequence - 1 }];
  }

  #note({ epoch, sequence }: StreamPosition): void {
    if (!this.#epochs.includes(epoch)) this.#epochs = [...this.#epochs, epoch].slice(-RECENT_EPOCHS);
    const before = this.#unacknowledged.get(epoch);
    this.#unacknowledged.set(epoch, Math.max(before ?? 0, sequence));
    // What is forgotten here comes again, and is acknowledged then.
    if (this.#unacknowledged.size > MOST_EPOCHS) this.#unacknowledged.delete(Math.min(...this.#unacknowledged.keys()));
  }

  /** What a message leaves out that comes after all others; `undefined` when there is no room to remember that. */
  #skip(position: StreamPosition): Notice[] | undefined {
    const top = this.#seen.list.at(-1)?.to;
    if (top === undefined || compare(position, top) === 0) return [];
    if (compare(position, top) < 0) return this.#hasRoom(position) ? [] : undefined;
    const first = { epoch: position.epoch, sequence: 0 };
    if (!this.#hasRoom(position)) return undefined;
    const from = position.epoch === top.epoch ? top : first;
    if (compare(from, position) >= 0) return [];
    this.#missing.add({ from, to: position });
    this.#told = [...this.#told, { from, to: position }];
    return [{ kind: "missing", from, to: position }];
  }

  #hasRoom(position: StreamPosition): boolean {
    const ranges = this.#seen.list;
    if (ranges.length < MOST_RANGES) return true;
    if (ranges.some(({ from, to }) => compare(to, position) === 0 || compare(from, following(position)) === 0))
      return true;
    // It comes again from a node that keeps its promise; of any other the oldest hole is given up.
    if (this.#resumed) return false;
    this.#giveUp(MOST_RANGES - 1);
    return true;
  }

  #giveUp(most = MOST_RANGES): void {
    while (this.#seen.list.length > most) {
      const [first, second] = this.#seen.list as [StreamRange, StreamRange];
      const hole = { from: first.to, to: second.from };
      this.#missing.remove(hole);
      this.#lost.add(hole);
      this.#seen.add(hole);
    }
    this.#lost.keepLast(MOST_LOST);
  }
}
