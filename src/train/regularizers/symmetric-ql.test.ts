import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../math/l2/symmetric-eigen.ts';
import { fillNormal } from '../../math/random.ts';
import { symmetricQl } from './symmetric-ql.ts';

function randomSymmetric(n: number, rank: number): Float64Array {
  const b = fillNormal({ seed: 3, stream: n }, new Float64Array(n * rank));
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += (k % 2 ? 1 : -1) * b[i * rank + k]! * b[j * rank + k]!;
    return sum;
  });
}

function jacobi(matrix: Float64Array, n: number): Float64Array {
  for (const run = symmetricEigen(matrix, n); ;) {
    const next = run.next();
    if (next.done) return next.value.values.sort();
  }
}

const SIZES = [
  { n: 1, rank: 1 },
  { n: 2, rank: 2 },
  { n: 7, rank: 3 },
  { n: 24, rank: 30 },
  { n: 60, rank: 9 },
];

describe('T4 symmetricQl', () => {
  it.each(SIZES)('has the eigenvalues of Jacobi rotations: $n, rank $rank', ({ n, rank }) => {
    const matrix = randomSymmetric(n, rank);
    const expected = jacobi(matrix, n);
    const values = symmetricQl(matrix.slice(), n).values.sort();
    const scale = Math.max(...expected.map(Math.abs));
    values.forEach((value, at) =>
      // Backward error of both: a few n·u·‖A‖.
      expect(Math.abs(value - expected[at]!)).toBeLessThan(8 * n * 2 ** -52 * scale),
    );
  });

  it.each(SIZES)('puts the matrix together again: $n, rank $rank', ({ n, rank }) => {
    const matrix = randomSymmetric(n, rank);
    const { values, rows } = symmetricQl(matrix.slice(), n);
    const scale = Math.max(...values.map(Math.abs));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let [sum, dot] = [0, 0];
        for (let q = 0; q < n; q++) {
          sum += values[q]! * rows[q * n + i]! * rows[q * n + j]!;
          dot += rows[q * n + i]! * rows[q * n + j]!;
        }
        expect(Math.abs(sum - matrix[i * n + j]!)).toBeLessThan(16 * n * 2 ** -52 * scale);
        expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(16 * n * 2 ** -52);
      }
    }
  });

  it('takes diagonal and zero matrices, and repeated eigenvalues', () => {
    expect(Array.from(symmetricQl(new Float64Array(9), 3).values)).toEqual([0, 0, 0]);
    const identity = Float64Array.from([2, 0, 0, 2]);
    expect(Array.from(symmetricQl(identity, 2).values)).toEqual([2, 2]);
  });
});
