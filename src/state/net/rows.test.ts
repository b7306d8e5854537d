import { describe, expect, it } from 'vitest';
import type { L2Ends, NetRow } from '../../model/net/net.ts';
import { mergeRows, unfinished } from './rows.ts';

function row(index: number, l2: L2Ends | null, l1 = 1): NetRow {
  return { index, norms: { l1, linf: 1, l2, assumption: null, formulas: null, output: null } };
}

function merged(old: NetRow, fresh: NetRow): NetRow | undefined {
  return mergeRows(new Map([[old.index, old]]), [fresh]).get(old.index);
}

describe('mergeRows', () => {
  it('keeps an interval that a newer row does not have yet', () => {
    expect(merged(row(0, { lower: 1, upper: 2 }), row(0, null, 5))).toEqual(
      row(0, { lower: 1, upper: 2 }, 5),
    );
  });

  it('intersects two intervals of one norm', () => {
    const [old, fresh] = [row(0, { lower: 1, upper: 2 }), row(0, { lower: 1.5, upper: 3 })];
    expect(merged(old, fresh)).toEqual(row(0, { lower: 1.5, upper: 2 }));
  });

  it('returns the old row itself when nothing is new', () => {
    const old = row(0, { lower: 1, upper: 2 });
    expect(merged(old, row(0, null))).toBe(old);
    expect(merged(old, row(0, { lower: 0, upper: 3 }))).toBe(old);
    expect(merged(old, row(0, null, 2))).not.toBe(old);
  });

  it('adds rows of other layers, and failures unchanged', () => {
    const failed: NetRow = { index: 0, failure: { message: 'no' } };
    expect(merged(row(0, { lower: 1, upper: 2 }), failed)).toEqual(failed);
    const all = mergeRows(new Map([[0, row(0, null)]]), [row(3, null)]);
    expect([...all.keys()]).toEqual([0, 3]);
  });
});

describe('unfinished', () => {
  it('lists layers without a row or without an interval, but none that failed', () => {
    const layers = [0, 1, 2, 3].map((index) => ({
      index,
      name: 'l',
      kind: 'dense' as const,
      weightShape: [1, 1],
      shape: null,
      eps: null,
      guessed: [],
    }));
    const rows = new Map<number, NetRow>([
      [0, row(0, { lower: 1, upper: 2 })],
      [1, row(1, null)],
      [2, { index: 2, failure: { message: 'no' } }],
    ]);
    expect(unfinished(layers, rows)).toEqual([1, 3]);
  });
});
