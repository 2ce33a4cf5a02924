/** A quotient of so much is not written in ones: the number follows by itself. */
const LONGEST_QUOTIENT = 16;
/** Numbers from here on are written with {@link WIDE_BITS} bits. */
const WIDE = 1 << 30;
const WIDE_MARK = 31;
const WIDE_BITS = 53;
/** Bits that fit into an integer beside those that wait for their byte. */
const MOST_BITS = 24;
const MOST_BITS_POWER = 1 << MOST_BITS;

/** A signed number as an unsigned one: 0, −1, 1, −2, 2 … become 0, 1, 2, 3, 4 … */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** Bits that {@link BitWriter.unsigned} takes. */
function unsignedBits(value: number): number {
  return value >= WIDE ? 5 + WIDE_BITS : value < 2 ? 5 : 36 - Math.clz32(value);
}

/** Bits that {@link BitWriter.rice} takes. */
export function riceBits(value: number, k: number): number {
  if (value < WIDE) {
    const quotient = value >> k;
    if (quotient < LONGEST_QUOTIENT) return quotient + 1 + k;
  }
  return LONGEST_QUOTIENT + unsignedBits(value);
}

/** Bits that {@link BitWriter.gamma} takes. */
export function gammaBits(value: number): number {
  return 63 - 2 * Math.clz32(value);
}

/**
 * Writes bits into memory that its owner gives, the most significant first, and allocates nothing. What would lie behind
 * the memory's end is not written; {@link end} tells the length all the same.
 */
export class BitWriter {
  readonly #buffer: Uint8Array;
  #start = 0;
  #at = 0;
  /** Bits that wait until they are eight. */
  #hold = 0;
  #held = 0;

  constructor(buffer: Uint8Array) {
    this.#buffer = buffer;
  }

  /** Begins at a byte of the memory. */
  start(at: number): void {
    this.#start = at;
    this.#at = at;
    this.#hold = 0;
    this.#held = 0;
  }

  /** Fills the last byte up with zeros. @returns bytes written since {@link start} */
  end(): number {
    if (this.#held > 0) this.put(0, 8 - this.#held);
    return this.#at - this.#start;
  }

  /** `count` bits, 0 to 24, of a number that has no more. */
  put(value: number, count: number): void {
    let held = this.#held + count;
    const hold = (this.#hold << count) | value;
    if (held >= 8) {
      const buffer = this.#buffer;
      let at = this.#at;
      do {
        held -= 8;
        buffer[at++] = hold >> held;
      } while (held >= 8);
      this.#at = at;
    }
    this.#held = held;
    this.#hold = hold & ((1 << held) - 1);
  }

  /** `count` bits, 0 to 53, of a whole number that has no more. */
  wide(value: number, count: number): void {
    if (count <= MOST_BITS) return this.put(value, count);
    const high = Math.floor(value / MOST_BITS_POWER);
    this.wide(high, count - MOST_BITS);
    this.put(value - high * MOST_BITS_POWER, MOST_BITS);
  }

  /** A whole number from 0 to 2^53 − 1: how many bits it has (5 bits), and those after its first one. */
  unsigned(value: number): void {
    if (value >= WIDE) {
      this.put(WIDE_MARK, 5);
      return this.wide(value, WIDE_BITS);
    }
    const length = 32 - Math.clz32(value);
    this.put(length, 5);
    if (length > 1) this.wide(value - (1 << (length - 1)), length - 1);
  }

  /** A whole number from 1 to 2^53 − 1 that is small as a rule: ones as many as it has bits after its first, a zero, those bits. */
  gamma(value: number): void {
    let count = 0;
    let power = 1;
    while (2 * power <= value) {
      power *= 2;
      count++;
    }
    this.ones(count);
    this.put(0, 1);
    this.wide(value - power, count);
  }

  /**
   * A whole number from 0 to 2^53 − 1, Rice-coded: its quotient by 2^k in ones, a zero, the `k` bits of the rest. From
   * a quotient of 16 on: 16 ones and the number as {@link unsigned}.
   *
   * @param k 0 to 14
   */
  rice(value: number, k: number): void {
    if (value < WIDE) {
      const quotient = value >> k;
      if (quotient < LONGEST_QUOTIENT) {
        const rest = value & ((1 << k) - 1);
        if (quotient + k < MOST_BITS) {
          this.put((((1 << quotient) - 1) << (k + 1)) | rest, quotient + 1 + k);
        } else {
          this.put(((1 << quotient) - 1) << 1, quotient + 1);
          this.put(rest, k);
        }
        return;
      }
    }
    this.ones(LONGEST_QUOTIENT);
    this.unsigned(value);
  }

  /** {@link rice} of each number of a row from its second one on. */
  riceRow(values: Float64Array, length: number, k: number): void {
    const buffer = this.#buffer;
    const mask = (1 << k) - 1;
    const near = LONGEST_QUOTIENT << k;
    const shift = k + 1;
    let at = this.#at;
    let hold = this.#hold;
    let held = this.#held;
    for (let i = 1; i < length; i++) {
      const value = values[i]!;
      const count = value < near ? (value >> k) + shift : MOST_BITS + 1;
      if (count > MOST_BITS) {
        this.#at = at;
        this.#hold = hold & ((1 << held) - 1);
        this.#held = held;
        this.rice(value, k);
        at = this.#at;
        hold = this.#hold;
        held = this.#held;
      } else {
        // Bits of `hold` above those that wait have been written, and leave it to the left.
        hold = (hold << count) | (((1 << (count - shift)) - 1) << shift) | (value & mask);
        held += count;
        while (held >= 8) {
          held -= 8;
          buffer[at++] = hold >> held;
        }
      }
    }
    this.#at = at;
    this.#hold = hold & ((1 << held) - 1);
    this.#held = held;
  }

  private ones(count: number): void {
    for (let left = count; left > 0; left -= MOST_BITS) {
      const now = left < MOST_BITS ? left : MOST_BITS;
      this.put((1 << now) - 1, now);
    }
  }
}
