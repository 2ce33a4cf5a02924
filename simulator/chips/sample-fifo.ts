/** A part's memory for samples of three axes: first in, first out; when it is full, the oldest makes room. */
export class SampleFifo {
  readonly depth: number;
  readonly #samples: Int16Array;
  #first = 0;
  #length = 0;

  constructor(depth: number) {
    this.depth = depth;
    this.#samples = new Int16Array(3 * depth);
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  push(x: number, y: number, z: number): void {
    if (this.#length === this.depth) this.drop();
    const at = 3 * ((this.#first + this.#length++) % this.depth);
    this.#samples[at] = x;
    this.#samples[at + 1] = y;
    this.#samples[at + 2] = z;
  }

  /** Of the oldest sample. */
  peek(axis: number): number {
    return this.#samples[3 * this.#first + axis]!;
  }

  /** Forgets the oldest sample, if there is one. */
  drop(): void {
    if (this.#length === 0) return;
    this.#first = (this.#first + 1) % this.depth;
    this.#length--;
  }
}
