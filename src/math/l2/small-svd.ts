import { linearMap } from './apply.ts';
import { smallerSide } from './lanczos.ts';
import { paddedRows, productOf } from './gram-products.ts';
import type { Stencil } from './stencil.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Largest smaller side of M for which all singular values are computed. */
export const SVD_SIDE = 256;
/** Largest number of entries of M that are laid out for it. */
export const SVD_ENTRIES = 2 ** 22;

/**
 * All singular values of a small M, from the eigenvalues of its smaller Gram matrix by Jacobi
 * rotations, descending. The largest is right to float64 rounding (about n·u relative); squaring
 * costs
 * small ones half their digits.
 */
export function* singularValues(stencil: Stencil): Generator<number, Float64Array> {
  const map = smallerSide(linearMap(stencil));
  const n = map.columns;
  const matrix = paddedRows(n, map.rows);
  const unit = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    unit.fill(0);
    unit[c] = 1;
    const target = matrix.data.subarray(c * map.rows, (c + 1) * map.rows);
    for (const run = map.forward(unit, target); !run.next().done;) yield 0;
    if (c % 32 === 0) yield 0;
  }
  const { data, stride } = yield* productOf(matrix, matrix, false);
  const gram = Float64Array.from(
    { length: n * n },
    (_, at) => data[Math.floor(at / n) * stride + (at % n)]!,
  );
  const { values } = yield* symmetricEigen(gram, n);
  return values.map((value) => Math.sqrt(Math.max(0, value))).sort((a, b) => b - a);
}
