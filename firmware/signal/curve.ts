/** Curves through points or past them at best; made once, then evaluated without allocating. */

/** What was read, and what is right. */
export type Point = readonly [x: number, y: number];

/** Straight from point to point; the first and the last piece go on beyond their ends. */
export class PiecewiseLinear {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #slopes: Float64Array;

  /** @param points two or more, x rising */
  constructor(points: readonly Point[]) {
    this.#x = Float64Array.from(points, ([x]) => x);
    this.#y = Float64Array.from(points, ([, y]) => y);
    this.#slopes = new Float64Array(points.length - 1);
    for (let i = 0; i < this.#slopes.length; i++) {
      this.#slopes[i] = (this.#y[i + 1]! - this.#y[i]!) / (this.#x[i + 1]! - this.#x[i]!);
    }
  }

  at(value: number): number {
    const x = this.#x;
    // Bisection: the last piece that does not begin beyond the value.
    let piece = 0;
    let end = x.length - 1;
    while (end - piece > 1) {
      const middle = (piece + end) >> 1;
      if (value < x[middle]!) end = middle;
      else piece = middle;
    }
    return this.#y[piece]! + this.#slopes[piece]! * (value - x[piece]!);
  }
}

/** A straight line: y = offset + slope × x. */
export class StraightLine {
  readonly #offset: number;
  readonly #slope: number;

  constructor(offset: number, slope: number) {
    this.#offset = offset;
    this.#slope = slope;
  }

  at(value: number): number {
    return this.#slope * value + this.#offset;
  }
}

/** A polynomial in t = (x − centre) / scale, which lies from −1 to 1 over the points that it was fitted to. */
export class Polynomial {
  readonly #centre: number;
  readonly #scale: number;
  readonly #coefficients: Float64Array;

  /** @param coefficients of t⁰, t¹ … */
  constructor(centre: number, scale: number, coefficients: Float64Array) {
    this.#centre = centre;
    this.#scale = scale;
    this.#coefficients = coefficients;
  }

  at(value: number): number {
    const coefficients = this.#coefficients;
    const t = (value - this.#centre) / this.#scale;
    let i = coefficients.length - 1;
    let sum = coefficients[i]!;
    while (i > 0) sum = sum * t + coefficients[--i]!;
    return sum;
  }
}

/**
 * The polynomial of `degree` with the least sum of squared errors at the points, by modified Gram–Schmidt with the right
 * side as one more column (Å. Björck, "Solving linear least squares problems by Gram–Schmidt orthogonalization",
 * BIT 7, 1967).
 *
 * @param points more than `degree`, x rising
 */
export function fitPolynomial(points: readonly Point[], degree: number): Polynomial {
  const first = points[0]![0];
  const last = points[points.length - 1]![0];
  const centre = (first + last) / 2;
  const scale = (last - first) / 2;
  const rows = points.length;
  // Columns t⁰ … t^degree, then y.
  const columns = Array.from({ length: degree + 2 }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const t = (points[row]![0] - centre) / scale;
    let power = 1;
    for (let k = 0; k <= degree; k++, power *= t) columns[k]![row] = power;
    columns[degree + 1]![row] = points[row]![1];
  }
  const triangle = columns.map(() => new Float64Array(degree + 2));
  for (let k = 0; k <= degree; k++) {
    const length = Math.sqrt(product(columns[k]!, columns[k]!));
    triangle[k]![k] = length;
    for (let row = 0; row < rows; row++) columns[k]![row]! /= length;
    for (let j = k + 1; j <= degree + 1; j++) {
      const along = product(columns[k]!, columns[j]!);
      triangle[k]![j] = along;
      for (let row = 0; row < rows; row++) columns[j]![row]! -= along * columns[k]![row]!;
    }
  }
  const coefficients = new Float64Array(degree + 1);
  for (let k = degree; k >= 0; k--) {
    let sum = triangle[k]![degree + 1]!;
    for (let j = k + 1; j <= degree; j++) sum -= triangle[k]![j]! * coefficients[j]!;
    coefficients[k] = sum / triangle[k]![k]!;
  }
  return new Polynomial(centre, scale, coefficients);
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
