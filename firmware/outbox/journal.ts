import type { Flash } from "../ports/storage.js";
import { Appender } from "./appender.js";
import type { JournalRecord } from "./appender.js";
import { BAD, FREE } from "./block-table.js";
import { BlockSpace } from "./block-space.js";
import type { ClassPolicy } from "./block-space.js";
import { Cursor } from "./cursor.js";
import type { JournalEntry } from "./cursor.js";
import { ACKNOWLEDGED, CLASSES } from "./format.js";
import { JournalState } from "./journal-state.js";
import { mount } from "./mount.js";
import type { Damage } from "./mount.js";
import { Partition } from "./partition.js";
import { recordBytes } from "./record-scan.js";

export type { JournalRecord } from "./appender.js";
export type { ClassPolicy, FullPolicy } from "./block-space.js";
export type { GapEntry, JournalEntry, RecordEntry } from "./cursor.js";
export type { Damage } from "./mount.js";

/** Classes of records. Alarms are kept when there is no room for both. */
export const ALARM = 0;
export const DATA = 1;

export interface JournalOptions {
  /** What the alarms and the data are promised (default: the oldest is dropped, nothing expires, one block each). */
  readonly policies?: readonly Partial<ClassPolicy>[];
  /**
   * So many acknowledgements of a class are written down together (default 16). Those that are not when the power goes
   * come again: as many records of a class at the most, less one.
   */
  readonly acknowledgeEvery?: number;
  /** For the age of records; without one they do not age. */
  readonly clock?: { ticks(): number };
}

export interface JournalStatistics {
  /** Records of each class that wait. */
  readonly waiting: readonly [number, number];
  /** Seconds since the oldest record of each class that waits was appended; 0 when none does. */
  readonly oldestS: readonly [number, number];
  /** Records of each class that a full journal dropped or refused, since it was mounted. */
  readonly dropped: readonly [number, number];
  /** Records of both classes that were passed over since then: too old, and not as they were written. */
  readonly expired: number;
  readonly unreadable: number;
  readonly blocks: number;
  readonly bytes: number;
  readonly bytesUsed: number;
  readonly badBlocks: number;
  /** Writes, bytes written and erases since it was mounted. */
  readonly writes: number;
  readonly bytesWritten: number;
  readonly erases: number;
  /** Erases of the most and of the least worn block, ever. */
  readonly mostWorn: number;
  readonly leastWorn: number;
}

const LONGEST_NOTE = 256;

/**
 * A log of records on flash, in two classes, that survives power cuts in whatever it does. What `append` has returned is
 * there until it is acknowledged or, in a full journal, dropped; what is gone is stated by a gap in its place. README.md
 * beside this says how.
 *
 * What the flash itself throws comes through; records of that call may be there or not, and the journal goes on.
 */
export class Journal {
  /** What the mount found wrong. */
  readonly damage: Damage;
  /** Longest payload of a record, in bytes. */
  readonly longestPayload: number;
  readonly #state: JournalState;
  readonly #space: BlockSpace;
  readonly #appender: Appender;
  readonly #cursors: readonly Cursor[];
  readonly #policies: readonly ClassPolicy[];
  readonly #acknowledgeEvery: number;

  /**
   * Mounts what is on the flash, whatever that is; writes nothing.
   *
   * @throws RangeError for a flash that is too small, or of another kind
   */
  constructor(flash: Flash, options: JournalOptions = {}) {
    const { policies = [], acknowledgeEvery = 16, clock } = options;
    const partition = new Partition(flash);
    this.#acknowledgeEvery = acknowledgeEvery;
    this.#policies = [0, 1].map((cls) => ({
      whenFull: "drop-oldest",
      expiryS: 0,
      minimumBlocks: cls === ALARM ? 1 : Math.max(1, partition.blocks >> 3),
      ...policies[cls],
    }));
    this.#state = new JournalState(partition, clock);
    this.damage = mount(
      this.#state,
      this.#policies.map(({ whenFull }) => whenFull === "drop-newest"),
    );
    this.#space = new BlockSpace(this.#state, this.#policies);
    this.#appender = new Appender(this.#state, this.#space);
    this.#cursors = [this.cursor(ALARM), this.cursor(DATA)];
    this.longestPayload = partition.dataEnd - partition.dataStart - recordBytes(0, partition.unit);
  }

  /**
   * Writes records, alarms first. Those of a class are one commit, in their order, unless a block ends between them:
   * after a power cut the first of them may be there and others not.
   *
   * @returns how many were accepted; others had no room, by their class's policy, and are counted as lost
   * @throws RangeError for a payload longer than `longestPayload`
   */
  append(records: readonly JournalRecord[]): number {
    for (const { class: cls, payload } of records) {
      if (cls !== ALARM && cls !== DATA) throw new RangeError(`journal: class ${cls} is not ${ALARM} or ${DATA}`);
      if (payload.length > this.longestPayload) {
        const limit = `${this.longestPayload} are the most`;
        throw new RangeError(`journal: a record of ${payload.length} bytes does not fit a block; ${limit}`);
      }
    }
    return this.#appender.append(ALARM, records) + this.#appender.append(DATA, records);
  }

  /** The oldest record or gap of a class that has not been handed out; `undefined` when there is none. */
  next(cls: number): JournalEntry | undefined {
    return this.#cursors[cls]!.next();
  }

  /** What was handed out and is not acknowledged is handed out again. */
  rewind(cls: number): void {
    this.#cursors[cls]!.rewind();
  }

  /** Takes records up to `sequence` for handed out: their owner has them still. */
  skip(cls: number, sequence: number): void {
    this.#cursors[cls]!.skip(sequence);
  }

  /** Another reader of a class, that starts at its oldest record. */
  cursor(cls: number): Cursor {
    return new Cursor(this.#state, cls, this.#policies[cls]!.expiryS);
  }

  /** Records and gaps of a class up to `sequence` have arrived and are not needed any more. */
  acknowledge(cls: number, sequence: number): void {
    const state = this.#state;
    const to = Math.min(sequence, state.next(cls) - 1);
    if (to <= state.acknowledged(cls)) return;
    state.raise(cls, ACKNOWLEDGED, to);
    this.#space.release(cls);
    if (this.#space.marks.unmarked(cls) >= this.#acknowledgeEvery) this.#space.marks.mark(cls);
  }

  /** Writes down acknowledgements that are not yet, before a restart that is meant. */
  flush(): void {
    for (let cls = 0; cls < CLASSES; cls++) if (this.#space.marks.unmarked(cls) > 0) this.#space.marks.mark(cls);
  }

  /** Sequence of the last record of a class that was handed out or acknowledged, and of the next one to be appended. */
  handedOut(cls: number): number {
    return this.#cursors[cls]!.sequence;
  }
  nextSequence(cls: number): number {
    return this.#state.next(cls);
  }

  /** Records of a class that wait, handed out or not. */
  waiting(cls: number): number {
    return this.#state.waiting(cls);
  }

  /** Records of a class that a full journal dropped or refused, since it was mounted. */
  dropped(cls: number): number {
    return this.#space.dropped[cls]!;
  }

  /** Up to 256 bytes that the owner wants kept with the journal; `undefined` when there are none. */
  get note(): Uint8Array | undefined {
    return this.#state.note;
  }
  set note(note: Uint8Array | undefined) {
    if ((note?.length ?? 0) > LONGEST_NOTE) {
      throw new RangeError(`journal: a note of ${note!.length} bytes; ${LONGEST_NOTE} are the most`);
    }
    this.#state.note = note ?? new Uint8Array(0);
    this.#space.marks.keepNote();
  }

  statistics(): JournalStatistics {
    const { partition, blocks } = this.#state;
    const used = partition.blocks - blocks.count(FREE) - blocks.count(BAD);
    return {
      waiting: [this.waiting(ALARM), this.waiting(DATA)],
      oldestS: [this.oldestS(ALARM), this.oldestS(DATA)],
      dropped: [this.dropped(ALARM), this.dropped(DATA)],
      expired: this.#cursors[ALARM]!.expired + this.#cursors[DATA]!.expired,
      unreadable: this.#cursors[ALARM]!.unreadable + this.#cursors[DATA]!.unreadable,
      blocks: partition.blocks,
      bytes: partition.blocks * partition.blockLength,
      bytesUsed: used * partition.blockLength,
      badBlocks: blocks.count(BAD),
      writes: partition.writes,
      bytesWritten: partition.bytesWritten,
      erases: partition.erases,
      mostWorn: blocks.mostWorn(),
      leastWorn: blocks.leastWorn(),
    };
  }

  private oldestS(cls: number): number {
    const { blocks, scan, partition, seconds } = this.#state;
    if (this.waiting(cls) === 0) return 0;
    const acknowledged = this.#state.acknowledged(cls);
    for (let block = blocks.oldest(cls); block >= 0; block = blocks.after(cls, blocks.generation[block]!)) {
      scan.in(block, blocks.generation[block]!);
      for (let at = partition.dataStart; scan.find(at, this.#state.endOf(block)); at = scan.end) {
        if (scan.sequence > acknowledged) return Math.max(0, seconds - scan.seconds);
      }
    }
    return 0;
  }
}
