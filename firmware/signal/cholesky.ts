/**
 * Cholesky's factor of a small symmetric matrix (A.-L. Cholesky, 1910; G. H. Golub and C. F. Van Loan, "Matrix
 * Computations", 4th ed. 2013, §4.2.5). Matrices are packed: the lower triangle row by row, element (i, j) with j ≤ i at
 * i (i + 1) / 2 + j, so that size × (size + 1) / 2 numbers hold it. Nothing is allocated.
 */

/** Numbers in the packed lower triangle of a matrix of `size` rows. */
export function packedLength(size: number): number {
  return (size * (size + 1)) / 2;
}

/**
 * Replaces the packed matrix A by the packed L of A = L Lᵀ.
 *
 * @returns false where A is not positive definite; then the content means nothing
 */
export function factorize(matrix: Float64Array, size: number): boolean {
  let row = 0;
  for (let i = 0; i < size; i++) {
    let other = 0;
    for (let j = 0; j <= i; j++) {
      let sum = matrix[row + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[row + k]! * matrix[other + k]!;
      if (j < i) matrix[row + j] = sum / matrix[other + j]!;
      else if (sum > 0) matrix[row + j] = Math.sqrt(sum);
      else return false;
      other += j + 1;
    }
    row += i + 1;
  }
  return true;
}

/**
 * vᵀ A⁻¹ v from the packed factor of A, which is the squared length of L⁻¹ v. `vector` is replaced by L⁻¹ v.
 */
export function squaredDistance(factor: Float64Array, size: number, vector: Float64Array): number {
  let total = 0;
  let row = 0;
  for (let i = 0; i < size; i++) {
    let sum = vector[i]!;
    for (let k = 0; k < i; k++) sum -= factor[row + k]! * vector[k]!;
    sum /= factor[row + i]!;
    vector[i] = sum;
    total += sum * sum;
    row += i + 1;
  }
  return total;
}
