import { describe, expect, it } from 'vitest';
import type { Assumption1, WindowCondition } from '../../math/lemma1.ts';
import type { LayerNorms, LayerShape, NetLayerInfo } from '../../model/net/net.ts';
import {
  assumptionReasons,
  assumptionWord,
  canRefine,
  formulaRows,
  gapOf,
  gapText,
  geometryText,
  nextSorting,
  sortRows,
  tableCsv,
  tableRows,
  type TableRow,
} from './table-rows.ts';

const SHAPE: LayerShape = {
  type: 'conv',
  dIn: 1,
  dOut: 1,
  input: [32, 32],
  kernel: [3, 3],
  stride: [1, 1],
  dilation: [1, 1],
  padding: { kind: 'explicit', sides: [1, 1, 1, 1] },
  paddingMode: 'zeros',
  groups: 1,
  outputPadding: [0, 0],
};

function norms(change: Partial<LayerNorms> = {}): LayerNorms {
  return { l1: 1, linf: 1, l2: null, assumption: null, formulas: null, output: null, ...change };
}

function info(index: number, change: Partial<NetLayerInfo> = {}): NetLayerInfo {
  return {
    index,
    name: `l${index}`,
    kind: 'conv2d',
    weightShape: [1, 1, 3, 3],
    shape: SHAPE,
    eps: null,
    guessed: [],
    ...change,
  };
}

function row(
  index: number,
  known: LayerNorms | null,
  change: Partial<NetLayerInfo> = {},
): TableRow {
  return { info: info(index, change), norms: known, failure: null };
}

function assumption(printed: [number, number], sharp: [number, number]): Assumption1 {
  const axis = ([left, right]: [number, number]): WindowCondition => ({
    c: 1,
    left,
    right,
    holds: left <= right,
  });
  const [p, s] = [axis(printed), axis(sharp)];
  return { printed: [p, p], sharp: [s, s], printedHolds: p.holds, sharpHolds: s.holds };
}

describe('geometryText', () => {
  it('says what is out of the ordinary, and the sizes', () => {
    expect(geometryText(info(0), norms({ output: [4, 32, 32] }))).toBe('s1 p1 on 32×32 → 32×32');
    const shape: LayerShape = {
      ...SHAPE,
      stride: [2, 1],
      dilation: [2, 2],
      groups: 4,
      padding: { kind: 'explicit', sides: [0, 1, 0, 1] },
    };
    expect(geometryText(info(0, { shape }), null)).toBe('s2×1 p0,1,0,1 d2 g4 on 32×32');
    const sides = { ...SHAPE, padding: { kind: 'explicit', sides: [1, 1, 2, 2] } as const };
    expect(geometryText(info(0, { shape: sides }), null)).toContain('p1,2 ');
  });

  it('is the ε of BatchNorm, and nothing for a dense layer', () => {
    expect(geometryText(info(0, { shape: null, eps: 0.001 }), null)).toBe('ε = 0.001');
    expect(geometryText(info(0, { shape: { ...SHAPE, type: 'dense' } }), null)).toBe('');
  });
});

describe('sorting', () => {
  const rows = [
    row(0, norms({ l1: 2 })),
    row(1, null),
    row(2, norms({ l1: 5 })),
    row(3, norms({ l1: 2 })),
  ];
  const order = (key: Parameters<typeof nextSorting>[1], descending: boolean): number[] =>
    sortRows(rows, { key, descending }).map(({ info: { index } }) => index);

  it('puts what is unknown last either way, and keeps the order of ties', () => {
    expect(order('l1', true)).toEqual([2, 0, 3, 1]);
    expect(order('l1', false)).toEqual([0, 3, 2, 1]);
  });

  it('counts in names: layer 10 comes after layer 9', () => {
    const named = ['l10', 'l9'].map((name, index) => row(index, null, { name }));
    expect(
      sortRows(named, { key: 'name', descending: false }).map(({ info: { name } }) => name),
    ).toEqual(['l9', 'l10']);
  });

  it('starts with the largest number, and turns round on the second click', () => {
    const first = nextSorting({ key: 'place', descending: false }, 'l1');
    expect(first).toEqual({ key: 'l1', descending: true });
    expect(nextSorting(first, 'l1')).toEqual({ key: 'l1', descending: false });
    expect(nextSorting(first, 'name')).toEqual({ key: 'name', descending: false });
  });
});

describe('gaps', () => {
  const withEnds = (lower: number, upper: number): TableRow =>
    row(0, norms({ l2: { lower, upper } }));

  it('are relative to the lower end; a point is exact, nothing is nothing', () => {
    expect(gapOf(norms({ l2: { lower: 2, upper: 3 } }))).toBe(0.5);
    expect(gapText(withEnds(2, 3))).toBe('50 %');
    expect(gapText(withEnds(2, 2))).toBe('exact');
    expect(gapText(withEnds(1, 1 + 1e-6))).toBe('< 0.001 %');
    expect(gapText(withEnds(0, 1))).toBe('∞');
    expect(gapText(row(0, norms()))).toBe('');
  });

  it('are refined only while that can help', () => {
    expect(canRefine(withEnds(1, 1.01))).toBe(true);
    expect(canRefine(withEnds(1, 1 + 1e-6))).toBe(false);
    expect(canRefine(row(0, null))).toBe(false);
  });
});

describe('Assumption 1 in words', () => {
  it('has three outcomes', () => {
    expect(assumptionWord(assumption([3, 4], [3, 4]))).toBe('holds');
    expect(assumptionWord(assumption([5, 4], [3, 4]))).toBe('sharp only');
    expect(assumptionWord(assumption([5, 4], [5, 4]))).toBe('fails');
    expect(assumptionWord(null)).toBe('–');
  });

  it('spells out every inequality that fails', () => {
    const reasons = assumptionReasons(assumption([5, 4], [3, 4]), 'zeros');
    expect(reasons[0]).toContain('sharp form');
    expect(reasons.slice(1)).toEqual([
      'as printed, vertically: κ + c·s − p = 5 > h = 4',
      'as printed, horizontally: κ + c·s − p = 5 > h = 4',
    ]);
    expect(assumptionReasons(assumption([3, 4], [3, 4]), 'zeros')).toHaveLength(1);
    expect(assumptionReasons(assumption([5, 4], [5, 4]), 'circular')[0]).toContain('zero padding');
  });
});

describe('formulaRows', () => {
  it('says by how much a formula is off, and that rounding is not', () => {
    const known = norms({ l1: 4, linf: 3, l2: { lower: 2, upper: 2.5 } });
    const rows = formulaRows(known, { formula1: 4 * (1 + 1e-14), formula2: 6, formula3: 8 });
    expect(rows.map(({ against }) => against)).toEqual([
      'equal to the truth',
      '2 × the truth',
      '4 × the certified lower end',
    ]);
  });
});

describe('tableCsv', () => {
  it('has a row for every layer, the reason where there are no norms', () => {
    const known = norms({ l1: 1 / 3, l2: { lower: 1, upper: 2 } });
    const rows = new Map([
      [0, { index: 0, norms: known }],
      [1, { index: 1, failure: { message: 'too small' } }],
    ]);
    const csv = tableCsv(tableRows([info(0), info(1), info(2)], rows));
    expect(csv).toHaveLength(4);
    expect(csv.every((line) => line.length === csv[0]!.length)).toBe(true);
    expect(csv[1]).toContain(1 / 3);
    expect(csv[2]!.at(-1)).toBe('too small');
    expect(csv[3]!.at(-1)).toBe('');
  });
});
