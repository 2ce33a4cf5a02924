/**
 * What CBOR decodes to. Maps become `Map`s: they are safe with any key (`__proto__`), and on XS a property name made
 * from input would enter the engine's table of names, which is small. Decimal fractions (tag 4) become numbers, every
 * other tag stays beside its value.
 */
export type CborValue = number | string | boolean | null | undefined | Uint8Array | CborValue[] | CborMap | CborTag;
export type CborMap = Map<number | string, CborValue>;
export interface CborTag {
  readonly tag: number;
  readonly value: CborValue;
}

/** What a decoder lets through; all of it is checked before memory is taken. */
export interface CborLimits {
  /** Bytes of input; 4096 unless told. */
  readonly maximumLength?: number;
  /** Arrays, maps and tags inside each other; 8 unless told. */
  readonly maximumDepth?: number;
  /** Items of any kind, keys and chunks of strings counted; 256 unless told. One takes up to 64 bytes of XS heap. */
  readonly maximumItems?: number;
}

/** Input that is not CBOR, or not CBOR that this decoder takes. */
export class CborError extends Error {
  override readonly name = "CborError";
  /** Of the item that is wrong, in bytes from the start. */
  readonly offset: number;

  constructor(offset: number, what: string) {
    super(`cbor: at offset ${offset}: ${what}`);
    this.offset = offset;
  }
}

const MAXIMUM = 9007199254740992;
/** Powers of ten up to this one are exact. */
const MAXIMUM_EXPONENT = 22;

/**
 * The number nearest to the decimal fraction whose tag, at offset `at`, is followed by `content`: [exponent, mantissa] to
 * base 10 (RFC 8949 §3.4.4).
 *
 * @throws CborError for other content, and for exponents beyond ±22
 */
export function decimalFraction(at: number, content: CborValue): number {
  const [exponent, mantissa] = Array.isArray(content) && content.length === 2 ? content : [];
  if (!isInteger(exponent) || !isInteger(mantissa)) {
    throw new CborError(at, "a decimal fraction that is not an array of two integers");
  }
  const size = Math.abs(exponent);
  if (size > MAXIMUM_EXPONENT) throw new CborError(at, `a decimal exponent ${exponent} beyond ${MAXIMUM_EXPONENT}`);
  let power = 1;
  for (let i = 0; i < size; i++) power *= 10;
  return exponent < 0 ? mantissa / power : mantissa * power;
}

function isInteger(value: CborValue): value is number {
  return typeof value === "number" && Math.floor(value) === value && Math.abs(value) <= MAXIMUM;
}
