import { FREE } from "./block-table.js";
import { BLOCK_HEADER_BYTES, readBlockHeader } from "./format.js";
import type { BlockHeader } from "./format.js";
import type { JournalState } from "./journal-state.js";

/** Half of the range of an 8-bit counter that wraps. */
const HALF = 128;
/** Wear of a block that does not say. */
const UNKNOWN = 0xffff_ffff;

/** Reads the header of every block into a journal's table of blocks. */
export class HeaderScan {
  /** Blocks with neither of their headers, or of the same content as another. */
  unreadable = 0;
  readonly #state: JournalState;
  readonly #header: BlockHeader = { kind: 0, copy: 0, generation: 0, wear: 0, first: 0, seconds: 0 };
  #order: Uint16Array;

  constructor(state: JournalState) {
    this.#state = state;
    this.#order = new Uint16Array(state.blocks.length);
  }

  /** Blocks with a header, the oldest first. */
  get order(): Uint16Array {
    return this.#order;
  }

  read(): void {
    const { blocks } = this.#state;
    const header = this.#header;
    let coldest = UNKNOWN;
    let used = 0;
    for (let block = 0; block < blocks.length; block++) {
      if (!this.readHeader(block)) {
        blocks.wear[block] = UNKNOWN;
        continue;
      }
      blocks.wear[block] = header.wear;
      blocks.first[block] = header.first;
      blocks.state[block] = header.kind;
      blocks.generation[block] = header.generation;
      blocks.copy[block] = header.copy;
      this.#order[used++] = block;
      coldest = Math.min(coldest, header.wear);
      this.#state.generation = Math.max(this.#state.generation, header.generation + 1);
      this.#state.atLeast(header.seconds);
    }
    // Wear is even: a block that does not say has about as much as the least worn one, or has never been used.
    const assumed = coldest === UNKNOWN ? 0 : Math.max(0, coldest - 1);
    for (let block = 0; block < blocks.length; block++) {
      if (blocks.wear[block] === UNKNOWN) blocks.wear[block] = assumed;
    }
    this.#order = this.#order.subarray(0, used).sort((a, b) => blocks.generation[a]! - blocks.generation[b]!);
    for (let i = 1; i < used; i++) this.separate(i);
  }

  /** Of two blocks with the same content, the one that was moved more often stays. */
  private separate(index: number): void {
    const { blocks } = this.#state;
    const former = this.#order[index - 1]!;
    const block = this.#order[index]!;
    if (blocks.generation[former] !== blocks.generation[block] || blocks.state[former] !== blocks.state[block]) return;
    this.unreadable++;
    const newer = (blocks.copy[block]! - blocks.copy[former]! + 256) % 256;
    const stays = newer > 0 && newer < HALF;
    blocks.state[stays ? former : block] = FREE;
    if (stays) return;
    // It is compared with the next one.
    this.#order[index - 1] = block;
    this.#order[index] = former;
  }

  /**
   * The header at the block's begin, or its copy at the end. The copy is written first: where the begin is still erased,
   * the copy itself may be unfinished.
   */
  private readHeader(block: number): boolean {
    const state = this.#state;
    const { partition, numbers } = state;
    const front = state.base(block);
    const index = partition.load(front, BLOCK_HEADER_BYTES);
    if (readBlockHeader(partition.window, index, this.#header, numbers)) return true;
    if (partition.isErased(front, front + BLOCK_HEADER_BYTES)) return false;
    const zeroed = this.isZero(front);
    const copy = front + partition.dataEnd;
    if (readBlockHeader(partition.window, partition.load(copy, BLOCK_HEADER_BYTES), this.#header, numbers)) return true;
    if (!zeroed || !this.isZero(copy)) this.unreadable++;
    return false;
  }

  private isZero(offset: number): boolean {
    const { partition } = this.#state;
    const index = partition.load(offset, BLOCK_HEADER_BYTES);
    for (let i = 0; i < BLOCK_HEADER_BYTES; i++) if (partition.window[index + i] !== 0) return false;
    return true;
  }
}
