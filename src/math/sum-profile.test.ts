import { describe, expect, it } from 'vitest';
import { exactNorms } from './exact-norms.ts';
import { makeOperator } from './operator.ts';
import { piecesOf, segmentsOf } from './raster-segments.ts';
import { sumProfile, sumTables } from './sum-profile.ts';
import { denseMatrix, transpose } from './testing/brute-force.oracle.ts';
import { randomLayer } from './testing/random-geometry.ts';

describe('the margins of the picture of M', () => {
  it('are the largest absolute sum of each run of rows or columns, on 200 random layers', () => {
    for (let number = 0; number < 200; number++) {
      const { geometry, kernel } = randomLayer(number, 3);
      const op = makeOperator(geometry, kernel);
      const tables = sumTables(op);
      const dense = denseMatrix(geometry, kernel);
      for (const [matrix, table, size] of [
        [dense, tables.outputs, op.geometry.output],
        [transpose(dense), tables.inputs, op.geometry.input],
      ] as const) {
        const sums = matrix.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0));
        const pixels = 1 + (number % 9);
        const segments = segmentsOf({
          start: 0,
          scale: pixels / sums.length,
          pixels,
          size: sums.length,
        });
        const profile = sumProfile(table, piecesOf(segments, size));
        profile.forEach((shown, q) => {
          const truth = Math.max(...sums.slice(segments.from[q], segments.to[q]));
          // Both are sums of the same at most 200 non-negative terms in another order.
          expect(Math.abs(shown - truth)).toBeLessThanOrEqual(200 * 2 ** -52 * truth);
        });
      }
    }
  });

  it('reach exactly the norms', () => {
    for (let number = 0; number < 100; number++) {
      const { geometry, kernel } = randomLayer(number, 4);
      const op = makeOperator(geometry, kernel);
      const norms = exactNorms(op);
      expect(Math.max(...sumTables(op).outputs.sums)).toBe(norms.linf.value);
      expect(Math.max(...sumTables(op).inputs.sums)).toBe(norms.l1.value);
    }
  });
});
