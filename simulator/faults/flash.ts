import type { FlashCells, FlashDamage, FlashModel, FlashOperation } from "../io/flash.js";
import type { Random } from "../random.js";
import { probabilityOf, wholeNumber } from "./arguments.js";

/**
 * Faults of NOR flash: what an operation leaves behind when power goes in the middle of it
 * (`flash.cutAt(17, tornPrefix)`), or when the part does not do what it was told and does not say so
 * (`flash.disturb = sometimes(random, 0.01, nothing)`); and what befalls cells at rest (`flipAtRest`).
 */

/** Nothing happened: the cut came first, or the erase silently did nothing. */
export const nothing: FlashDamage = () => {};

/** A write got as far as some byte, of which only some bits are programmed. Bytes are programmed in order. */
export const tornPrefix: FlashDamage = (cells, operation, random) => {
  const { bytes, offset } = written(operation);
  const whole = random.integer() % (bytes.length + 1);
  for (let i = 0; i < whole; i++) cells.image[offset + i]! &= bytes[i]!;
  if (whole < bytes.length) cells.image[offset + whole]! &= bytes[whole]! | random.integer();
};

/** A write programmed some of its bits, anywhere in it: a part programs the bytes of a page in parallel. */
export const tornBits: FlashDamage = (cells, operation, random) => {
  const { bytes, offset } = written(operation);
  const dense = random.integer() % 4;
  for (let i = 0; i < bytes.length; i++) cells.image[offset + i]! &= bytes[i]! | mask(random, dense);
};

/** As `tornPrefix`, and bits of what follows were half programmed: they read as this or that. */
export const tornUnstable: FlashDamage = (cells, operation, random) => {
  const { bytes, offset } = written(operation);
  const whole = random.integer() % (bytes.length + 1);
  const dense = random.integer() % 4;
  for (let i = 0; i < whole; i++) cells.image[offset + i]! &= bytes[i]!;
  for (let i = whole; i < bytes.length; i++) {
    const half = ~bytes[i]! & cells.image[offset + i]! & mask(random, dense);
    cells.image[offset + i]! &= ~(half & random.integer());
    if (half !== 0) cells.unsettle(offset + i, half);
  }
};

/** Before it erases, a part programs the whole block to zeros, in order: the cut came then. */
export const preProgrammed: FlashDamage = (cells, operation, random) => {
  const { from, to } = erased(cells, operation);
  cells.image.fill(0, from, from + (random.integer() % (to - from + 1)));
};

/** An erase lifted some of the zeros, and others are between 0 and 1. */
export const partlyErased: FlashDamage = (cells, operation, random) => {
  const { from, to } = erased(cells, operation);
  const dense = random.integer() % 4;
  for (let at = from; at < to; at++) {
    const zeros = ~cells.image[at]! & 0xff;
    const lifted = zeros & mask(random, dense);
    const between = zeros & random.integer() & random.integer();
    cells.image[at]! |= lifted;
    if (between !== 0) cells.unsettle(at, between);
  }
};

/** An erase that looks finished: the block reads as ones, but some bits that were zeros will at times read as zeros. */
export const weaklyErased: FlashDamage = (cells, operation, random) => {
  const { from, to } = erased(cells, operation);
  // From every fourth zero to a handful in the block.
  const every = 1 << (random.integer() % 12);
  for (let at = from; at < to; at++) {
    const zeros = ~cells.image[at]! & 0xff;
    cells.image[at] = 0xff;
    const weak = zeros & random.integer() & random.integer();
    if (weak !== 0 && random.integer() % every === 0) cells.unsettle(at, weak);
  }
};

/** What a cut leaves of a write, from the mildest to the worst. */
export const TORN_WRITES: readonly FlashDamage[] = Object.freeze([tornPrefix, tornBits, tornUnstable]);

/** What a cut leaves of an erase. */
export const INTERRUPTED_ERASES: readonly FlashDamage[] = Object.freeze([preProgrammed, partlyErased, weaklyErased]);

/** Number of damages that {@link damageOf} knows for an operation of either kind. */
export const DAMAGES = 3;

/** The damage of that number, 0 to `DAMAGES` − 1, for an operation of that kind. */
export function damageOf(operation: FlashOperation, index: number): FlashDamage {
  return (operation.kind === "write" ? TORN_WRITES : INTERRUPTED_ERASES)[index]!;
}

/** For `flash.disturb`: an operation of that kind leaves `damage` instead of its effect, with this probability. */
export function sometimes(
  random: Random,
  probability: number,
  damage: FlashDamage,
  kind: FlashOperation["kind"] = "erase",
): (operation: FlashOperation) => FlashDamage | undefined {
  probabilityOf(probability);
  return (operation) => (operation.kind === kind && random.next() < probability ? damage : undefined);
}

/** Turns over `count` bits anywhere: cells that lost or gained charge over the years. */
export function flipAtRest(flash: Pick<FlashModel, "image">, random: Random, count = 1): void {
  wholeNumber("count", count);
  for (let i = 0; i < count; i++) flash.image[random.integer() % flash.image.length]! ^= 1 << (random.integer() & 7);
}

function written(operation: FlashOperation): { bytes: Uint8Array; offset: number } {
  if (operation.kind === "write") return operation;
  throw new RangeError("fault: an erase cannot be torn as a write is");
}

function erased(cells: FlashCells, operation: FlashOperation): { from: number; to: number } {
  if (operation.kind !== "erase") throw new RangeError("fault: a write cannot be interrupted as an erase is");
  const from = operation.block * cells.blockLength;
  return { from, to: from + cells.blockLength };
}

/** Random bits of a byte, each set with probability 1/8, 1/4, 1/2 or 3/4. */
function mask(random: Random, dense: number): number {
  const draw = random.integer();
  const a = draw & 0xff;
  const b = (draw >>> 8) & 0xff;
  const c = (draw >>> 16) & 0xff;
  return dense === 0 ? a & b & c : dense === 1 ? a & b : dense === 2 ? a : a | b;
}
