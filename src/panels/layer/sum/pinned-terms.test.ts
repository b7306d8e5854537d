import { describe, expect, it } from 'vitest';
import { exactNorms } from '../../../math/exact-norms.ts';
import { matrixEntry, matrixView } from '../../../math/matrix.ts';
import { DEFAULT_LAYER, type LayerSpec } from '../../../model/layer/layer.ts';
import { operatorOf } from '../../../model/layer/operator.ts';
import { fullSumText, pinnedTerms, sumText } from './pinned-terms.ts';

const LAYERS: [string, Partial<LayerSpec>][] = [
  ['stride', {}],
  ['groups', { dIn: 4, dOut: 6, groups: 2 }],
  ['transposed', { type: 'transposed-conv', input: [4, 4], dIn: 4, dOut: 2, groups: 2 }],
];

describe('pinnedTerms', () => {
  it.each(LAYERS)('adds up to the absolute row and column sums of M: %s', (_, change) => {
    const op = operatorOf({ ...DEFAULT_LAYER, ...change });
    const view = matrixView(op);
    const [rows, columns] = op.transposed
      ? [op.geometry.columns, op.geometry.rows]
      : [op.geometry.rows, op.geometry.columns];
    for (const [row, column] of [
      [0, 0],
      [rows - 1, columns - 1],
      [7, 11],
    ] as const) {
      const [byRow, byColumn] = pinnedTerms(op, { kind: 'entry', row, column });
      let [rowSum, columnSum] = [0, 0];
      for (let c = 0; c < columns; c++) rowSum += Math.abs(matrixEntry(view, row, c).value);
      for (let r = 0; r < rows; r++) columnSum += Math.abs(matrixEntry(view, r, column).value);
      // Both are sums of at most 36 non-negative float64 numbers.
      expect(byRow!.total).toBeCloseTo(rowSum, 12);
      expect(byColumn!.total).toBeCloseTo(columnSum, 12);
    }
  });

  it('of the pixel that attains a norm is the norm', () => {
    const op = operatorOf(DEFAULT_LAYER);
    const { l1 } = exactNorms(op);
    const [y, x] = l1.position;
    const [column] = pinnedTerms(op, { kind: 'input', channel: l1.channel, y, x });
    expect(column!.at).toBe(l1.index);
    expect(column!.total).toBeCloseTo(l1.value, 12);
  });

  it('of a weight is none', () => {
    expect(
      pinnedTerms(operatorOf(DEFAULT_LAYER), { kind: 'weight', i: 0, j: 0, k: 0, t: 0 }),
    ).toEqual([]);
  });
});

describe('sumText', () => {
  const op = operatorOf({ ...DEFAULT_LAYER, dIn: 1, dOut: 1, source: { kind: 'laplacian' } });
  const [row] = pinnedTerms(op, { kind: 'output', channel: 0, y: 1, x: 1 });

  it('leaves out the middle of a long sum and counts its terms', () => {
    expect(sumText(row!, 2, String)).toBe('|K[0,0,0,0]| + |K[0,0,0,1]| + … (9 terms) = 16');
  });

  it('in full has every term, with its number', () => {
    expect(fullSumText(row!)).toMatch(/\|K\[0,0,2,2\]\| = 16\n= 1 \+ 1 \+ 1 \+ 1 \+ 8 \+ 1/);
  });
});
