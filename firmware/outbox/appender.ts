import type { BlockSpace } from "./block-space.js";
import { AFTER_LOSS, FIRST_OF_COMMIT, NEXT, STATE_NUMBERS } from "./format.js";
import type { JournalState } from "./journal-state.js";
import { recordBytes } from "./record-scan.js";
import { settle } from "./settle.js";

export interface JournalRecord {
  /** `ALARM` or `DATA`. */
  readonly class: number;
  readonly payload: Uint8Array;
}

/** Tries to write a commit to one block after the other. */
const TRIES = 4;
const LAST_SEQUENCE = 0xffff_ffff;

/** Writes records to the journal's end. */
export class Appender {
  readonly #state: JournalState;
  readonly #space: BlockSpace;

  constructor(state: JournalState, space: BlockSpace) {
    this.#state = state;
    this.#space = space;
  }

  /**
   * Writes the records of a class: one commit, in their order, unless a block ends between them.
   *
   * @returns how many were accepted
   */
  append(cls: number, records: readonly JournalRecord[]): number {
    let from = following(records, cls, -1);
    if (from < 0) return 0;
    settle(this.#state, cls);
    // A class that has one block only may lose it to open the next one: with none of these records in it.
    if (this.size(cls, records) > this.room(cls) && this.#state.blocks.count(cls) === 1) this.#space.open(cls);
    let accepted = 0;
    let failures = 0;
    while (from >= 0) {
      if (this.room(cls) < this.sizeOf(records[from]!) && !this.#space.open(cls)) {
        this.refuse(cls, records, from);
        return accepted;
      }
      const { count, to } = this.commit(cls, records, from);
      if (count === 0 && ++failures === TRIES)
        throw new Error("journal: the flash does not keep what is written to it");
      if (count > 0) from = to;
      accepted += count;
    }
    return accepted;
  }

  /** As many records as the block has room for; how many that were, and the next one. None when they do not read back. */
  private commit(cls: number, records: readonly JournalRecord[], from: number): { count: number; to: number } {
    const state = this.#state;
    const tail = state.tails[cls]!;
    let end = tail.end;
    let count = 0;
    let to = from;
    for (; to >= 0; to = following(records, cls, to), count++) {
      const size = this.sizeOf(records[to]!);
      if (end + size > state.partition.dataEnd) break;
      end += size;
    }
    const first = state.next(cls);
    if (first + count > LAST_SEQUENCE) throw new RangeError("journal: all sequences are used up; erase the partition");
    const { writer } = state;
    let whole: boolean | undefined;
    try {
      writer.begin(cls, end);
      for (let i = 0, at = from; i < count; i++, at = following(records, cls, at)) {
        const loss = first + i === tail.last + i + 1 ? 0 : AFTER_LOSS;
        writer.add(i === 0 ? FIRST_OF_COMMIT | loss : 0, first + i, records[at]!.payload);
      }
      whole = writer.end();
    } finally {
      // Where the flash threw, records may be there: their sequences are not used again.
      if (whole !== false) {
        state.raise(cls, NEXT, first + count);
        tail.last = first + count - 1;
      }
    }
    if (!whole) return { count: 0, to: from };
    state.blocks.records[tail.block]! += count;
    return { count, to };
  }

  private refuse(cls: number, records: readonly JournalRecord[], from: number): void {
    let count = 0;
    for (let at = from; at >= 0; at = following(records, cls, at)) count++;
    this.#space.dropped[cls]! += count;
    this.#state.numbers[cls * STATE_NUMBERS + NEXT]! += count;
    this.#space.marks.mark(cls);
  }

  /** Bytes left in the block that a class is written to. */
  private room(cls: number): number {
    const tail = this.#state.tails[cls]!;
    return tail.block < 0 ? 0 : this.#state.partition.dataEnd - tail.end;
  }

  private size(cls: number, records: readonly JournalRecord[]): number {
    let size = 0;
    for (const record of records) if (record.class === cls) size += this.sizeOf(record);
    return size;
  }

  private sizeOf({ payload }: JournalRecord): number {
    return recordBytes(payload.length, this.#state.partition.unit);
  }
}

/** Index of the next record of a class after `index`; -1 when there is none. */
function following(records: readonly JournalRecord[], cls: number, index: number): number {
  for (let at = index + 1; at < records.length; at++) if (records[at]!.class === cls) return at;
  return -1;
}
