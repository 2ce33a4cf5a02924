import { BlockTable } from "./block-table.js";
import { ACKNOWLEDGED, CLASSES, DROPPED, MARKS, NEXT, STATE_NUMBERS } from "./format.js";
import type { Partition } from "./partition.js";
import { RecordScan } from "./record-scan.js";
import { RecordWriter } from "./record-writer.js";

/** The block of a kind that is written to. */
export class Tail {
  /** -1: none. */
  block = -1;
  /** Offset in the block after its last record, where the next one goes once the tail is settled. */
  end = 0;
  /** How far a commit that was cut off said it would go. */
  reach = 0;
  /** Whether everything from `end` on is known to be erased, by this program, since it started. */
  settled = false;
  /** Sequence of the last record of the class on flash. */
  last = 0;
}

/** What a journal knows between two calls: some 700 bytes and 16 for every block. */
export class JournalState {
  readonly partition: Partition;
  readonly scan: RecordScan;
  readonly writer: RecordWriter;
  readonly blocks: BlockTable;
  readonly tails: readonly Tail[] = [new Tail(), new Tail(), new Tail()];
  /** STATE_NUMBERS for each class; see format.ts. */
  readonly numbers = new Uint32Array(CLASSES * STATE_NUMBERS);
  /** What the owner wants kept. */
  note: Uint8Array | undefined;
  /** Generation of the block that is opened next. */
  generation = 1;
  /** Seconds that the journal has lived, at tick 0. */
  #secondsAtZero = 0;
  readonly #clock: { ticks(): number } | undefined;

  constructor(partition: Partition, clock: { ticks(): number } | undefined) {
    this.partition = partition;
    this.scan = new RecordScan(partition);
    this.writer = new RecordWriter(this);
    this.blocks = new BlockTable(partition.blocks);
    this.#clock = clock;
    for (let cls = 0; cls < CLASSES; cls++) this.numbers[cls * STATE_NUMBERS + NEXT] = 1;
  }

  /** Seconds that the journal has lived, with the power on. */
  get seconds(): number {
    return Math.max(0, this.#secondsAtZero + Math.floor((this.#clock?.ticks() ?? 0) / 1000));
  }

  /** At least so many seconds have gone by. */
  atLeast(seconds: number): void {
    if (seconds > this.seconds) this.#secondsAtZero += seconds - this.seconds;
  }

  acknowledged(cls: number): number {
    return this.numbers[cls * STATE_NUMBERS + ACKNOWLEDGED]!;
  }
  dropped(cls: number): number {
    return this.numbers[cls * STATE_NUMBERS + DROPPED]!;
  }
  next(cls: number): number {
    return this.numbers[cls * STATE_NUMBERS + NEXT]!;
  }

  /** Sets one of the numbers of a class, unless it is greater already. */
  raise(cls: number, which: number, value: number): void {
    const at = cls * STATE_NUMBERS + which;
    if (value > this.numbers[at]!) this.numbers[at] = value;
  }

  /** Where the records of a block end. */
  endOf(block: number): number {
    for (let kind = 0; kind <= MARKS; kind++) {
      const tail = this.tails[kind]!;
      if (tail.block === block) return tail.end;
    }
    return this.partition.dataEnd;
  }

  /** Offset of a block in the partition. */
  base(block: number): number {
    return block * this.partition.blockLength;
  }

  /** Sequence of the last record that a block of a class can hold. */
  last(cls: number, block: number): number {
    return this.blocks.last(block, this.tails[cls]!.last + 1);
  }

  /** Records in a block of a class that wait, counted one by one. */
  waitingIn(block: number): number {
    const cls = this.blocks.state[block]!;
    const acknowledged = this.acknowledged(cls);
    const end = this.endOf(block);
    this.scan.in(block, this.blocks.generation[block]!);
    let count = 0;
    for (let at = this.partition.dataStart; this.scan.find(at, end); at = this.scan.end) {
      if (this.scan.sequence > acknowledged) count++;
    }
    return count;
  }

  /** Records of a class that wait. */
  waiting(cls: number): number {
    return this.blocks.waiting(cls, this.acknowledged(cls), this.tails[cls]!.last + 1);
  }
}
