import { FREE } from "./block-table.js";
import {
  CLASSES,
  FIRST_OF_COMMIT,
  MARK_BYTES,
  MARK_CLASS_SHIFT,
  MARKS,
  NOTE_MARK,
  put32,
  STATE_MARK,
} from "./format.js";
import type { JournalState } from "./journal-state.js";
import { recordBytes } from "./record-scan.js";
import { settle } from "./settle.js";

/** Marks that still fit when the last of them is rotated: one for each class, one more. */
const MARKS_LEFT = 3;

/** Where marks get their blocks from. */
export interface MarkSpace {
  /** A new block for a kind to write to; `false` when there is none. */
  open(kind: number): boolean;
}

/** Writes down where each class stands, and the owner's note, in a block of their own. */
export class Marks {
  readonly #state: JournalState;
  readonly #space: MarkSpace;
  readonly #bytes = new Uint8Array(MARK_BYTES);
  /** What marks say is acknowledged. */
  readonly #marked = new Float64Array(CLASSES);
  /** 1: a mark must be written before a block is erased. */
  readonly #owed = new Uint8Array(CLASSES);
  #rotating = false;

  constructor(state: JournalState, space: MarkSpace) {
    this.#state = state;
    this.#space = space;
    for (let cls = 0; cls < CLASSES; cls++) this.#marked[cls] = state.acknowledged(cls);
  }

  /** Acknowledgements of a class since its last mark. */
  unmarked(cls: number): number {
    return this.#state.acknowledged(cls) - this.#marked[cls]!;
  }

  /** Writes down where a class stands. */
  mark(cls: number): void {
    const { partition, tails } = this.#state;
    const tail = tails[MARKS]!;
    if (tail.block < 0) return this.rotate();
    settle(this.#state, MARKS);
    const bytes = recordBytes(MARK_BYTES, partition.unit);
    if (!this.#rotating && tail.end + MARKS_LEFT * bytes > partition.dataEnd) return this.rotate();
    if (!this.writeMark(cls) && !this.#rotating) this.rotate();
  }

  /** Keeps the owner's note. */
  keepNote(): void {
    const { partition, tails, note } = this.#state;
    const tail = tails[MARKS]!;
    if (tail.block < 0) return this.rotate();
    settle(this.#state, MARKS);
    const bytes = recordBytes(note?.length ?? 0, partition.unit) + MARKS_LEFT * recordBytes(MARK_BYTES, partition.unit);
    if (tail.end + bytes > partition.dataEnd || !this.writeNote()) this.rotate();
  }

  /** A mark of the class must be written before a block is erased. */
  owe(cls: number): void {
    this.#owed[cls] = 1;
  }

  /** Marks that are owed are written without asking for room: there is always some left. */
  payAll(): void {
    const { partition, tails } = this.#state;
    const tail = tails[MARKS]!;
    for (let cls = 0; cls < CLASSES; cls++) {
      if (this.#owed[cls] === 0 || tail.block < 0) continue;
      this.#owed[cls] = 0;
      settle(this.#state, MARKS);
      if (tail.end + recordBytes(MARK_BYTES, partition.unit) <= partition.dataEnd) this.writeMark(cls);
    }
  }

  /** A new block for marks, with all that the old one says. */
  rotate(): void {
    const state = this.#state;
    const { blocks, tails } = state;
    if (this.#rotating) return;
    const old = tails[MARKS]!.block;
    this.#rotating = true;
    try {
      if (!this.#space.open(MARKS)) return;
      if (state.note !== undefined) this.writeNote();
      for (let cls = 0; cls < CLASSES; cls++) this.writeMark(cls);
    } finally {
      this.#rotating = false;
    }
    if (old >= 0 && blocks.state[old] === MARKS) blocks.state[old] = FREE;
  }

  private writeMark(cls: number): boolean {
    const state = this.#state;
    const { blocks, tails } = state;
    const newest = blocks.newest(cls);
    put32(this.#bytes, 0, state.dropped(cls));
    put32(this.#bytes, 4, state.next(cls));
    put32(this.#bytes, 8, newest < 0 ? 0 : blocks.generation[newest]!);
    const flags = FIRST_OF_COMMIT | STATE_MARK | (cls << MARK_CLASS_SHIFT);
    if (!this.writeSingle(flags, state.acknowledged(cls), this.#bytes)) return false;
    this.#marked[cls] = state.acknowledged(cls);
    this.#owed[cls] = 0;
    return tails[MARKS]!.block >= 0;
  }

  private writeNote(): boolean {
    return this.writeSingle(FIRST_OF_COMMIT | NOTE_MARK, 0, this.#state.note!);
  }

  private writeSingle(flags: number, sequence: number, payload: Uint8Array): boolean {
    const { partition, tails } = this.#state;
    const end = tails[MARKS]!.end + recordBytes(payload.length, partition.unit);
    const { writer } = this.#state;
    writer.begin(MARKS, end);
    writer.add(flags, sequence, payload);
    return writer.end();
  }
}
