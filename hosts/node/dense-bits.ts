/** Ones in a row beyond which a packed number has nothing to say. */
const LONGEST_UNARY = 53;

/** Reads what firmware/telemetry/wire.cddl calls bits, numbers, counts and Rice codes. Throws at the end of the bytes. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined)
      throw new Error(`dense: the packed values end after ${this.#bytes.length} bytes, too early`);
    return (byte >> (7 - (this.#at++ & 7))) & 1;
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = 2 * value + this.bit();
    return value;
  }

  number(): number {
    const length = this.bits(5);
    if (length === 31) return this.bits(53);
    return length === 0 ? 0 : 2 ** (length - 1) + this.bits(length - 1);
  }

  signed(): number {
    return fromZigzag(this.number());
  }

  gamma(): number {
    const count = this.#unary(LONGEST_UNARY);
    return 2 ** count + this.bits(count);
  }

  rice(k: number): number {
    const quotient = this.#unary(16);
    return quotient === 16 ? this.number() : quotient * 2 ** k + this.bits(k);
  }

  float(): number {
    const double = this.bit() === 1;
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, this.bits(32));
    if (!double) return view.getFloat32(0);
    view.setUint32(4, this.bits(32));
    return view.getFloat64(0);
  }

  /** Only zeros that fill the last byte may be left. */
  end(): void {
    const left = 8 * this.#bytes.length - this.#at;
    if (left >= 8)
      throw new Error(`dense: ${left >> 3} of ${this.#bytes.length} bytes are left after the packed values`);
    if (this.bits(left) !== 0) throw new Error("dense: the last bits of the packed values are not zero");
  }

  /** Ones up to a zero; `most` of them are not followed by one. */
  #unary(most: number): number {
    let ones = 0;
    while (ones < most && this.bit() === 1) ones++;
    return ones;
  }
}

export function fromZigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
