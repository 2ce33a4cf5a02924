import type { BitWriter } from "./dense-bits.js";
import { writeSeries } from "./dense-series.js";

/** A power of ten that is told by 3 bits. */
const LARGEST_EXPONENT = 7;

/**
 * Writes the intervals between values, in ms: their greatest common divisor, which is the step of the grid (a power of
 * ten and what it is multiplied with), then 0 where every interval is one step, else 1 and how many steps each is.
 * `intervals` holds whole numbers and is overwritten.
 *
 * @param count of intervals, 1 or more
 */
export function writeIntervals(bits: BitWriter, intervals: Float64Array, count: number): void {
  let step = 0;
  let regular = true;
  for (let i = 0; i < count; i++) {
    const interval = intervals[i]!;
    if (interval === step) continue;
    if (i > 0 || interval < 0) regular = false;
    if (step === 0 || interval % step !== 0) step = commonDivisor(step, interval);
  }
  if (step === 0) {
    step = 1;
    regular = false;
  }
  let factor = step;
  let exponent = 0;
  while (exponent < LARGEST_EXPONENT && factor % 10 === 0) {
    factor /= 10;
    exponent++;
  }
  bits.put(exponent, 3);
  bits.gamma(factor);
  bits.put(regular ? 0 : 1, 1);
  if (regular) return;
  for (let i = 0; i < count; i++) intervals[i] = intervals[i]! / step;
  writeSeries(bits, intervals, count);
}

/** Of two whole numbers, 0 or more; 0 divides by everything. */
function commonDivisor(a: number, b: number): number {
  let divisor = a;
  let rest = b < 0 ? -b : b;
  while (rest !== 0) {
    const next = divisor % rest;
    divisor = rest;
    rest = next;
  }
  return divisor;
}
