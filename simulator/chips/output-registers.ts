/** Which half of an axis has been read and waits for the other. */
const NONE = 0;

/**
 * Three 16-bit output registers of an ST accelerometer, least significant byte first, with its block data update: while it
 * is on, an axis of which one half was read does not change until the other half is read as well.
 */
export class OutputRegisters {
  blockDataUpdate = false;
  readonly #shown = new Int16Array(3);
  readonly #newest = new Int16Array(3);
  readonly #half = [NONE, NONE, NONE];

  reset(): void {
    this.blockDataUpdate = false;
    this.#shown.fill(0);
    this.#newest.fill(0);
    this.#half.fill(NONE);
  }

  store(x: number, y: number, z: number): void {
    this.#newest[0] = x;
    this.#newest[1] = y;
    this.#newest[2] = z;
    for (let axis = 0; axis < 3; axis++) {
      if (!this.blockDataUpdate || this.#half[axis] === NONE) this.#shown[axis] = this.#newest[axis]!;
    }
  }

  /** Byte 0 to 5: x low, x high, y low … */
  read(index: number): number {
    const axis = index >> 1;
    const part = 1 + (index & 1);
    const byte = (this.#shown[axis]! >> (8 * (index & 1))) & 0xff;
    if (this.#half[axis] === NONE) this.#half[axis] = part;
    else if (this.#half[axis] !== part) {
      this.#half[axis] = NONE;
      this.#shown[axis] = this.#newest[axis]!;
    }
    return byte;
  }
}
