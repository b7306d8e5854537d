import type { HermitianMatrix } from './complex-cholesky.ts';

/** When a power iteration stops. */
export interface PowerOptions {
  readonly steps: number;
  /** Relative change of the value between steps. */
  readonly tolerance: number;
}

/** y = G·x for a Hermitian G kept as its lower triangle; vectors are [re…, im…]. */
function multiply({ n, stride, re, im }: HermitianMatrix, x: Float64Array, y: Float64Array): void {
  y.fill(0);
  for (let i = 0; i < n; i++) {
    const [xr, xi] = [x[i]!, x[n + i]!];
    let [sr, si] = [re[i * stride + i]! * xr, re[i * stride + i]! * xi];
    for (let j = 0; j < i; j++) {
      const [gr, gi] = [re[i * stride + j]!, im[i * stride + j]!];
      const [vr, vi] = [x[j]!, x[n + j]!];
      sr += gr * vr - gi * vi;
      si += gr * vi + gi * vr;
      y[j]! += gr * xr + gi * xi;
      y[n + j]! += gr * xi - gi * xr;
    }
    y[i]! += sr;
    y[n + i]! += si;
  }
}

function normalize(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  const norm = Math.sqrt(sum);
  if (norm > 0) for (let i = 0; i < x.length; i++) x[i]! /= norm;
  return norm;
}

/** A start that no symmetry of the layer is likely to be orthogonal to. */
function start(n: number): Float64Array {
  return Float64Array.from({ length: 2 * n }, (_, i) => 1 + Math.sin(12.9898 * (i + 1)) / 2);
}

/**
 * Largest eigenvalue of a positive semidefinite Hermitian matrix by power iteration: an estimate
 * from
 * below, used to choose what is then certified. `from` warms the start.
 */
export function largestEigenvalue(
  matrix: HermitianMatrix,
  from: Float64Array | null,
  { steps, tolerance }: PowerOptions,
): { value: number; vector: Float64Array } {
  let x = from?.slice() ?? start(matrix.n);
  if (normalize(x) === 0) x = start(matrix.n);
  let y: Float64Array = new Float64Array(x.length);
  let value = 0;
  for (let step = 0; step < steps; step++) {
    multiply(matrix, x, y);
    const next = normalize(y);
    [x, y] = [y, x];
    const settled = Math.abs(next - value) <= tolerance * next;
    value = next;
    if (settled) break;
  }
  return { value, vector: x };
}
