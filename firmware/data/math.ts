/**
 * exp, log, log10, pow, sin, cos and atan out of + − × ÷ and the exact functions of `Math`, so that every engine
 * computes the same bits (V8's and XS's own differ in the last one). No state, no tables written to: all of it can be
 * preloaded into flash. Special cases (NaN, signed zeros, infinities, overflow, subnormal results) are ECMAScript's.
 *
 * Method: argument reduction with a constant split into parts whose products are exact (W. J. Cody and W. Waite,
 * "Software Manual for the Elementary Functions", 1980), breakpoints in a small table (P. T. P. Tang, "Table-driven
 * implementation of the logarithm function", ACM TOMS 16, 1990), sums carried in two doubles (T. J. Dekker, "A
 * floating-point technique for extending the available precision", 1971) and, beyond 10^8 radians, as many digits of
 * 2/π as the argument has (M. Payne and R. Hanek, 1983). The polynomials are minimax, computed for these very
 * intervals by Remez's algorithm with 220 bits; their largest error stands beside them.
 *
 * Largest error found, in units in the last place. Against the true value (mpmath, 200,000 random inputs for each of
 * two to four ranges): exp 0.61, log 0.51, log10 0.51, pow 0.60, sin 0.74, cos 0.75, atan 0.92; exp and pow 0.77 where
 * the result is subnormal. Against Node.js 20's `Math`, 10^6 random inputs each: 1, and 2 for log10, where the second is
 * Node's error (asserted in `test/unit/data/math.test.ts`). XS 13.3 gives the same bits.
 */

const LN2 = 0.6931471805598903; // 42 bits, so that a multiple by an exponent is exact
const LN2_REST = 5.497923018708371e-14;
const LOG2_E = 1.4426950408889634;
const LOG10_E = 0.4342944819032518;
const LOG10_E_HIGH = 0.4342944920063019; // 24 bits
const LOG10_E_REST = -1.0103050052231683e-8;

/** e^x. */
export function exp(x: number): number {
  if (x > 710) return Infinity;
  if (x < -746) return 0;
  return x !== x ? x : exponential(x, 0);
}

/** The natural logarithm; NaN below 0. */
export function log(x: number): number {
  return logarithm(x, sum, 1);
}

/** The logarithm to base 10; exact where x is a power of ten that a double holds. NaN below 0. */
export function log10(x: number): number {
  return logarithm(x, toDecimal, 1);
}

/** x^y. As in ECMAScript, 1 to the power of NaN or ±Infinity is NaN. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x !== x || y !== y) return NaN;
  const size = Math.abs(x);
  const whole = Math.floor(y) === y;
  const negative = (x < 0 || 1 / x < 0) && whole && y - 2 * Math.floor(y / 2) === 1;
  let result: number;
  if (size === 0 || size === Infinity) result = (size === 0) === y > 0 ? 0 : Infinity;
  else if (y === Infinity || y === -Infinity) result = size === 1 ? NaN : size > 1 === y > 0 ? Infinity : 0;
  else if (x < 0 && !whole) return NaN;
  // Beyond 2^64 every power of a double other than 1 has over- or underflowed.
  else result = logarithm(size, raise, Math.min(Math.max(y, -18446744073709551616), 18446744073709551616));
  return negative ? -result : result;
}

/** e^(high + low) for −746 ≤ high ≤ 710 and a low part that is small beside 1. */
function exponential(high: number, low: number): number {
  const k = Math.floor(high * LOG2_E + 0.5);
  const start = high - k * LN2;
  const rest = low - k * LN2_REST;
  const r = start + rest;
  const lost = start - r + rest;
  const one = 1 + r;
  // (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2, 2^-64
  let p = 2.5112240284255688e-8 + r * 2.0926896455008534e-9;
  p = 2.7557233518271186e-7 + r * p;
  p = 2.755723423539371e-6 + r * p;
  p = 2.4801587373545474e-5 + r * p;
  p = 0.00019841269897060505 + r * p;
  p = 0.0013888888888858547 + r * p;
  p = 0.008333333333316737 + r * p;
  p = 0.04166666666666673 + r * p;
  p = 0.16666666666666685 + r * p;
  p = 0.5 + r * p;
  return scale(one + (1 - one + r + (lost * one + r * r * p)), k);
}

/** value × 2^exponent, rounded once. */
function scale(value: number, exponent: number): number {
  // A subnormal result comes from one last product.
  if (exponent < -960) return scale(value, exponent + 512) * 7.458340731200207e-155;
  for (; exponent > 30; exponent -= 30) value *= 1073741824;
  for (; exponent < -30; exponent += 30) value /= 1073741824;
  return exponent < 0 ? value / (1 << -exponent) : value * (1 << exponent);
}

// ln(j / 16) for j from 11 to 23, in 42 bits after the point, and what is left of it.
const LN = Object.freeze([
  -0.3746934494413381, -0.28768207245184385, -0.20763936477828793, -0.13353139262449076, -0.0645385211375924, 0,
  0.06062462181648698, 0.11778303565643, 0.17185025692674571, 0.22314355131425145, 0.2719337154835557,
  0.31845373111855224, 0.3629054936893681,
]);
const LN_REST = Object.freeze([
  -7.260466149925637e-14, 6.292357389008195e-14, 4.3425422595242564e-14, -3.1859736349078334e-14,
  2.1225608044809997e-14, 0, -5.213620639136504e-14, -4.654729747598445e-14, -8.649239607212071e-14,
  -4.169796584527195e-14, 8.604306772808733e-14, -1.7625431312172662e-14, 3.6708569716349383e-16,
]);

/** What is made of a logarithm that comes in two parts; `y` is handed through. */
type Finish = (high: number, low: number, y: number) => number;

/** Hands ln(x), to 66 bits or better, to `finish`. */
function logarithm(x: number, finish: Finish, y: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let k = 0;
  for (; x >= 4294967296; k += 32) x /= 4294967296;
  for (; x < 1; k -= 32) x *= 4294967296;
  const bits = 31 - Math.clz32(x);
  x /= (1 << bits) >>> 0;
  k += bits;
  if (x > 1.4140625) {
    x /= 2;
    k++;
  }
  // x is j/16 × (1 + s)/(1 − s) with |s| ≤ 0.0233, and s is carried as head + rest.
  const j = Math.floor(x * 16 + 0.5);
  const c = j / 16;
  const difference = x - c;
  const total = x + c;
  const totalLost = x - (total - c);
  const head = Math.fround(difference / total);
  const totalHead = Math.fround(total);
  const rest = (difference - head * totalHead - head * (total - totalHead) - head * totalLost) / total;
  const s = head + rest;
  const z = s * s;
  // (ln((1 + s) / (1 − s)) − 2 s) / s³, 2^-78
  let p = 0.22222207034416197 + z * 0.182068875682065;
  p = 0.2857142857560474 + z * p;
  p = 0.39999999999999497 + z * p;
  p = 0.6666666666666666 + z * p;
  const start = k * LN2 + LN[j - 11]!;
  const high = start + 2 * head;
  const lost = start - high + 2 * head;
  return finish(high, lost + (k * LN2_REST + LN_REST[j - 11]! + (2 * rest + s * z * p)), y);
}

function sum(high: number, low: number): number {
  return high + low;
}

function toDecimal(high: number, low: number): number {
  const head = Math.fround(high + low);
  const rest = high - head + low;
  return head * LOG10_E_HIGH + (head * LOG10_E_REST + rest * LOG10_E);
}

function raise(high: number, low: number, y: number): number {
  const ln = high + low;
  const about = y * ln;
  if (about > 710) return Infinity;
  if (about < -746) return 0;
  const head = Math.fround(ln);
  const yHead = Math.fround(y);
  return exponential(yHead * head, (y - yHead) * head + y * (high - head + low));
}

// π/2 in three parts of 27 bits and the rest.
const HALF_PI_1 = 1.570796325802803;
const HALF_PI_2 = 9.920935184482005e-10;
const HALF_PI_3 = 6.123233932053594e-17;
const HALF_PI_4 = 6.36831716351095e-25;
const HALF_PI = 1.5707963267948966;
const HALF_PI_REST = 6.123233995736766e-17;
const TWO_OVER_PI = 0.6366197723675814;
// 2/π × 2^1184: the 1,024 bits that the largest double needs, and 160 more.
const TWO_OVER_PI_1184 =
  0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046n;

/** Sine of an angle in radians, of any size. Beyond 10^8 it works with big integers: reduce a growing phase yourself. */
export function sin(x: number): number {
  return Math.abs(x) < 7.450580596923828e-9 ? x : turn(x, 0);
}

/** Cosine of an angle in radians, of any size; see {@link sin}. */
export function cos(x: number): number {
  return turn(x, 1);
}

/** The sine of x + quarters × π/2. */
function turn(x: number, quarters: number): number {
  if (!(Math.abs(x) < Infinity)) return NaN;
  if (Math.abs(x) >= 1.05e8) return turnFar(x, quarters);
  const k = Math.floor(x * TWO_OVER_PI + 0.5);
  // k has no more than 26 bits: each product is exact, and so are the first two differences.
  const start = x - k * HALF_PI_1 - k * HALF_PI_2;
  const third = k * HALF_PI_3;
  const near = start - third;
  const rest = start - near - third - k * HALF_PI_4;
  const high = near + rest;
  return quarter(high, near - high + rest, k + quarters);
}

/** {@link turn} where |x| is so large that x × 2^26, or x itself, is a whole number. */
function turnFar(x: number, quarters: number): number {
  const fits = Math.abs(x) < 9007199254740992;
  const bits = fits ? 1210n : 1184n;
  const product = BigInt(fits ? x * 67108864 : x) * TWO_OVER_PI_1184;
  const k = (product + (1n << (bits - 1n))) >> bits;
  // −1/2 to 1/2 quarter in units of 2^-160, and of that three pieces of 48 bits: an exact number whatever the engine.
  const fraction = (product - (k << bits)) >> (bits - 160n);
  const first = Number(fraction >> 112n) * 3.552713678800501e-15;
  const second = Number((fraction >> 64n) & 0xffffffffffffn) * 1.262177448353619e-29;
  const third = Number((fraction >> 16n) & 0xffffffffffffn) * 4.484155085839415e-44;
  const part = first + second;
  const partRest = first - part + second + third;
  const head = Math.fround(part);
  const start = head * HALF_PI_1;
  const rest = head * HALF_PI_2 + ((part - head) * HALF_PI + (head * HALF_PI_3 + partRest * HALF_PI));
  const high = start + rest;
  return quarter(high, start - high + rest, Number(k & 3n) + quarters);
}

/** The sine of high + low + k × π/2 for |high| ≤ π/4. */
function quarter(high: number, low: number, k: number): number {
  const value = (k & 1) === 0 ? sine(high, low) : cosine(high, low);
  return (k & 2) === 0 ? value : -value;
}

function sine(x: number, low: number): number {
  const z = x * x;
  // (sin(x) − x) / x³ for |x| ≤ π/4, 2^-58
  let p = -2.5050758115074878e-8 + z * 1.589679564192187e-10;
  p = 2.7557313691916835e-6 + z * p;
  p = -0.00019841269829807805 + z * p;
  p = 0.008333333333322413 + z * p;
  p = -0.16666666666666632 + z * p;
  return x + (x * z * p + low * (1 - 0.5 * z));
}

function cosine(x: number, low: number): number {
  const head = Math.fround(x);
  const half = 0.5 * head * head;
  const cross = (head + x) * (x - head);
  const z = x * x;
  // (cos(x) − 1 + x²/2) / x⁴ for |x| ≤ π/4, 2^-64
  let p = 2.0875723272676317e-9 + z * -1.1359647772410302e-11;
  p = -2.755731435232921e-7 + z * p;
  p = 2.4801587289482174e-5 + z * p;
  p = -0.0013888888888874125 + z * p;
  p = 0.0416666666666666 + z * p;
  const near = 1 - half;
  return near + (1 - near - half + (z * z * p - 0.5 * cross - x * low));
}

// atan(j / 4) for j from 0 to 4, and what is left of it.
const ATAN = Object.freeze([0, 0.24497866312686414, 0.4636476090008061, 0.6435011087932844, 0.7853981633974483]);
const ATAN_REST = Object.freeze([
  0, 1.0698755618734451e-17, 2.2698777452961687e-17, 1.5834785051444286e-17, 3.061616997868383e-17,
]);

/** Arc tangent in radians, −π/2 to π/2. */
export function atan(x: number): number {
  const size = Math.abs(x);
  if (size < 7.450580596923828e-9 || x !== x) return x;
  const value = size > 1152921504606846976 ? HALF_PI : arc(size);
  return x < 0 ? -value : value;
}

function arc(x: number): number {
  // atan(x) = atan(c) + atan((x − c) / (1 + c x)), and above 1 = π/2 − atan(c) + atan((c x − 1) / (x + c)).
  const steep = x > 1;
  const near = steep ? 1 / x : x;
  const j = near < 0.1875 ? 0 : Math.floor(near * 4 + 0.5);
  const c = j / 4;
  let base = ATAN[j]!;
  let rest = ATAN_REST[j]!;
  let t: number;
  if (steep) {
    const head = Math.fround(x);
    t = (c * head - 1 + c * (x - head)) / (x + c);
    const start = HALF_PI - base;
    rest = HALF_PI - start - base + (HALF_PI_REST - rest);
    base = start;
  } else t = (x - c) / (1 + c * x);
  const z = t * t;
  // (atan(t) − t) / t³ for |t| ≤ 3/16, 2^-64
  let p = -0.0661817561818625 + z * 0.05119683457489252;
  p = 0.07690627079677 + z * p;
  p = -0.09090875118477812 + z * p;
  p = 0.11111110709869719 + z * p;
  p = -0.14285714283088813 + z * p;
  p = 0.19999999999991686 + z * p;
  p = -0.33333333333333326 + z * p;
  return base + (t + (rest + t * z * p));
}
