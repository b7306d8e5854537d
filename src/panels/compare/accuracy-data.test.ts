import { describe, expect, it } from 'vitest';
import type { FigureEntry } from '../../figures/entries.ts';
import { accuracyPoints, accuracyReading, accuracyTable } from './accuracy-data.ts';

const PLAIN: FigureEntry = {
  id: 'a',
  name: 'Plain',
  color: 0,
  accuracy: null,
  bracketed: false,
  repeat: 1,
  layers: [],
  robust: {
    clean: { correct: 45, count: 50 },
    standing: { correct: 0, count: 50 },
    under: 'PGD, ℓ∞, ε = 0.1',
  },
};

describe('F7 clean against robust accuracy', () => {
  const entries = [PLAIN, { ...PLAIN, id: 'b', robust: null }];

  it('has a point with both intervals for each net that was attacked', () => {
    const [point, ...more] = accuracyPoints(entries, 'light');
    expect(more).toEqual([]);
    // Wilson's 95 % intervals of 45 and of 0 in 50, worked out apart in Python.
    expect(point!.x.value).toBe(90);
    expect(point!.x.lower).toBeCloseTo(78.64, 2);
    expect(point!.x.upper).toBeCloseTo(95.65, 2);
    expect(point!.y.upper).toBeCloseTo(7.13, 2);
    expect(point).toMatchObject({ id: 'a', hollow: true, y: { value: 0, lower: 0 } });
    expect(accuracyReading(point!)).toBe(
      'Plain: clean 90.0 % (78.6 % to 95.7 %), robust 0.0 % (0.0 % to 7.1 %)',
    );
  });

  it('is a table with the attack and the number of images', () => {
    const [, row, ...more] = accuracyTable(entries);
    expect(more).toEqual([]);
    expect(row!.slice(0, 5)).toEqual(['Plain', 'PGD, ℓ∞, ε = 0.1', 50, 45, 0.9]);
  });
});
