import { describe, expect, it } from 'vitest';
import { FIGURE_2 } from '../model/compare/figure-view.ts';
import { alignLayers, barsFigure, barsReading } from './bars-data.ts';
import { withRepeats, type FigureEntry, type FigureLayer } from './entries.ts';

function entry(
  id: string,
  layers: readonly (readonly [string, FigureLayer['group']])[],
): FigureEntry {
  return {
    id,
    name: `net ${id}`,
    color: 0,
    accuracy: null,
    robust: null,
    bracketed: false,
    repeat: 0,
    layers: layers.map(([name, group], at) => ({
      name,
      group,
      dropped: at === 1,
      failed: false,
      numbers: { l1: at + 1, linf: 10 * at, lower: null, upper: null },
    })),
  };
}

const whole = entry('a', [
  ['conv1', 'conv'],
  ['conv2', 'conv'],
  ['bn', 'batchnorm'],
  ['fc', 'dense'],
]);

describe('alignLayers', () => {
  it('F4 goes by name where the longest list has all names, in its order', () => {
    const part = entry('b', [
      ['fc', 'dense'],
      ['conv1', 'conv'],
    ]);
    const { categories, layers, byPlace } = alignLayers([part, whole], FIGURE_2);
    expect(byPlace).toBe(false);
    expect(categories).toEqual(['conv1', 'conv2', 'bn', 'fc']);
    expect(layers[0]!.map((layer) => layer?.name ?? null)).toEqual(['conv1', null, null, 'fc']);
  });

  it('F4 goes by the place among layers of a kind where names differ', () => {
    const other = entry('b', [
      ['features.0', 'conv'],
      ['classifier', 'dense'],
      ['classifier2', 'dense'],
    ]);
    const { categories, layers, byPlace } = alignLayers([whole, other], FIGURE_2);
    expect(byPlace).toBe(true);
    expect(categories).toEqual(['conv 1', 'conv 2', 'BatchNorm 1', 'dense 1', 'dense 2']);
    expect(layers[1]!.map((layer) => layer?.name ?? null)).toEqual([
      'features.0',
      null,
      null,
      'classifier',
      'classifier2',
    ]);
  });

  it('leaves out the kinds, and the dropped layers, that are not wanted', () => {
    const groups = { conv: true, batchnorm: false, dense: true };
    const view = { ...FIGURE_2, groups, dropped: false };
    expect(alignLayers([whole], view).categories).toEqual(['conv1', 'fc']);
    expect(alignLayers([], view)).toEqual({ categories: [], layers: [], byPlace: false });
  });
});

describe('barsFigure', () => {
  it('F6 draws a colour that comes again hollow, and says which net has no ℓ2', () => {
    const entries = withRepeats([whole, { ...whole, id: 'b' }]);
    const { data, remarks } = barsFigure(entries, { ...FIGURE_2, norm: 'upper' }, 'light');
    expect(data.series.map(({ hollow }) => hollow)).toEqual([false, true]);
    expect(data.series[0]!.values).toEqual([null, null, null, null]);
    expect(remarks[0]).toContain('net a is a run');
  });
});

describe('barsReading', () => {
  it('gives the value of every net that has the layer', () => {
    const entries = [whole, entry('b', [['conv1', 'conv']])];
    const aligned = alignLayers(entries, FIGURE_2);
    const read = (at: number): string => barsReading(aligned, entries, { at, view: FIGURE_2 });
    expect(read(0)).toBe('conv1: net a 1; net b 1');
    expect(read(3)).toBe('fc: net a 4');
  });
});
