import { describe, expect, it } from 'vitest';
import type { BrokenBy, Verdict } from '../../../model/attack/verdict.ts';
import { countsOf, EVERYTHING, rowsOf, settled } from './rows.ts';

function broken(attack: number, linf: number): BrokenBy {
  return {
    attack,
    kind: 'pgd',
    restart: 0,
    step: 1,
    prediction: 1,
    margin: -1,
    distances: { linf, l2: 1 - linf, l1: linf },
    survivesRounding: true,
  };
}

function verdict(index: number, change: Partial<Verdict> = {}): Verdict {
  return { index, label: 0, prediction: 0, margin: 1, attacks: 1, brokenBy: null, ...change };
}

const VERDICTS = [
  verdict(10, { margin: 3, brokenBy: broken(0, 0.2) }),
  verdict(11, { margin: NaN, prediction: -1 }),
  verdict(12, { margin: 2, label: 4, prediction: 4 }),
  verdict(13, { margin: 1, brokenBy: broken(1, 0.1) }),
];

describe('Q2 the gallery', () => {
  it('counts fell, stood and wrong before, the attacks that broke, and the classes', () => {
    const { fates, attacks, labels } = countsOf(VERDICTS);
    expect(fates).toEqual({ fell: 2, stood: 1, wrong: 1 });
    expect([...attacks]).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect([...labels]).toEqual([
      [0, 3],
      [4, 1],
    ]);
  });

  it('shows what its filters leave, smallest first, what has no such number last', () => {
    const rows = (change: object): readonly number[] =>
      rowsOf(VERDICTS, { ...EVERYTHING, ...change }, 'linf');
    expect(rows({})).toEqual([0, 1, 2, 3]);
    expect(rows({ sort: 'margin' })).toEqual([3, 2, 0, 1]);
    expect(rows({ sort: 'distance' })).toEqual([3, 0, 1, 2]);
    expect(rowsOf(VERDICTS, { ...EVERYTHING, sort: 'distance' }, 'l2')).toEqual([0, 3, 1, 2]);
    expect(rows({ fate: 'fell' })).toEqual([0, 3]);
    expect(rows({ fate: 'fell', attack: 1 })).toEqual([3]);
    expect(rows({ fate: 'wrong' })).toEqual([1]);
    expect(rows({ label: 4 })).toEqual([2]);
  });
});

describe('Q3 while an evaluation runs', () => {
  it('what is on screen stays, what is new comes after it, until it is sorted again', () => {
    expect(settled([], [4, 2])).toEqual({ rows: [4, 2], sorted: true });
    expect(settled([4, 2], [1, 4, 2])).toEqual({ rows: [4, 2, 1], sorted: false });
    expect(settled([4, 2], [2])).toEqual({ rows: [4, 2], sorted: false });
    const before = [4, 2];
    expect(settled(before, [4, 2]).rows).toBe(before);
  });
});
