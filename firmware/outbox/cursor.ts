import type { JournalState } from "./journal-state.js";

/** A record as it was appended. */
export interface RecordEntry {
  readonly kind: "record";
  readonly class: number;
  /** Rises by one from record to record of a class. */
  readonly sequence: number;
  readonly payload: Uint8Array;
  /** Seconds since it was appended, those without power not counted. */
  readonly ageS: number;
}

/** In the place of records that are gone: dropped by a full journal, expired, or damaged. */
export interface GapEntry {
  readonly kind: "gap";
  readonly class: number;
  /** Of the last one that is gone; to be acknowledged like a record. */
  readonly sequence: number;
  /** So many are gone. */
  readonly lost: number;
}

export type JournalEntry = RecordEntry | GapEntry;

/** Goes through what waits of one class, the oldest first. Any number of cursors may be on a journal. */
export class Cursor {
  readonly #state: JournalState;
  readonly #class: number;
  readonly #expiryS: number;
  // Where it is: a block by its generation, since content may move to another block.
  #block = -1;
  #generation = 0;
  #offset = 0;
  /** What was handed out last. */
  #sequence = 0;
  /** Records that were passed over: too old, and not as they were written. */
  #expired = 0;
  #unreadable = 0;
  /** The last one of those, which may come by again. */
  #passed = 0;

  /** @param expiryS records that are older are passed over; 0: none */
  constructor(state: JournalState, cls: number, expiryS: number) {
    this.#state = state;
    this.#class = cls;
    this.#expiryS = expiryS;
  }

  /** Sequence of what was handed out last, or is acknowledged. */
  get sequence(): number {
    return Math.max(this.#sequence, this.#state.acknowledged(this.#class));
  }

  get expired(): number {
    return this.#expired;
  }
  get unreadable(): number {
    return this.#unreadable;
  }

  /** From the oldest one again that is not acknowledged. */
  rewind(): void {
    this.#block = -1;
    this.#generation = this.#offset = this.#sequence = 0;
  }

  /** Takes everything up to `sequence` for handed out. */
  skip(sequence: number): void {
    if (sequence > this.#sequence) this.#sequence = sequence;
  }

  /** The next record or gap; `undefined` when there is none now. */
  next(): JournalEntry | undefined {
    const state = this.#state;
    const { scan } = state;
    const next = state.next(this.#class);
    this.#sequence = this.sequence;
    if (this.#sequence + 1 >= next) return undefined;
    while (this.enter()) {
      const end = state.endOf(this.#block);
      scan.in(this.#block, this.#generation);
      while (scan.find(this.#offset, end)) {
        const { sequence } = scan;
        if (sequence <= this.#sequence || sequence >= next) {
          this.#offset = scan.end;
          continue;
        }
        const ageS = Math.max(0, state.seconds - scan.seconds);
        const expired = this.#expiryS > 0 && ageS > this.#expiryS;
        const payload = expired ? undefined : scan.payload();
        if (payload === undefined) {
          // Where it does not read well, a record in its payload might: it would not fit that place.
          this.#offset = expired ? scan.end : scan.offset + state.partition.unit;
          this.pass(sequence, expired);
          continue;
        }
        if (sequence > this.#sequence + 1) return this.gap(sequence - 1);
        this.#offset = scan.end;
        this.#sequence = sequence;
        return { kind: "record", class: this.#class, sequence, payload, ageS };
      }
      this.#offset = Math.max(this.#offset, end);
      if (state.blocks.after(this.#class, this.#generation) < 0) break;
      this.#block = -1;
    }
    return this.gap(next - 1);
  }

  private pass(sequence: number, expired: boolean): void {
    if (sequence <= this.#passed) return;
    this.#passed = sequence;
    if (expired) this.#expired++;
    else this.#unreadable++;
  }

  private gap(sequence: number): GapEntry {
    const lost = sequence - this.#sequence;
    this.#sequence = sequence;
    return { kind: "gap", class: this.#class, sequence, lost };
  }

  /** Finds the block that it is in, or the one after it. */
  private enter(): boolean {
    const { blocks, partition } = this.#state;
    if (this.#block >= 0) {
      const same = blocks.state[this.#block] === this.#class && blocks.generation[this.#block] === this.#generation;
      if (same) return true;
    }
    const moved = this.#block < 0 ? -1 : blocks.after(this.#class, this.#generation - 1);
    const found = moved >= 0 ? moved : blocks.after(this.#class, this.#generation);
    if (found < 0) return false;
    if (this.#block < 0 || blocks.generation[found] !== this.#generation) this.#offset = partition.dataStart;
    this.#block = found;
    this.#generation = blocks.generation[found]!;
    return true;
  }
}
