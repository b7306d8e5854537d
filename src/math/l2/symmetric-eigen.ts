/**
 * Eigenvalues (ascending order not promised) and, by columns, eigenvectors of a symmetric matrix.
 */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** n x n row-major; column q belongs to values[q]. */
  readonly vectors: Float64Array;
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let p = 0; p < n; p++) for (let q = 0; q < p; q++) sum += a[p * n + q]! ** 2;
  return Math.sqrt(2 * sum);
}

interface Rotation {
  readonly p: number;
  readonly q: number;
  readonly c: number;
  readonly s: number;
}

function rotateColumns(a: Float64Array, n: number, { p, q, c, s }: Rotation): void {
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
}

function rotateRows(a: Float64Array, n: number, { p, q, c, s }: Rotation): void {
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
  }
}

function rotationFor(a: Float64Array, n: number, p: number, q: number): Rotation {
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * a[p * n + q]!);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  return { p, q, c, s: t * c };
}

/**
 * All eigenvalues and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations, to
 * float64 rounding (backward error about n·u·‖A‖). Yields after each row of rotations.
 *
 * @see Golub & Van Loan, "Matrix Computations", section 8.5.
 */
export function* symmetricEigen(
  matrix: Float64Array,
  n: number,
): Generator<number, SymmetricEigen> {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let k = 0; k < n; k++) vectors[k * n + k] = 1;
  const scale = Math.hypot(
    offDiagonal(a, n),
    ...Array.from({ length: n }, (_, k) => a[k * n + k]!),
  );
  for (let sweep = 0; sweep < 30 && offDiagonal(a, n) > 1e-16 * scale; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p * n + q]!) <= 1e-18 * scale) continue;
        const rotation = rotationFor(a, n, p, q);
        rotateColumns(a, n, rotation);
        rotateRows(a, n, rotation);
        rotateColumns(vectors, n, rotation);
      }
      if (n > 60 || p === 0) yield Math.min(1, sweep / 8);
    }
  }
  return { values: Float64Array.from({ length: n }, (_, k) => a[k * n + k]!), vectors };
}
