import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval, Z_95 } from './intervals.ts';

describe('wilsonInterval', () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", Table I, method 3,
  // printed with four decimals.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('F5 of %i in %i is what Newcombe printed', (successes, n, lower, upper) => {
    const interval = wilsonInterval(successes, n);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  it('F5 ends where the score test just rejects, inside [0, 1], around the rate', () => {
    const counts = fc
      .integer({ min: 1, max: 20_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        const { lower, upper } = wilsonInterval(successes, n);
        const rate = successes / n;
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower).toBeLessThanOrEqual(rate);
        expect(upper).toBeGreaterThanOrEqual(rate);
        for (const p of [lower, upper].filter((end) => end > 0 && end < 1)) {
          // The ends are differences of numbers below 2, so z comes back to about 1e-16·n.
          const score = Math.abs(rate - p) / Math.sqrt((p * (1 - p)) / n);
          expect(Math.abs(score - Z_95)).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it('refuses what is no count', () => {
    expect(() => wilsonInterval(1, 0)).toThrow('n = 0');
    expect(() => wilsonInterval(5, 4)).toThrow('successes = 5');
    expect(() => wilsonInterval(0.5, 4)).toThrow('successes = 0.5');
  });
});
