/**
 * Sentences of NMEA 0183 (version 4.x, "Standard for interfacing marine electronic devices"), a byte at a time:
 * `$` address, fields separated by commas, `*` and the XOR of everything between in two hexadecimal digits, CR LF.
 * Allocates nothing. What is too long, has no checksum or a wrong one, or does not end after it, is dropped.
 */

/** The standard has 82 characters from `$` to LF; receivers with many decimals send a few more. */
const MAXIMUM_BODY = 112;
const MAXIMUM_FIELDS = 32;
/** Digits of a number that a double holds exactly. */
const MAXIMUM_DIGITS = 15;

const DOLLAR = 0x24;
const STAR = 0x2a;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const CR = 0x0d;
const LF = 0x0a;

// What the next byte is.
const OUTSIDE = 0;
const BODY = 1;
const HIGH = 2;
const LOW = 3;
const END = 4;

/** Three letters as one number, to compare without strings: `code("GGA")`. */
export function code(letters: string): number {
  let value = 0;
  for (let i = 0; i < letters.length; i++) value = (value << 8) | letters.charCodeAt(i);
  return value;
}

export class NmeaReader {
  /** Sentences with a wrong checksum, or cut short, since the start. */
  damaged = 0;
  readonly #body = new Uint8Array(MAXIMUM_BODY);
  readonly #starts = new Uint8Array(MAXIMUM_FIELDS + 1);
  #fields = 0;
  #length = 0;
  #xor = 0;
  #sum = 0;
  #state = OUTSIDE;

  /** Takes one byte; true when it ended a right sentence, which then holds until the next byte. */
  push(byte: number): boolean {
    if (byte === DOLLAR) {
      if (this.#state !== OUTSIDE) this.damaged++;
      this.#state = BODY;
      this.#length = this.#xor = this.#fields = 0;
      return false;
    }
    switch (this.#state) {
      case BODY:
        this.take(byte);
        return false;
      case HIGH:
      case LOW: {
        const digit = hexadecimal(byte);
        if (digit < 0) return this.drop();
        this.#sum = (this.#sum << 4) | digit;
        this.#state++;
        return false;
      }
      case END:
        if ((byte !== CR && byte !== LF) || this.#sum !== this.#xor) return this.drop();
        this.#state = OUTSIDE;
        this.#starts[this.#fields] = this.#length + 1;
        return true;
      default:
        return false;
    }
  }

  /** The two letters of who talks, as {@link code} has them. */
  get talker(): number {
    return this.addressed(0, 2);
  }

  /** The three letters of what the sentence is, as {@link code} has them. */
  get formatter(): number {
    return this.addressed(2, 5);
  }

  /** The first character of a field (the address is field 0), or 0 where there is none. */
  character(field: number): number {
    return this.lengthOf(field) > 0 ? this.#body[this.#starts[field]!]! : 0;
  }

  /** A field as a decimal number; NaN where it is empty, absent or no number. */
  number(field: number): number {
    const length = this.lengthOf(field);
    if (length === 0) return NaN;
    const body = this.#body;
    const start = this.#starts[field]!;
    const end = start + length;
    const negative = body[start] === MINUS;
    let digits = 0;
    let decimals = -1;
    let scale = 1;
    let value = 0;
    for (let i = negative ? start + 1 : start; i < end; i++) {
      const byte = body[i]!;
      if (byte === DOT && decimals < 0) {
        decimals = 0;
        continue;
      }
      const digit = byte - ZERO;
      if (digit < 0 || digit > 9 || ++digits > MAXIMUM_DIGITS) return NaN;
      value = value * 10 + digit;
      if (decimals >= 0) scale *= 10;
    }
    if (digits === 0) return NaN;
    return (negative ? -value : value) / scale;
  }

  private take(byte: number): void {
    if (byte === STAR) {
      this.#sum = 0;
      this.#state = HIGH;
      if (this.#fields === 0) this.field(0);
      return;
    }
    // A control character, or one that is not ASCII: the sentence was cut short or garbled.
    if (byte < 0x20 || byte > 0x7e || this.#length === MAXIMUM_BODY) {
      this.drop();
      return;
    }
    if (this.#fields === 0) this.field(0);
    this.#body[this.#length++] = byte;
    this.#xor ^= byte;
    if (byte === COMMA) this.field(this.#length);
  }

  private field(start: number): void {
    if (this.#fields === MAXIMUM_FIELDS) this.drop();
    else this.#starts[this.#fields++] = start;
  }

  private drop(): false {
    this.damaged++;
    this.#state = OUTSIDE;
    return false;
  }

  private lengthOf(field: number): number {
    if (field >= this.#fields) return 0;
    return this.#starts[field + 1]! - this.#starts[field]! - 1;
  }

  private addressed(from: number, to: number): number {
    if (this.lengthOf(0) !== 5) return 0;
    let value = 0;
    for (let i = from; i < to; i++) value = (value << 8) | this.#body[i]!;
    return value;
  }
}

function hexadecimal(byte: number): number {
  if (byte >= ZERO && byte <= 0x39) return byte - ZERO;
  const letter = byte & 0xdf;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : -1;
}
