import { describe, expect, it } from 'vitest';
import { matrixEntry, matrixView } from '../../../math/matrix.ts';
import { DEFAULT_LAYER, type LayerSpec } from '../../../model/layer/layer.ts';
import { operatorOf } from '../../../model/layer/operator.ts';
import { columnSets, setAt } from './product-sets.ts';
import { tapSetName } from './names.ts';

/** Taps of each column of M, found by looking at every entry. */
function tapsByColumn(spec: LayerSpec): string[] {
  const op = operatorOf(spec);
  const view = matrixView(op);
  const { rows, columns } = op.geometry;
  const [high, wide] = op.transposed ? [columns, rows] : [rows, columns];
  return Array.from({ length: wide }, (_, column) => {
    const taps = Array.from({ length: high }, (_, row) => matrixEntry(view, row, column).tap);
    const seen = new Set(taps.filter((tap) => tap !== null).map(String));
    return [...seen].sort().join(' ');
  });
}

const LAYERS: [string, Partial<LayerSpec>][] = [
  ['stride 2', {}],
  ['dilation 2', { dilation: [2, 1], input: [7, 5] }],
  ['transposed', { type: 'transposed-conv', input: [4, 3] }],
];

describe('columnSets', () => {
  it.each(LAYERS)('gives every input pixel the taps of its column of M: %s', (_, change) => {
    const spec = { ...DEFAULT_LAYER, dIn: 1, dOut: 1, ...change };
    const sets = columnSets(operatorOf(spec));
    const truth = tapsByColumn(spec);
    truth.forEach((taps, column) => {
      const [y, x] = [Math.floor(column / sets.input[1]), column % sets.input[1]];
      const [a, b] = setAt(sets, y, x).taps;
      const mine = a.flatMap((k) => b.map((t) => `${k},${t}`));
      expect(mine.sort().join(' ')).toBe(taps);
    });
  });

  it('finds the four sets of a 3x3 kernel with stride 2, sixteen pixels each', () => {
    const { sets } = columnSets(operatorOf(DEFAULT_LAYER));
    const maximal = sets.filter((set) => set.maximal);
    expect(maximal.map(({ taps }) => tapSetName(taps))).toEqual([
      '{0,2} × {0,2}',
      '{1} × {0,2}',
      '{0,2} × {1}',
      '{1} × {1}',
    ]);
    expect(sets.reduce((sum, { count }) => sum + count, 0)).toBe(64);
  });
});
