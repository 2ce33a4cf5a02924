import { BlockHeaders } from "./block-headers.js";
import { BAD, FREE } from "./block-table.js";
import { CLASSES, DROPPED, MARKS, pageAfter } from "./format.js";
import type { JournalState } from "./journal-state.js";
import { Marks } from "./marks.js";
import type { MarkSpace } from "./marks.js";

/** What a full journal does. */
export type FullPolicy = "drop-oldest" | "drop-newest";

/** What a class of records is promised. */
export interface ClassPolicy {
  readonly whenFull: FullPolicy;
  /** Seconds after which a record need not be delivered any more; 0: never. */
  readonly expiryS: number;
  /** Blocks that a higher class does not take. */
  readonly minimumBlocks: number;
}

/** Hands out blocks, the least worn first. */
export class BlockSpace implements MarkSpace {
  /** Records that a full journal dropped, of each class. */
  readonly dropped = new Float64Array(CLASSES);
  readonly #state: JournalState;
  readonly #policies: readonly ClassPolicy[];
  readonly #headers: BlockHeaders;
  readonly #marks: Marks;

  constructor(state: JournalState, policies: readonly ClassPolicy[]) {
    this.#state = state;
    this.#policies = policies;
    this.#headers = new BlockHeaders(state);
    this.#marks = new Marks(state, this);
  }

  get marks(): Marks {
    return this.#marks;
  }

  /** A new block for a kind to write to; `false` when there is none, and the kind's policy is to refuse. */
  open(kind: number): boolean {
    const state = this.#state;
    const { blocks } = state;
    if (kind !== MARKS && state.tails[MARKS]!.block < 0) this.#marks.rotate();
    for (let block = this.take(kind); block >= 0; block = this.take(kind)) {
      const { header } = this.#headers;
      header.kind = kind;
      header.copy = 0;
      header.generation = state.generation++;
      header.wear = blocks.wear[block]!;
      header.first = kind === MARKS ? 0 : state.next(kind);
      header.seconds = state.seconds;
      if (!this.#headers.write(block)) {
        blocks.state[block] = BAD;
        continue;
      }
      blocks.state[block] = kind;
      blocks.copy[block] = 0;
      blocks.generation[block] = header.generation;
      blocks.first[block] = header.first;
      blocks.records[block] = 0;
      const tail = state.tails[kind]!;
      tail.block = block;
      tail.end = state.partition.dataStart;
      tail.settled = true;
      if (kind !== MARKS) this.#marks.mark(kind);
      return true;
    }
    return false;
  }

  /** Blocks of a class that everything in is acknowledged are free. */
  release(cls: number): void {
    const { blocks } = this.#state;
    for (;;) {
      const block = blocks.oldest(cls);
      if (block === this.#state.tails[cls]!.block || block < 0) return;
      if (this.#state.last(cls, block) > this.#state.acknowledged(cls)) return;
      if (this.#marks.unmarked(cls) > 0 || block === blocks.newest(cls)) this.#marks.owe(cls);
      blocks.state[block] = FREE;
    }
  }

  /** A block that is erased; -1 when a class has to do without. */
  private take(kind: number): number {
    const { blocks } = this.#state;
    let level = kind !== MARKS;
    for (;;) {
      const block = blocks.coldestFree();
      if (block >= 0 && blocks.count(FREE) > this.kept(kind)) {
        if (level) {
          level = false;
          this.level(block);
        } else if (this.erase(block)) return block;
      } else if (!this.leave(kind) && !this.drop(kind)) return -1;
    }
  }

  /** Gives up the only block that a class has, which is full, when all in it is acknowledged. */
  private leave(kind: number): boolean {
    const state = this.#state;
    const tail = state.tails[kind]!;
    if (kind === MARKS || tail.block < 0 || tail.last > state.acknowledged(kind)) return false;
    this.#marks.owe(kind);
    state.blocks.state[tail.block] = FREE;
    tail.block = -1;
    return true;
  }

  /** Free blocks that a kind must leave: one to rotate marks, and what other classes are promised. */
  private kept(kind: number): number {
    if (kind === MARKS) return 0;
    let kept = 1;
    for (let cls = 0; cls < CLASSES; cls++) {
      if (cls !== kind) kept += Math.max(0, this.#policies[cls]!.minimumBlocks - this.#state.blocks.count(cls));
    }
    return kept;
  }

  private erase(block: number): boolean {
    const { partition, blocks } = this.#state;
    this.#marks.payAll();
    const before = partition.erases;
    const erased = partition.erase(block);
    blocks.wear[block]! += partition.erases - before;
    if (!erased) blocks.state[block] = BAD;
    return erased;
  }

  /** Gives up a block so that `kind` gets one: of the lowest class that has more than its promise, or its own. */
  private drop(kind: number): boolean {
    const { blocks } = this.#state;
    for (let cls = CLASSES - 1; cls >= 0; cls--) {
      const promised = kind === MARKS ? 0 : this.#policies[cls]!.minimumBlocks;
      if (cls <= kind && kind !== MARKS) break;
      if (blocks.count(cls) > promised) return this.dropFrom(cls, this.#policies[cls]!.whenFull);
    }
    if (kind === MARKS || blocks.count(kind) === 0) return false;
    if (this.#policies[kind]!.whenFull === "drop-oldest" || this.expired(kind))
      return this.dropFrom(kind, "drop-oldest");
    return false;
  }

  private dropFrom(cls: number, which: FullPolicy): boolean {
    const state = this.#state;
    const { blocks } = state;
    const tail = state.tails[cls]!;
    const block = which === "drop-oldest" ? blocks.oldest(cls) : blocks.newest(cls);
    this.dropped[cls]! += state.waitingIn(block);
    if (block === blocks.oldest(cls)) state.raise(cls, DROPPED, blocks.last(block, state.next(cls)));
    if (block === blocks.newest(cls)) {
      // Nothing else on flash says how far the class has come.
      this.#marks.owe(cls);
      tail.block = -1;
      tail.last = blocks.first[block]! - 1;
    } else if (this.#marks.unmarked(cls) > 0) this.#marks.owe(cls);
    blocks.state[block] = FREE;
    this.#marks.payAll();
    // What was stated to be lost does not come back, though its block may be erased much later.
    state.partition.invalidate(block);
    return true;
  }

  /** Whether all of the oldest block is: the one after it was opened that long ago. */
  private expired(cls: number): boolean {
    const { blocks, seconds } = this.#state;
    const { expiryS } = this.#policies[cls]!;
    if (expiryS === 0) return false;
    const following = blocks.after(cls, blocks.generation[blocks.oldest(cls)]!);
    return following >= 0 && this.#headers.read(following) && seconds - this.#headers.header.seconds > expiryS;
  }

  /**
   * Content that stays while others are written over and over keeps its block from wearing: it moves to `free`, which
   * is worn more, and its own block is free.
   */
  private level(free: number): void {
    const { blocks, tails } = this.#state;
    const cold = blocks.coldestUsed();
    if (cold < 0 || blocks.wear[free]! - blocks.wear[cold]! <= blocks.mostWorn() >> 4) return;
    if (tails[MARKS]!.block === cold) this.#marks.rotate();
    else this.move(cold, free);
  }

  private move(from: number, to: number): void {
    const state = this.#state;
    const { partition, blocks } = state;
    const end = state.endOf(from);
    if (!this.#headers.read(from) || !this.erase(to)) return;
    for (let at = partition.dataStart; at < end;) {
      const length = Math.min(pageAfter(at), end) - at;
      const source = state.base(from) + at;
      if (!partition.isErased(source, source + length)) {
        const index = partition.load(source, length);
        partition.begin(state.base(to) + at);
        partition.put(partition.window, index, index + length);
        if (!partition.end()) {
          blocks.state[to] = BAD;
          return;
        }
      }
      at += length;
    }
    this.#headers.header.copy = (this.#headers.header.copy + 1) & 0xff;
    this.#headers.header.wear = blocks.wear[to]!;
    if (!this.#headers.write(to)) {
      blocks.state[to] = BAD;
      return;
    }
    blocks.move(from, to);
    for (let kind = 0; kind <= MARKS; kind++) {
      const tail = state.tails[kind]!;
      if (tail.block !== from) continue;
      tail.block = to;
      // What was half written behind the end has not come along.
      tail.settled = true;
    }
  }
}
