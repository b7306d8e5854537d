import { describe, expect, it } from 'vitest';
import { exactNorms } from './exact-norms.ts';
import type { ConvGeometry } from './geometry.ts';
import { assumption1, paperFormulas } from './lemma1.ts';
import { makeOperator, matrixShape } from './operator.ts';
import { matrixEntry, matrixView } from './matrix.ts';
import { bruteL1, bruteLinf, denseMatrix, transpose } from './testing/brute-force.oracle.ts';
import { randomLayer } from './testing/random-geometry.ts';
import { casesOf } from './testing/deep.ts';
import { geometryCases } from './testing/fixtures.ts';

const RANDOM_LAYERS = casesOf(500, 10_000);
/** Sums of at most a few hundred float64 terms in another order: relative 300 · 2⁻⁵³ < 1e-13. */
const ROUNDING = 1e-12;

function close(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) <= ROUNDING * Math.abs(expected);
}

describe('N1 exact norms against brute force', () => {
  it(`equal the row and column sums of a brute-force M on ${RANDOM_LAYERS} random layers`, () => {
    const wrong: number[] = [];
    for (let number = 0; number < RANDOM_LAYERS; number++) {
      const { geometry, kernel } = randomLayer(number);
      const dense = denseMatrix(geometry, kernel);
      const { l1, linf } = exactNorms(makeOperator(geometry, kernel));
      const columnSum = dense.reduce((sum, row) => sum + Math.abs(row[l1.index]!), 0);
      const rowSum = dense[linf.index]!.reduce((sum, value) => sum + Math.abs(value), 0);
      const right =
        close(l1.value, bruteL1(dense)) &&
        close(linf.value, bruteLinf(dense)) &&
        close(columnSum, l1.value) &&
        close(rowSum, linf.value);
      if (!right) wrong.push(number);
    }
    expect(wrong).toEqual([]);
  });

  it('of a transposed convolution are those of the transposed matrix', () => {
    for (let number = 0; number < 300; number++) {
      const { geometry, kernel } = randomLayer(number, 7);
      const op = makeOperator(geometry, kernel, true);
      const dense = transpose(denseMatrix(geometry, kernel));
      const { l1, linf } = exactNorms(op);
      expect(matrixShape(op)).toEqual([dense.length, dense[0]!.length]);
      expect(close(l1.value, bruteL1(dense))).toBe(true);
      expect(close(linf.value, bruteLinf(dense))).toBe(true);
    }
  });

  it('hold for circular padding with stride 1 and a kernel that fits', () => {
    for (let number = 0; number < 200; number++) {
      const { geometry, kernel } = randomLayer(number, 11);
      const [k1, k2] = geometry.kernel;
      const circular: ConvGeometry = {
        ...geometry,
        stride: [1, 1],
        dilation: [1, 1],
        input: [k1 + (number % 3), k2 + (number % 4)],
        padding: [
          Math.floor((k1 - 1) / 2),
          Math.floor(k1 / 2),
          number % k2,
          k2 - 1 - (number % k2),
        ],
        boundary: 'circular',
      };
      const dense = denseMatrix(circular, kernel);
      const { l1, linf } = exactNorms(makeOperator(circular, kernel));
      expect(close(l1.value, bruteL1(dense))).toBe(true);
      expect(close(linf.value, bruteLinf(dense))).toBe(true);
    }
  });
});

describe('N2 entries of M', () => {
  it('equal the brute-force matrix entry by entry, transposed or not', () => {
    for (let number = 0; number < 200; number++) {
      const { geometry, kernel } = randomLayer(number, 3);
      const dense = denseMatrix(geometry, kernel);
      const view = matrixView(makeOperator(geometry, kernel));
      const adjoint = matrixView(makeOperator(geometry, kernel, true));
      dense.forEach((row, r) =>
        row.forEach((value, c) => {
          if (matrixEntry(view, r, c).value !== value)
            throw new Error(`layer ${number} (${r}, ${c})`);
          if (matrixEntry(adjoint, c, r).value !== value) throw new Error(`adjoint ${number}`);
        }),
      );
    }
  });
});

describe('N3 the reference geometries', () => {
  const { scale, cases } = geometryCases();

  it.each(cases.map((c) => [c.id, c] as const))('%s', (_, c) => {
    const geometry: ConvGeometry = {
      dIn: c.in_shape[0],
      dOut: c.out_channels,
      input: [c.in_shape[1], c.in_shape[2]],
      kernel: c.kernel,
      stride: c.stride,
      dilation: c.dilation,
      padding: c.padding,
      groups: c.groups,
      boundary: 'zeros',
    };
    const op = makeOperator(
      geometry,
      Float64Array.from(c.weight_q, (q) => q * scale),
    );
    expect([c.out_channels, ...op.geometry.output]).toEqual(c.out_shape);
    const { l1, linf } = exactNorms(op);
    // Weights are multiples of 2⁻⁹, so every sum is exact in float64.
    expect(l1.value).toBe(c.exact.l1);
    expect(linf.value).toBe(c.exact.linf);
    expect(l1.index).toBe(c.exact.l1_first_argmax_col);
    expect(linf.index).toBe(c.exact.linf_first_argmax_row);
    const paper = paperFormulas(op, 'expanded');
    expect(paper.formula1).toBe(c.paper.formula1_l1);
    expect(paper.formula2).toBe(c.paper.formula2_linf);
    // A square root of an exact sum, and numpy's rounding of the same.
    expect(close(paper.formula3, c.paper.formula3_l2_upper)).toBe(true);
    expect(assumption1(op.geometry).printedHolds).toBe(c.paper.assumption1);
    const view = matrixView(op);
    c.M_q?.forEach((row, r) =>
      row.forEach((q, column) => expect(matrixEntry(view, r, column).value).toBe(q * scale)),
    );
  });
});
