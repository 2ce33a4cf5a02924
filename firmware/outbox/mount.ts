import { FREE } from "./block-table.js";
import {
  ACKNOWLEDGED,
  AFTER_LOSS,
  CLASSES,
  DROPPED,
  FIRST_OF_COMMIT,
  get32,
  MARK_BYTES,
  MARK_CLASS_SHIFT,
  MARKS,
  NEXT,
  NOTE_MARK,
  STATE_MARK,
  STATE_NUMBERS,
} from "./format.js";
import { HeaderScan } from "./header-scan.js";
import type { JournalState, Tail } from "./journal-state.js";

/** What a mount found wrong. Power cuts leave unfinished ends and unreadable blocks, too, with nothing lost. */
export interface Damage {
  /** Records of each class that are gone and were not dropped on purpose, as far as sequences tell. */
  readonly records: readonly [number, number];
  /** Blocks with neither of their headers, of the same content as another, or missing. */
  readonly blocks: number;
  /** Ends of the written part that hold something that is no record: the last commit was not finished, or is damaged. */
  readonly ends: number;
}

/**
 * Reads a partition into a new state: every block's header, every record's header, and the last block of each kind as a
 * whole, whose last commit is written over itself. Does not throw for what it finds.
 *
 * @param refuses for each class whether sequences may be missing at its end without damage
 */
export function mount(state: JournalState, refuses: readonly boolean[]): Damage {
  const reading = new Mount(state);
  const opened = reading.readMarks();
  for (let cls = 0; cls < CLASSES; cls++) reading.readClass(cls, opened[cls]!, refuses[cls]!);
  return { records: [reading.missing[0]!, reading.missing[1]!], blocks: reading.unreadable, ends: reading.ends };
}

class Mount {
  readonly missing: number[] = [0, 0];
  unreadable: number;
  ends = 0;
  readonly #state: JournalState;
  // Of a class, while it is read: the sequence that comes next, and how many records a block has.
  #expected = 0;
  #records = 0;

  /** Blocks with a header, the oldest first. */
  readonly #order: Uint16Array;

  constructor(state: JournalState) {
    this.#state = state;
    const headers = new HeaderScan(state);
    headers.read();
    this.unreadable = headers.unreadable;
    this.#order = headers.order;
  }

  /** Marks of every block that has some, the older ones first. Returns the newest generation of each class in them. */
  readMarks(): number[] {
    const { blocks, tails } = this.#state;
    const opened = [0, 0];
    const tail = tails[MARKS]!;
    for (const block of this.#order) {
      if (blocks.state[block] !== MARKS) continue;
      if (tail.block >= 0) blocks.state[tail.block] = FREE;
      tail.block = block;
      this.readEnd(MARKS, opened);
    }
    const used = blocks.count(0) + blocks.count(1) > 0;
    if (tail.block < 0 && used) this.unreadable++;
    if (this.unfinished(tail)) this.ends++;
    return opened;
  }

  readClass(cls: number, opened: number, refuses: boolean): void {
    const state = this.#state;
    const { blocks } = state;
    const tail = state.tails[cls]!;
    this.#expected = Math.max(state.acknowledged(cls), state.dropped(cls)) + 1;
    const ofClass = this.#order.filter((block) => blocks.state[block] === cls);
    const newest = ofClass[ofClass.length - 1] ?? -1;
    for (let i = 0; i < ofClass.length; i++) {
      const block = ofClass[i]!;
      if (block !== newest && blocks.first[ofClass[i + 1]!]! - 1 <= state.acknowledged(cls)) {
        blocks.state[block] = FREE;
        continue;
      }
      if (block === newest) {
        tail.block = block;
        this.readEnd(cls, undefined);
      }
      this.#records = 0;
      this.readRecords(cls, block);
      blocks.records[block] = this.#records;
    }
    if (newest >= 0 && this.unfinished(tail)) this.ends++;
    if ((newest < 0 ? 0 : blocks.generation[newest]!) < opened) this.unreadable++;
    tail.last = this.#expected - 1;
    const left = state.next(cls) - this.#expected;
    if (left > 0 && !refuses) this.missing[cls]! += left;
    state.raise(cls, NEXT, this.#expected);
    const last = state.next(cls) - 1;
    for (const which of [ACKNOWLEDGED, DROPPED]) {
      const at = cls * STATE_NUMBERS + which;
      state.numbers[at] = Math.min(state.numbers[at]!, last);
    }
  }

  /**
   * Where the last block of a kind ends: after the last record that counts. A commit that is not there as a whole was
   * cut off: what stands before the first hole in it counts, the rest was never accepted and its sequences come again.
   *
   * @param opened where the block holds marks: takes the newest generation of each class
   */
  private readEnd(kind: number, opened: number[] | undefined): void {
    const tail = this.#state.tails[kind]!;
    const { scan, partition, blocks } = this.#state;
    const { block } = tail;
    scan.in(block, blocks.generation[block]!);
    let at = partition.dataStart;
    // Of the records up to here all stands.
    let solid = at;
    // Where the last commit begins of which something stands.
    let begin = at;
    let seen = at;
    let broken = false;
    let commitEnd = 0;
    tail.reach = at;
    while (scan.find(at, partition.dataEnd)) {
      tail.reach = Math.max(tail.reach, scan.commitEnd);
      if (!scan.check()) {
        broken = true;
        at = scan.offset + partition.unit;
        continue;
      }
      const begins = (scan.flags & FIRST_OF_COMMIT) !== 0;
      if (begins) {
        solid = Math.max(solid, seen);
        begin = scan.offset;
        broken = false;
      } else if (broken || scan.offset !== seen || scan.commitEnd !== commitEnd) broken = true;
      commitEnd = scan.commitEnd;
      at = seen = scan.end;
      if (!broken) solid = seen;
      if (opened !== undefined) this.readMark(opened);
      if (!broken) this.#state.atLeast(scan.seconds);
    }
    tail.end = begin < solid ? this.#state.writer.reinforce(kind, begin, solid) : solid;
  }

  private readMark(opened: number[]): void {
    const state = this.#state;
    const { scan } = state;
    const payload = scan.payload();
    if (payload === undefined) return;
    if ((scan.flags & NOTE_MARK) !== 0) state.note = payload;
    const cls = scan.flags >> MARK_CLASS_SHIFT;
    if ((scan.flags & STATE_MARK) === 0 || cls >= CLASSES || payload.length < MARK_BYTES) return;
    state.raise(cls, ACKNOWLEDGED, scan.sequence);
    state.raise(cls, DROPPED, get32(payload, 0));
    state.raise(cls, NEXT, get32(payload, 4));
    opened[cls] = get32(payload, 8);
  }

  private readRecords(cls: number, block: number): void {
    const { scan, partition, blocks } = this.#state;
    const to = this.#state.endOf(block);
    scan.in(block, blocks.generation[block]!);
    for (let at = partition.dataStart; scan.find(at, to); at = scan.end) {
      this.#records++;
      if (scan.sequence < this.#expected) continue;
      if ((scan.flags & AFTER_LOSS) === 0) this.missing[cls]! += scan.sequence - this.#expected;
      this.#expected = scan.sequence + 1;
    }
  }

  /** Whether there is something after the end that is neither erased nor zero. */
  private unfinished(tail: Tail): boolean {
    if (tail.block < 0) return false;
    const { scan, partition, blocks } = this.#state;
    scan.in(tail.block, blocks.generation[tail.block]!);
    return scan.find(tail.end, partition.dataEnd) || scan.skipped;
  }
}
