import { BLOCK_HEADER_BYTES, readBlockHeader, writeBlockHeader } from "./format.js";
import type { BlockHeader } from "./format.js";
import type { JournalState } from "./journal-state.js";

const NO_NUMBERS = new Uint32Array(0);

/** Writes and reads block headers, one at a time. */
export class BlockHeaders {
  /** The one that was read last, or is to be written. */
  readonly header: BlockHeader = { kind: 0, copy: 0, generation: 0, wear: 0, first: 0, seconds: 0 };
  readonly #state: JournalState;
  readonly #bytes = new Uint8Array(BLOCK_HEADER_BYTES);

  constructor(state: JournalState) {
    this.#state = state;
  }

  /** Writes `header`, the copy at the end first. Whether both read back. */
  write(block: number): boolean {
    const { partition, numbers } = this.#state;
    const bytes = this.#bytes;
    writeBlockHeader(bytes, this.header, numbers);
    const base = this.#state.base(block);
    partition.begin(base + partition.dataEnd);
    partition.put(bytes, 0, BLOCK_HEADER_BYTES);
    const copied = partition.end();
    partition.begin(base);
    partition.put(bytes, 0, BLOCK_HEADER_BYTES);
    return partition.end() && copied;
  }

  /** Whether there is one, which `header` is then. */
  read(block: number): boolean {
    const { partition } = this.#state;
    const base = this.#state.base(block);
    for (const at of [base, base + partition.dataEnd]) {
      const index = partition.load(at, BLOCK_HEADER_BYTES);
      if (readBlockHeader(partition.window, index, this.header, NO_NUMBERS)) return true;
    }
    return false;
  }
}
