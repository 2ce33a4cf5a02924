import type { BitWriter } from "./dense-bits.js";
import { gammaBits, riceBits, zigzag } from "./dense-bits.js";

/** How a series is told after its first number (wire.cddl): modes 0 to 2 by what is expected next, 3 with runs of zeros. */
const RUNS = 3;
/** In place of k: every number is as expected. */
const AS_EXPECTED = 15;
const LARGEST_K = 14;
/** Codes below this are of differences that can be shifted. */
const SHIFTED = 1 << 30;

/**
 * Writes whole numbers, one after the other, in the mode and with the Rice parameter that take the fewest bits: the
 * first by itself, then how much each differs from what was expected. `series` holds −2^51 to 2^51 and is overwritten.
 *
 * @param length of the series, 1 or more
 */
export function writeSeries(bits: BitWriter, series: Float64Array, length: number): void {
  bits.unsigned(zigzag(series[0]!));
  if (length === 1) return;
  const mode = likeliestMode(series, length);
  const sum = toCodes(series, length, mode);
  if (sum === 0) return bits.put((mode << 4) | AS_EXPECTED, 6);
  const k = bestRice(series, length, sum, 0);
  if (mode === 0) {
    const zeros = countZeros(series, length);
    if (zeros * 2 >= length) {
      const others = length - 1 - zeros;
      const kOfRuns = bestRice(series, length, sum - others, 1);
      if (bitsOfRuns(series, length, kOfRuns) < bitsAt(series, length, k, 0)) {
        bits.put((RUNS << 4) | kOfRuns, 6);
        return writeRuns(bits, series, length, kOfRuns);
      }
    }
  }
  bits.put((mode << 4) | k, 6);
  bits.riceRow(series, length, k);
}

/** The mode, 0 to 2, whose differences are smallest in sum; a guess where they are 2^31 or more. */
function likeliestMode(series: Float64Array, length: number): number {
  let value = series[0]!;
  let half = value;
  let quarter = value;
  let sum = 0;
  let sumOfHalf = 0;
  let sumOfQuarter = 0;
  let difference = 0;
  for (let i = 1; i < length; i++) {
    difference = -value;
    value = series[i]!;
    difference += value;
    sum += difference < 0 ? -difference : difference;
    difference = value - half;
    half += (difference + 1) >> 1;
    sumOfHalf += difference < 0 ? -difference : difference;
    difference = value - quarter;
    quarter += (difference + 2) >> 2;
    sumOfQuarter += difference < 0 ? -difference : difference;
  }
  if (sum <= sumOfHalf && sum <= sumOfQuarter) return 0;
  return sumOfHalf <= sumOfQuarter ? 1 : 2;
}

/** Replaces all numbers but the first by their differences from what was expected, zigzag; returns the sum of those. */
function toCodes(series: Float64Array, length: number, mode: number): number {
  let expected = series[0]!;
  const divisor = 1 << mode;
  const half = divisor >> 1;
  let sum = 0;
  for (let i = 1; i < length; i++) {
    const difference = series[i]! - expected;
    const code = difference < 0 ? -2 * difference - 1 : 2 * difference;
    series[i] = code;
    sum += code;
    if (mode === 0) expected += difference;
    else if (code < SHIFTED) expected += (difference + half) >> mode;
    else expected += Math.floor((difference + half) / divisor);
  }
  return sum;
}

function countZeros(codes: Float64Array, length: number): number {
  let zeros = 0;
  for (let i = 1; i < length; i++) if (codes[i] === 0) zeros++;
  return zeros;
}

/**
 * The k that takes the fewest bits, found downhill from the one that the mean suggests.
 *
 * @param less than the code is written; codes below it are not written
 */
function bestRice(codes: Float64Array, length: number, sum: number, less: number): number {
  let k = 1;
  for (let mean = sum / length; mean >= 3 && k < LARGEST_K - 1; mean /= 2) k++;
  const near = 16 << (k - 1);
  const smaller = k - 1;
  const larger = k + 1;
  // By how many bits the codes are shorter with a smaller and with a larger k.
  let gainOfSmaller = 0;
  let gainOfLarger = 0;
  for (let i = 1; i < length; i++) {
    const code = codes[i]! - less;
    if (code >= near) {
      const bits = riceBits(code, k);
      gainOfSmaller += bits - riceBits(code, smaller);
      gainOfLarger += bits - riceBits(code, larger);
    } else if (code >= 0) {
      const quotient = code >> k;
      gainOfSmaller += quotient - (code >> smaller) + 1;
      gainOfLarger += quotient - (code >> larger) - 1;
    }
  }
  if (gainOfLarger > 0) return downhill(codes, length, larger, 1, less);
  return gainOfSmaller > 0 ? downhill(codes, length, smaller, -1, less) : k;
}

function downhill(codes: Float64Array, length: number, from: number, step: number, less: number): number {
  let k = from;
  let bits = bitsAt(codes, length, k, less);
  for (let next = k + step; next >= 0 && next <= LARGEST_K; next += step) {
    const bitsThere = bitsAt(codes, length, next, less);
    if (bitsThere >= bits) break;
    bits = bitsThere;
    k = next;
  }
  return k;
}

function bitsAt(codes: Float64Array, length: number, k: number, less: number): number {
  const near = 16 << k;
  let bits = 0;
  for (let i = 1; i < length; i++) {
    const code = codes[i]! - less;
    if (code < near) {
      if (code >= 0) bits += (code >> k) + 1 + k;
    } else bits += riceBits(code, k);
  }
  return bits;
}

function bitsOfRuns(codes: Float64Array, length: number, k: number): number {
  let bits = 0;
  let run = 1;
  for (let i = 1; i < length; i++) {
    const code = codes[i]!;
    if (code === 0) run++;
    else {
      bits += gammaBits(run) + riceBits(code - 1, k);
      run = 1;
    }
  }
  return run > 1 ? bits + gammaBits(run) : bits;
}

/** Zeros that follow each other by their number, every other code less one. */
function writeRuns(bits: BitWriter, codes: Float64Array, length: number, k: number): void {
  let run = 1;
  for (let i = 1; i < length; i++) {
    const code = codes[i]!;
    if (code === 0) run++;
    else {
      bits.gamma(run);
      bits.rice(code - 1, k);
      run = 1;
    }
  }
  if (run > 1) bits.gamma(run);
}
