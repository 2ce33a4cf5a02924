import { crc32 } from "../data/crc.js";
import type { Flash } from "../ports/storage.js";
import { BLOCK_HEADER_BYTES, PAGE_BYTES, roundUp } from "./format.js";

/** Fewest blocks: one for marks, one for each class, one to go on to. */
const FEWEST_BLOCKS = 4;
const LONGEST_BLOCK = 32_768;
const ERASED = 0xff;
/** A read counts bytes that differ from run to run where cells are half erased; one erase in a few may do nothing. */
const ERASE_TRIES = 3;
const ERASED_WORD = 0xffff_ffff;
/** A page of them. */
export const ZEROS = new Uint8Array(PAGE_BYTES);

/**
 * Flash in the pieces that the journal works with: reads through a window of one page, writes that do not cross a page and
 * are read back, erases that are looked at. What the flash itself throws is passed on.
 */
export class Partition {
  readonly blocks: number;
  readonly blockLength: number;
  /** Offsets and lengths of records are multiples of it. */
  readonly unit: number;
  /** Where in a block its records begin, and where the header's copy does. */
  readonly dataStart: number;
  readonly dataEnd: number;
  /** The page that was read last; see `load`. */
  readonly window = new Uint8Array(PAGE_BYTES);
  readonly view = new DataView(this.window.buffer);
  // All offsets are multiples of 4.
  readonly #windowWords = new Uint32Array(this.window.buffer);
  readonly #flash: Flash;
  readonly #size: number;
  // What is being written: `fill` bytes that belong at `#writeAt`.
  readonly #page = new Uint8Array(PAGE_BYTES);
  readonly #pageWords = new Uint32Array(this.#page.buffer);
  #fill = 0;
  #writeAt = 0;
  #whole = true;
  /** Offset of what is in the window; -1: nothing. */
  #windowAt = -1;
  #writes = 0;
  #erases = 0;
  #bytesWritten = 0;

  /** @throws RangeError for a flash that is too small, or of another kind */
  constructor(flash: Flash) {
    const { size, blocks, blockLength, writeAlign, eraseValue } = flash.status();
    this.unit = Math.max(4, writeAlign);
    const right = writeAlign >= 1 && Math.floor(PAGE_BYTES / this.unit) * this.unit === PAGE_BYTES;
    if (!right) throw new RangeError(`journal: writeAlign ${writeAlign} is not a part of ${PAGE_BYTES}`);
    if (eraseValue !== ERASED) throw new RangeError(`journal: eraseValue ${eraseValue} is not ${ERASED}`);
    if (blockLength < 1024 || blockLength > LONGEST_BLOCK || blockLength % PAGE_BYTES !== 0) {
      const wanted = `a multiple of ${PAGE_BYTES} from 1024 to ${LONGEST_BLOCK}`;
      throw new RangeError(`journal: blockLength ${blockLength} is not ${wanted}`);
    }
    if (blocks < FEWEST_BLOCKS || blocks * blockLength > size) {
      throw new RangeError(
        `journal: a partition of ${size} bytes, ${blocks} blocks, is too small; ${FEWEST_BLOCKS} blocks are the fewest`,
      );
    }
    this.#flash = flash;
    this.#size = blocks * blockLength;
    this.blocks = blocks;
    this.blockLength = blockLength;
    this.dataStart = roundUp(BLOCK_HEADER_BYTES, this.unit);
    this.dataEnd = blockLength - this.dataStart;
  }

  get writes(): number {
    return this.#writes;
  }
  get erases(): number {
    return this.#erases;
  }
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** Where in `window` the `length` bytes (a page at the most) at `offset` are; reads them if they are not in it yet. */
  load(offset: number, length: number): number {
    const inside = this.#windowAt >= 0 && offset >= this.#windowAt && offset + length <= this.#windowAt + PAGE_BYTES;
    if (!inside) {
      const from = Math.min(offset, this.#size - PAGE_BYTES);
      this.#windowAt = -1;
      this.#flash.read(this.window, from);
      this.#windowAt = from;
    }
    return offset - this.#windowAt;
  }

  /** What is in the window is read again when it is next asked for. */
  forget(): void {
    this.#windowAt = -1;
  }

  /** Fills `into`; not through the window. */
  read(into: Uint8Array, offset: number): void {
    this.#flash.read(into, offset);
  }

  /** CRC-32 of the bytes from `from` up to `to`, going on from `previous`. */
  crc(from: number, to: number, previous: number): number {
    let crc = previous;
    for (let at = from; at < to;) {
      const length = Math.min(PAGE_BYTES, to - at);
      const index = this.load(at, length);
      crc = crc32(this.window, index, index + length, crc);
      at += length;
    }
    return crc;
  }

  /** Whether everything from `from` up to `to`, multiples of 4, reads as erased. */
  isErased(from: number, to: number): boolean {
    const words = this.#windowWords;
    for (let at = from; at < to;) {
      const length = Math.min(PAGE_BYTES, to - at);
      const first = this.load(at, length) >> 2;
      const last = first + (length >> 2);
      for (let i = first; i < last; i++) if (words[i] !== ERASED_WORD) return false;
      at += length;
    }
    return true;
  }

  /** Where what is not erased ends, from `from` up to `to`; `from` when all of it is erased. */
  writtenEnd(from: number, to: number): number {
    let end = from;
    for (let at = from; at < to;) {
      const length = Math.min(PAGE_BYTES, to - at);
      const index = this.load(at, length);
      for (let i = 0; i < length; i++) if (this.window[index + i] !== ERASED) end = at + i + 1;
      at += length;
    }
    return end;
  }

  /** What is put from now on is written from `offset` on. */
  begin(offset: number): void {
    this.#writeAt = offset;
    this.#fill = 0;
    this.#whole = true;
  }

  /** Bytes of `bytes` from `from` up to `to` are next; a page that is full is written. */
  put(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to;) {
      const room = PAGE_BYTES - ((this.#writeAt + this.#fill) % PAGE_BYTES);
      const length = Math.min(room, to - at);
      this.#page.set(length === bytes.length ? bytes : bytes.subarray(at, at + length), this.#fill);
      this.#fill += length;
      if (length === room) this.flush();
      at += length;
    }
  }

  /** Writes what is left, filled up with ones to the unit. Whether all since `begin` reads back as it was written. */
  end(): boolean {
    while (this.#fill % this.unit !== 0) this.#page[this.#fill++] = ERASED;
    this.flush();
    return this.#whole;
  }

  /** Programs everything from `from` up to `to`, multiples of the unit, to zeros, which undoes what was half written. */
  zero(from: number, to: number): void {
    this.begin(from);
    for (let left = to - from; left > 0; left -= PAGE_BYTES) this.put(ZEROS, 0, Math.min(PAGE_BYTES, left));
    this.end();
  }

  /**
   * Erases a block. Its header is zeroed first, so that an interrupted erase leaves nothing that passes for a block, and
   * an erase that does nothing is found out. `false` when the block does not erase.
   */
  erase(block: number): boolean {
    const from = block * this.blockLength;
    this.invalidate(block);
    for (let tries = 0; tries < ERASE_TRIES; tries++) {
      this.forget();
      this.#erases++;
      this.#flash.eraseBlock(block, block + 1);
      if (this.isErased(from, from + this.blockLength)) return true;
    }
    return false;
  }

  /** From now on there is no block here that a mount would find. */
  invalidate(block: number): void {
    const from = block * this.blockLength;
    this.zero(from, from + this.dataStart);
    this.zero(from + this.dataEnd, from + this.blockLength);
  }

  private flush(): void {
    const length = this.#fill;
    if (length === 0) return;
    const offset = this.#writeAt;
    this.#fill = 0;
    this.#writeAt = offset + length;
    this.forget();
    this.#writes++;
    this.#bytesWritten += length;
    this.#flash.write(length === PAGE_BYTES ? this.#page : this.#page.subarray(0, length), offset);
    const first = this.load(offset, length) >> 2;
    const words = length >> 2;
    for (let i = 0; i < words; i++) if (this.#windowWords[first + i] !== this.#pageWords[i]) this.#whole = false;
  }
}
