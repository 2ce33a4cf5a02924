const COLON = 0x3a;
const COMMA = 0x2c;
const ZERO = 0x30;
const maximumDigits = 9;
const maximumLength = 999_999_999;

/** Frames `prefix` (one character) and `body` as a netstring, `<length>:<prefix><body>,`, in one buffer. @throws RangeError at 10^9 bytes */
export function netstring(prefix: string, body: Uint8Array): Uint8Array {
  if (body.byteLength >= maximumLength) {
    throw new RangeError(`netstring: ${body.byteLength} bytes are not fewer than ${maximumLength}`);
  }
  const head = `${body.byteLength + 1}:${prefix}`;
  const frame = Buffer.allocUnsafe(head.length + body.byteLength + 1);
  frame.write(head, 0, "latin1");
  frame.set(body, head.length);
  frame[frame.byteLength - 1] = COMMA;
  return frame;
}

/**
 * Takes netstrings out of a stream that arrives in chunks cut anywhere. A message that lies within one chunk is handed
 * on without a copy; one that spans several is gathered in a buffer of its own size.
 */
export class NetstringReader {
  readonly #onMessage: (message: Uint8Array) => void;
  #state: "length" | "body" | "comma" = "length";
  #length = 0;
  #digits = 0;
  #body: Uint8Array | undefined;
  #filled = 0;

  constructor(onMessage: (message: Uint8Array) => void) {
    this.#onMessage = onMessage;
  }

  /** @throws Error when the stream is not netstrings; the stream is of no further use then */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.byteLength) {
      if (this.#state === "length") at = this.#readLength(chunk, at);
      else if (this.#state === "body") at = this.#readBody(chunk, at);
      else at = this.#readComma(chunk, at);
    }
  }

  #readLength(chunk: Uint8Array, start: number): number {
    let at = start;
    while (at < chunk.byteLength) {
      const byte = chunk[at++]!;
      if (byte === COLON && this.#digits > 0) {
        this.#state = this.#length === 0 ? "comma" : "body";
        if (this.#length === 0) this.#body = new Uint8Array(0);
        break;
      }
      const digit = byte - ZERO;
      if (!(digit >= 0 && digit <= 9) || ++this.#digits > maximumDigits) {
        throw new Error(`netstring: byte ${byte} after ${this.#digits} digits of the length is not a digit or a colon`);
      }
      this.#length = this.#length * 10 + digit;
    }
    return at;
  }

  #readBody(chunk: Uint8Array, at: number): number {
    const missing = this.#length - this.#filled;
    const end = Math.min(chunk.byteLength, at + missing);
    const part = chunk.subarray(at, end);
    if (this.#filled === 0 && part.byteLength === missing) {
      this.#body = part;
    } else {
      this.#body ??= new Uint8Array(this.#length);
      this.#body.set(part, this.#filled);
    }
    this.#filled += part.byteLength;
    if (this.#filled === this.#length) this.#state = "comma";
    return end;
  }

  #readComma(chunk: Uint8Array, at: number): number {
    if (chunk[at] !== COMMA) throw new Error(`netstring: byte ${chunk[at]} after ${this.#length} bytes is not a comma`);
    const message = this.#body!;
    this.#state = "length";
    this.#length = 0;
    this.#digits = 0;
    this.#body = undefined;
    this.#filled = 0;
    this.#onMessage(message);
    return at + 1;
  }
}
