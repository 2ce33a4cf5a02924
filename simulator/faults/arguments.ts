import type { Random } from "../random.js";

/** Throws RangeError unless `value` is 0, 1, 2 … */
export function wholeNumber(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0)
    throw new RangeError(`fault: ${name} ${value} is not a whole number from 0`);
}

/** Throws RangeError unless `value` is 0 to 1. */
export function probabilityOf(value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`fault: probability ${value} is not 0 to 1`);
}

/** Throws RangeError unless `value` is 0 or more. */
export function notNegative(name: string, value: number): void {
  if (!(value >= 0)) throw new RangeError(`fault: ${name} ${value} is not 0 or more`);
}

/** A byte of which each bit is turned over with this probability. */
export function flipped(byte: number, random: Random, probability: number): number {
  let mask = 0;
  for (let bit = 1; bit < 256; bit <<= 1) if (random.next() < probability) mask |= bit;
  return byte ^ mask;
}
