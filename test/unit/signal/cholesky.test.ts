import test from "ava";
import { factorize, packedLength, squaredDistance } from "../../../firmware/signal/cholesky.js";
import { Random } from "../../../simulator/random.js";

test("the factor times its transpose is the matrix", (t) => {
  const random = new Random(1);
  for (let size = 1; size <= 8; size++) {
    const square = Array.from({ length: size }, () => Array.from({ length: size }, () => random.normal()));
    const matrix = new Float64Array(packedLength(size));
    for (let i = 0, at = 0; i < size; i++) {
      for (let j = 0; j <= i; j++, at++) matrix[at] = square[i]!.reduce((sum, x, k) => sum + x * square[j]![k]!, 0);
    }
    const factor = matrix.slice();
    t.true(factorize(factor, size));
    for (let i = 0, at = 0; i < size; i++) {
      for (let j = 0; j <= i; j++, at++) {
        let sum = 0;
        for (let k = 0; k <= j; k++) sum += factor[packedLength(i) + k]! * factor[packedLength(j) + k]!;
        t.true(Math.abs(sum - matrix[at]!) < 1e-12 * size);
      }
    }
  }
});

test("the squared distance is that by the inverse", (t) => {
  // The inverse of [[4, 2], [2, 3]] is [[3, -2], [-2, 4]] / 8.
  const matrix = Float64Array.of(4, 2, 3);
  t.true(factorize(matrix, 2));
  const distance = squaredDistance(matrix, 2, Float64Array.of(1, -2));
  t.true(Math.abs(distance - (3 + 8 + 16) / 8) < 1e-12);
});

test("a matrix that is not positive definite has no factor", (t) => {
  t.false(factorize(Float64Array.of(1, 2, 1), 2));
  t.false(factorize(Float64Array.of(0), 1));
  t.false(factorize(Float64Array.of(NaN), 1));
});
