import { CLASSES, MARKS } from "./format.js";

/** State of a block beside the kinds of format.ts: to be erased before use, or not to be used any more. */
export const FREE = 0xfe;
export const BAD = 0xff;

/** What is known of each block: 16 bytes. Blocks of one kind follow each other by generation, wherever they are. */
export class BlockTable {
  /** A kind, `FREE` or `BAD`. */
  readonly state: Uint8Array;
  readonly copy: Uint8Array;
  readonly generation: Uint32Array;
  readonly wear: Uint32Array;
  /** Sequence that the block's first record has, or was to have. */
  readonly first: Uint32Array;
  /** Records in the block. */
  readonly records: Uint16Array;

  constructor(blocks: number) {
    this.state = new Uint8Array(blocks).fill(FREE);
    this.copy = new Uint8Array(blocks);
    this.generation = new Uint32Array(blocks);
    this.wear = new Uint32Array(blocks);
    this.first = new Uint32Array(blocks);
    this.records = new Uint16Array(blocks);
  }

  get length(): number {
    return this.state.length;
  }

  /** Blocks in this state. */
  count(state: number): number {
    let count = 0;
    for (let block = 0; block < this.state.length; block++) if (this.state[block] === state) count++;
    return count;
  }

  /** The block of a kind that comes next after a generation; -1 when there is none. */
  after(kind: number, generation: number): number {
    let found = -1;
    for (let block = 0; block < this.state.length; block++) {
      if (this.state[block] !== kind || this.generation[block]! <= generation) continue;
      if (found < 0 || this.generation[block]! < this.generation[found]!) found = block;
    }
    return found;
  }

  oldest(kind: number): number {
    return this.after(kind, 0);
  }

  newest(kind: number): number {
    let found = -1;
    for (let block = 0; block < this.state.length; block++) {
      if (this.state[block] !== kind) continue;
      if (found < 0 || this.generation[block]! > this.generation[found]!) found = block;
    }
    return found;
  }

  /** The least worn free block; -1 when there is none. */
  coldestFree(): number {
    let found = -1;
    for (let block = 0; block < this.state.length; block++) {
      if (this.state[block] === FREE && (found < 0 || this.wear[block]! < this.wear[found]!)) found = block;
    }
    return found;
  }

  /** The least worn block in use; -1 when there is none. */
  coldestUsed(): number {
    let found = -1;
    for (let block = 0; block < this.state.length; block++) {
      if (this.state[block]! > MARKS) continue;
      if (found < 0 || this.wear[block]! < this.wear[found]!) found = block;
    }
    return found;
  }

  /** Wear of the most worn block. */
  mostWorn(): number {
    let most = 0;
    for (let block = 0; block < this.wear.length; block++) most = Math.max(most, this.wear[block]!);
    return most;
  }

  /** Wear of the least worn block that is not bad. */
  leastWorn(): number {
    let least = Infinity;
    for (let block = 0; block < this.wear.length; block++) {
      if (this.state[block] !== BAD) least = Math.min(least, this.wear[block]!);
    }
    return least === Infinity ? 0 : least;
  }

  /**
   * Sequence of the last record that a block of a class can hold.
   *
   * @param next sequence after the last record of the class on flash
   */
  last(block: number, next: number): number {
    const following = this.after(this.state[block]!, this.generation[block]!);
    return (following < 0 ? next : this.first[following]!) - 1;
  }

  /** `to` has the content of `from`, which is free. */
  move(from: number, to: number): void {
    this.state[to] = this.state[from]!;
    this.copy[to] = this.copy[from]! + 1;
    this.generation[to] = this.generation[from]!;
    this.first[to] = this.first[from]!;
    this.records[to] = this.records[from]!;
    this.state[from] = FREE;
  }

  /** Records of a class that wait, as far as blocks tell. */
  waiting(kind: number, acknowledged: number, next: number): number {
    let sum = 0;
    for (let block = 0; block < this.state.length; block++) {
      if (this.state[block] !== kind || kind >= CLASSES) continue;
      // Only few blocks begin with what is acknowledged: finding where they end takes a look at all the others.
      const left = this.first[block]! > acknowledged ? Infinity : this.last(block, next) - acknowledged;
      if (left > 0) sum += Math.min(left, this.records[block]!);
    }
    return sum;
  }
}
