const ERASED = 0xff;

/** The cells of NOR flash, erased to ones. Only blocks that were ever programmed take memory. */
export class NorCells {
  readonly size: number;
  readonly #blockLength: number;
  readonly #blocks: (Uint8Array | undefined)[];
  #image: Uint8Array | undefined;

  constructor(blocks: number, blockLength: number) {
    this.size = blocks * blockLength;
    this.#blockLength = blockLength;
    this.#blocks = Array.from({ length: blocks }, () => undefined);
  }

  /** All cells in one piece, for whoever looks at them or spoils them; from then on all of them take memory. */
  get image(): Uint8Array {
    if (this.#image !== undefined) return this.#image;
    const image = new Uint8Array(this.size).fill(ERASED);
    this.#blocks.forEach((cells, block) => {
      const own = image.subarray(block * this.#blockLength, (block + 1) * this.#blockLength);
      if (cells !== undefined) own.set(cells);
      this.#blocks[block] = own;
    });
    this.#image = image;
    return image;
  }

  at(offset: number): number {
    const block = Math.floor(offset / this.#blockLength);
    return this.#blocks[block]?.[offset - block * this.#blockLength] ?? ERASED;
  }

  /** Fills `bytes` with what begins at `offset`. */
  read(bytes: Uint8Array, offset: number): void {
    for (let at = 0; at < bytes.length;) {
      const block = Math.floor((offset + at) / this.#blockLength);
      const from = offset + at - block * this.#blockLength;
      const to = Math.min(from + bytes.length - at, this.#blockLength);
      const cells = this.#blocks[block];
      if (cells === undefined) bytes.fill(ERASED, at, at + to - from);
      else bytes.set(cells.subarray(from, to), at);
      at += to - from;
    }
  }

  /** Makes zeros where `bytes` has them; a zero stays one. */
  program(bytes: Uint8Array, offset: number): void {
    for (let i = 0; i < bytes.length; i++) {
      const block = Math.floor((offset + i) / this.#blockLength);
      const cells = (this.#blocks[block] ??= new Uint8Array(this.#blockLength).fill(ERASED));
      cells[offset + i - block * this.#blockLength]! &= bytes[i]!;
    }
  }

  erase(block: number): void {
    this.#blocks[block]?.fill(ERASED);
  }
}
