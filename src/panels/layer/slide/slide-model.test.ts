import { describe, expect, it } from 'vitest';
import { matrixEntry, matrixView } from '../../../math/matrix.ts';
import { DEFAULT_LAYER, type LayerSpec } from '../../../model/layer/layer.ts';
import { operatorOf } from '../../../model/layer/operator.ts';
import {
  blockEntries,
  channelsRead,
  cropAround,
  lineOf,
  slideStep,
  stepCount,
} from './slide-model.ts';

const LAYERS: [string, Partial<LayerSpec>][] = [
  ['stride and padding', {}],
  ['groups and dilation', { dIn: 4, dOut: 4, groups: 2, dilation: [2, 1] }],
  ['circular', { stride: [1, 1], paddingMode: 'circular' }],
];

describe('the sliding kernel', () => {
  it.each(LAYERS)('writes the row of M that belongs to its place: %s', (_, change) => {
    const op = operatorOf({ ...DEFAULT_LAYER, ...change });
    const view = matrixView(op);
    const i = op.geometry.dOut - 1;
    const j = channelsRead(op, i).first;
    const size = op.geometry.input[0] * op.geometry.input[1];
    for (let step = 0; step < stepCount(op); step++) {
      const placed = slideStep(op, step, { i, j });
      const written = new Map(blockEntries(op, placed).map(({ column, value }) => [column, value]));
      for (let column = 0; column < size; column++) {
        const entry = matrixEntry(view, lineOf(op, placed, i), j * size + column);
        expect(written.get(column) ?? 0).toBe(entry.value);
      }
    }
  });

  it('crops around the middle and stays inside the range', () => {
    expect(cropAround([-1, 9], 4, 20)).toEqual([-1, 9]);
    expect(cropAround([-3, 227], -3, 20)).toEqual([-3, 17]);
    expect(cropAround([-3, 227], 100, 20)).toEqual([90, 110]);
    expect(cropAround([-3, 227], 226, 20)).toEqual([207, 227]);
  });
});
