import { describe, expect, it } from 'vitest';
import { matrixEntry, matrixView } from '../../../math/matrix.ts';
import { matrixShape, type ConvOperator } from '../../../math/operator.ts';
import { DEFAULT_LAYER, type LayerSpec } from '../../../model/layer/layer.ts';
import { operatorOf } from '../../../model/layer/operator.ts';
import { keyEffect, zoomed, type KeyState } from './keyboard.ts';
import { nearestEntry } from './nearest-entry.ts';
import type { Place } from './use-gestures.ts';
import { scaleOf, visibleEntries, WHOLE, type Stage, type View } from './viewport.ts';

const SMALL: [string, Partial<LayerSpec>][] = [
  ['stride and padding', { dIn: 2, dOut: 3, input: [5, 6] }],
  ['dilation and groups', { dIn: 4, groups: 2, dOut: 4, dilation: [2, 1], input: [6, 4] }],
  ['depthwise', { dIn: 6, groups: 6, dOut: 6, input: [4, 4] }],
  ['stride above the kernel', { kernel: [1, 1], stride: [3, 2], input: [5, 7] }],
  ['transposed', { type: 'transposed-conv', dIn: 2, dOut: 2, input: [3, 4] }],
  ['circular', { input: [4, 5], stride: [1, 1], paddingMode: 'circular' }],
];

const hasWeight = (op: ConvOperator, { row, column }: Place): boolean =>
  matrixEntry(matrixView(op), row, column).weight >= 0;

const SCALE = { row: 2, column: 3 };
const apart = (a: Place, b: Place): number =>
  Math.abs(a.row - b.row) * SCALE.row + Math.abs(a.column - b.column) * SCALE.column;

/** All places of M, and whether each has a weight. */
function placesOf(op: ConvOperator): (Place & { readonly full: boolean })[] {
  const [rows, columns] = matrixShape(op);
  return Array.from({ length: rows * columns }, (_, at) => {
    const place = { row: Math.floor(at / columns), column: at % columns };
    return { ...place, full: hasWeight(op, place) };
  });
}

describe('the nearest entry', () => {
  it.each(SMALL)('has a weight, and none in the row or column is nearer: %s', (_, change) => {
    const op = operatorOf({ ...DEFAULT_LAYER, ...change });
    const places = placesOf(op);
    const full = places.filter((place) => place.full);
    // Every seventh place: 7 divides no side of these, so all kinds of places are met.
    const wrong = places.filter((place, at) => {
      if (at % 7 !== 0) return false;
      const found = nearestEntry(op, place, SCALE);
      const cross = full.filter(({ row, column }) => row === place.row || column === place.column);
      const least = Math.min(...cross.map((entry) => apart(entry, place)));
      return !hasWeight(op, found) || (cross.length > 0 && apart(found, place) !== least);
    });
    expect(wrong).toEqual([]);
  });
});

const LARGE: [string, Partial<LayerSpec>][] = [
  ...SMALL,
  ['the default layer', {}],
  [
    'a stem on 3 x 224 x 224',
    {
      dIn: 3,
      dOut: 64,
      input: [224, 224],
      kernel: [7, 7],
      stride: [2, 2],
      padding: { kind: 'explicit', sides: [3, 3, 3, 3] },
    },
  ],
  [
    '512 channels one by one',
    { dIn: 512, dOut: 512, groups: 512, input: [14, 14], stride: [1, 1] },
  ],
];

/** Begins with all of M and continues in ten steps. */
function tenTimes(op: ConvOperator, square: boolean, step: (state: KeyState) => View): boolean {
  const [rows, columns] = matrixShape(op);
  const stage: Stage = { rows, columns, width: 500, height: 420, square };
  let view = WHOLE;
  for (let press = 0; press < 30 && view.zoom < 1; press++) {
    const { zoom } = view;
    const toward = (place: Place): Place => nearestEntry(op, place, scaleOf(stage, zoom));
    view = step({ stage, view, cursor: null, toward });
  }
  const seen = visibleEntries(stage, view);
  for (let row = seen.rows[0]; row < seen.rows[1]; row++) {
    for (let column = seen.columns[0]; column < seen.columns[1]; column++) {
      if (hasWeight(op, { row, column })) return true;
    }
  }
  return false;
}

describe('zooming in from the whole of M', () => {
  it.each(LARGE)('ends at entries with numbers: %s', (_, change) => {
    const op = operatorOf({ ...DEFAULT_LAYER, ...change });
    const plus = { key: '+', shift: false, ctrl: false };
    for (const square of [false, true]) {
      expect(tenTimes(op, square, (state) => zoomed(state, 2))).toBe(true);
      expect(tenTimes(op, square, (state) => keyEffect(state, plus)!.view!)).toBe(true);
    }
  });

  it('goes to the entry under the cursor when there is one, empty or not', () => {
    const op = operatorOf({ ...DEFAULT_LAYER, input: [64, 64] });
    const [rows, columns] = matrixShape(op);
    const stage: Stage = { rows, columns, width: 500, height: 420, square: false };
    const cursor = { row: 1, column: columns - 2 };
    const toward = (): Place => ({ row: 0, column: 0 });
    let view = WHOLE;
    for (let press = 0; press < 20; press++) view = zoomed({ stage, view, cursor, toward }, 2);
    const { rows: r, columns: c } = visibleEntries(stage, view);
    expect([view.zoom, r[0] <= 1 && r[1] > 1, c[1] > columns - 2]).toEqual([1, true, true]);
  });

  it('takes no notice of a cursor that was left behind', () => {
    const op = operatorOf({ ...DEFAULT_LAYER, input: [64, 64] });
    const [rows, columns] = matrixShape(op);
    const stage: Stage = { rows, columns, width: 500, height: 420, square: false };
    const away: View = { row: 0, column: 0, zoom: 0.8 };
    const cursor = { row: rows - 1, column: columns - 1 };
    const next = zoomed({ stage, view: away, cursor, toward: (place) => place }, 2);
    expect(visibleEntries(stage, next).rows[1]).toBeLessThan(rows / 2);
  });
});
