import { crc32 } from "../data/crc.js";
import { place, put32, RECORD_CHECK_BYTES, RECORD_HEADER_BYTES, writeRecordHeader } from "./format.js";
import type { BlockTable } from "./block-table.js";
import type { RecordHeader } from "./format.js";
import { ZEROS } from "./partition.js";
import type { Partition } from "./partition.js";
import { recordBytes } from "./record-scan.js";
import type { RecordScan } from "./record-scan.js";

/** What a writer needs of a journal's state. */
export interface WriterState {
  readonly partition: Partition;
  readonly scan: RecordScan;
  readonly blocks: BlockTable;
  /** By kind: the block that is written to, and where its last record ends. */
  readonly tails: readonly { readonly block: number; end: number }[];
  readonly seconds: number;
  /** Offset of a block in the partition. */
  base(block: number): number;
}

/** Writes commits of one or more records at the tail of a kind; its tail moves on whether that works or not. */
export class RecordWriter {
  readonly #state: WriterState;
  readonly #bytes = new Uint8Array(RECORD_HEADER_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #header: RecordHeader = { flags: 0, length: 0, sequence: 0, seconds: 0, commitEnd: 0 };
  #kind = 0;
  #at = 0;

  constructor(state: WriterState) {
    this.#state = state;
  }

  /** A commit up to offset `commitEnd` begins; its records must fill it. */
  begin(kind: number, commitEnd: number): void {
    const tail = this.#state.tails[kind]!;
    this.#kind = kind;
    this.#at = tail.end;
    this.#header.commitEnd = commitEnd;
    this.#header.seconds = this.#state.seconds;
    this.#state.partition.begin(this.#state.base(tail.block) + tail.end);
    // Should the flash throw, nothing more is written to this block.
    tail.end = this.#state.partition.dataEnd;
  }

  add(flags: number, sequence: number, payload: Uint8Array): void {
    const { tails, blocks } = this.#state;
    const header = this.#header;
    header.flags = flags;
    header.length = payload.length;
    header.sequence = sequence;
    this.put(header, payload, blocks.generation[tails[this.#kind]!.block]!);
  }

  /**
   * Writes records over themselves, from offset `from` up to `end` of a kind's tail. A write that was cut off may have
   * left bits that read as they should and will not always: written again, they are zeros for good. Returns up to where
   * records read well.
   */
  reinforce(kind: number, from: number, end: number): number {
    const { scan, partition, tails, blocks } = this.#state;
    const { block } = tails[kind]!;
    const generation = blocks.generation[block]!;
    scan.in(block, generation);
    partition.begin(this.#state.base(block) + from);
    this.#at = from;
    while (this.#at < end && scan.find(this.#at, end) && scan.offset === this.#at) {
      const payload = scan.payload();
      if (payload === undefined) break;
      this.put(scan, payload, generation);
    }
    return partition.end() ? this.#at : from;
  }

  /** Whether the commit reads back as it was written; if not, its block takes no more. */
  end(): boolean {
    const { partition, tails } = this.#state;
    const tail = tails[this.#kind]!;
    const whole = partition.end();
    if (whole) tail.end = this.#at;
    return whole;
  }

  private put(header: RecordHeader, payload: Uint8Array, generation: number): void {
    const { partition } = this.#state;
    const bytes = this.#bytes;
    writeRecordHeader(this.#view, header, this.#at, generation);
    const seed = place(this.#at, generation);
    const crc = crc32(payload, 0, payload.length, crc32(bytes, 0, RECORD_HEADER_BYTES, seed));
    const size = recordBytes(payload.length, partition.unit);
    partition.put(bytes, 0, RECORD_HEADER_BYTES);
    partition.put(payload, 0, payload.length);
    // Zeros can be written again, whatever has become of them.
    partition.put(ZEROS, 0, size - RECORD_HEADER_BYTES - payload.length - RECORD_CHECK_BYTES);
    put32(bytes, 0, crc);
    partition.put(bytes, 0, RECORD_CHECK_BYTES);
    this.#at += size;
  }
}
