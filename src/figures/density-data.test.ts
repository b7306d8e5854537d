import { describe, expect, it } from 'vitest';
import { readAt } from '../charts/kde-paths.ts';
import type { NetLayerInfo, NetLayerKind, NetRow } from '../model/net/net.ts';
import { FIGURE_2 } from '../model/compare/figure-view.ts';
import { densityFigure, legendTitle, readingText, samplesOf } from './density-data.ts';
import { entryOfNet, type FigureEntry } from './entries.ts';

const KINDS: NetLayerKind[] = ['conv2d', 'batchnorm2d', 'conv-transpose2d', 'dense'];

function net(values: readonly (number | null)[], id = 'n'): FigureEntry {
  const layers = values.map((_, index): NetLayerInfo => ({
    index,
    name: `l${index}`,
    kind: KINDS[index % 4]!,
    weightShape: [1],
    shape: null,
    eps: null,
    guessed: [],
  }));
  const rows = new Map<number, NetRow>();
  values.forEach((l1, index) => {
    const rest = { linf: 10 * (l1 ?? 0), l2: null, assumption: null, formulas: null, output: null };
    rows.set(
      index,
      l1 === null ? { index, failure: { message: 'no' } } : { index, norms: { l1, ...rest } },
    );
  });
  const summary = { id, name: `net ${id}`, files: [], layers, described: true, notes: [] };
  return entryOfNet({ summary, rows, color: 0 });
}

describe('samplesOf', () => {
  it('F1 takes all kinds of layers or those asked for, transposed convolutions among the convolutions', () => {
    const four = net([1, 2, 3, 4]);
    expect(samplesOf(four, FIGURE_2).samples.map(({ value }) => value)).toEqual([1, 2, 3, 4]);
    const conv = { ...FIGURE_2, groups: { conv: true, batchnorm: false, dense: false } };
    expect(samplesOf(four, conv).samples.map(({ name }) => name)).toEqual(['l0', 'l2']);
  });

  it('F1 leaves out, by name, layers without norms, and counts those that are not known yet', () => {
    expect(samplesOf(net([1, null, 3]), FIGURE_2).left).toEqual(['l1']);
    const lower = samplesOf(net([1, 2, null]), { ...FIGURE_2, norm: 'lower' });
    expect(lower).toEqual({ samples: [], left: ['l2'], zeros: [], pending: 2 });
  });
});

describe('densityFigure', () => {
  it('labels a curve with its sample and bandwidth', () => {
    const { series, remarks } = densityFigure([net([1, 2, 3, 4, 10])], FIGURE_2, 'light');
    expect(series[0]!.label).toBe('net n (n = 5, h = 2.562)');
    expect(remarks).toEqual([]);
  });

  it('F1 keeps the rug and says why where there is no curve', () => {
    const { series, remarks } = densityFigure([net([2, 2, null])], FIGURE_2, 'dark');
    expect(series[0]!.samples).toHaveLength(2);
    expect(series[0]!.label).toBe('net n (n = 2, no curve)');
    expect(remarks[0]).toContain('All 2 samples are equal');
    expect(remarks[1]).toContain('l2');
  });
});

describe('on a logarithmic axis', () => {
  const log = { ...FIGURE_2, log: true };

  it('F2 samples are decimal logarithms, and zero is left out by name', () => {
    const { samples, zeros, pending } = samplesOf(net([100, 0]), log);
    expect(samples).toEqual([{ name: 'l0', value: 2, original: 100 }]);
    expect([zeros, pending]).toEqual([['l1'], 0]);
    expect(densityFigure([net([100, 0])], log, 'light').remarks.at(-1)).toContain('zero');
  });

  it('F2 a reading gives the norm, not its logarithm', () => {
    const { series } = densityFigure([net([1, 10, 100])], log, 'light');
    const text = readingText(readAt(series, 2), { series, names: new Map(), log: true });
    expect(text).toMatch(/^at 100: .*Nearest: l2 of n, 100\.$/);
  });
});

describe('an entry with an accuracy', () => {
  const measured = { ...net([1, 2, 3, 4, 10]), accuracy: { correct: 934, count: 1000 } };

  it('F1 has it in the legend, whose title then says so', () => {
    const { series } = densityFigure([measured], FIGURE_2, 'light');
    expect(series[0]!.label).toBe('net n (93.4 %; n = 5, h = 2.562)');
    expect(legendTitle([measured])).toContain('clean accuracy');
    expect(legendTitle([net([1])])).toBe('Net');
  });

  it('F7 has clean and robust accuracy beside each other, of the same images, and says by which attack', () => {
    const under = 'PGD, ℓ∞, ε = 0.1';
    const robust = {
      clean: { correct: 45, count: 50 },
      standing: { correct: 11, count: 50 },
      under,
    };
    const entries = [{ ...measured, robust }, net([1, 2, 3, 4, 5], 'o')];
    const { series, remarks } = densityFigure(entries, FIGURE_2, 'light');
    expect(series[0]!.label).toBe('net n (90 % | 22 %; n = 5, h = 2.562)');
    expect(legendTitle(entries)).toBe('Net (clean | robust accuracy; n layers, bandwidth h)');
    expect(remarks).toEqual([
      'Robust accuracy of net n: PGD, ℓ∞, ε = 0.1; both accuracies on the same 50 images.',
    ]);
  });

  it('of a run says that ℓ2 is not bracketed instead of waiting for it', () => {
    const run = { ...measured, bracketed: false };
    const { remarks } = densityFigure([run], { ...FIGURE_2, norm: 'lower' }, 'light');
    expect(remarks).toEqual([expect.stringContaining('net n is a run')]);
  });
});

describe('readingText', () => {
  it('names place, heights and nearest layer', () => {
    const { series } = densityFigure([net([1, 2, 3, 4, 10])], FIGURE_2, 'light');
    const names = new Map([['n', 'mine']]);
    const text = readingText(readAt(series, 2), { series, names, log: false });
    expect(text).toBe('at 2: mine 0.1120. Nearest: l1 of mine, 2.');
  });
});
