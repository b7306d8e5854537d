import { describe, expect, it } from 'vitest';
import { matrixEntry, matrixView, pixelOf } from '../../math/matrix.ts';
import { weightIndex } from '../../math/operator.ts';
import { DEFAULT_LAYER, type LayerSpec } from '../../model/layer/layer.ts';
import { operatorOf } from '../../model/layer/operator.ts';
import { litBy } from './lit.ts';

const LAYERS: [string, Partial<LayerSpec>][] = [
  ['stride and padding', { input: [4, 3] }],
  ['dilation and groups', { dIn: 2, groups: 2, dOut: 2, dilation: [2, 1], input: [5, 4] }],
  ['transposed', { type: 'transposed-conv', dIn: 2, dOut: 2, input: [2, 3] }],
  ['circular', { input: [4, 3], stride: [1, 1], paddingMode: 'circular' }],
];

describe('litBy', () => {
  it.each(LAYERS)('lights what an entry of M joins, and nothing else: %s', (_, change) => {
    const op = operatorOf({ ...DEFAULT_LAYER, dOut: 2, ...change });
    const { geometry: g, transposed } = op;
    const [rows, columns] = transposed ? [g.columns, g.rows] : [g.rows, g.columns];
    const [outSize, inSize] = transposed ? [g.input, g.output] : [g.output, g.input];
    const view = matrixView(op);
    for (let row = 0; row < rows; row++) {
      const output = pixelOf(row, outSize);
      const byOutput = litBy(op, { kind: 'output', ...output });
      for (let column = 0; column < columns; column++) {
        const input = pixelOf(column, inSize);
        const entry = matrixEntry(view, row, column);
        const joined = entry.weight >= 0;
        expect(byOutput.input(input)).toBe(joined);
        expect(litBy(op, { kind: 'input', ...input }).output(output)).toBe(joined);
        if (!joined) continue;
        const [i, j, k, t] = weightIndex(g, entry.weight);
        expect(byOutput.tap(i, j, k, t)).toBe(true);
        const byWeight = litBy(op, { kind: 'weight', i, j, k, t });
        expect([byWeight.input(input), byWeight.output(output)]).toEqual([true, true]);
        expect(litBy(op, { kind: 'entry', row, column }).tap(i, j, k, t)).toBe(true);
      }
    }
  });

  it('lights nothing without a focus', () => {
    const lit = litBy(operatorOf(DEFAULT_LAYER), null);
    expect(lit.tap(0, 0, 0, 0) || lit.input({ channel: 0, y: 0, x: 0 })).toBe(false);
  });
});
