import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcnemar } from './mcnemar.ts';

/** Twice P(X ≤ min(b, c)), and P(X = min(b, c)), of whole binomial coefficients. */
function bruteForce(b: number, c: number): { twice: number; last: number } {
  const n = b + c;
  const scale = 10n ** 40n;
  let [choose, sum] = [1n, 0n];
  for (let k = 0; k <= Math.min(b, c); k++) {
    if (k > 0) choose = (choose * BigInt(n - k + 1)) / BigInt(k);
    sum += choose;
  }
  const part = (count: bigint): number => Number((count * scale) / 2n ** BigInt(n)) / 1e40;
  return { twice: part(2n * sum), last: part(choose) };
}

describe('Y5 McNemar’s exact test', () => {
  it('gives the printed p-values of airway hyper-responsiveness and of 1 against 7', () => {
    // Fagerland et al. 2013, Table 6: exact conditional p 0.070, mid-p 0.039.
    const { p, midP } = mcnemar(1, 7);
    expect(p).toBeCloseTo(18 / 256, 15);
    expect(midP).toBeCloseTo(10 / 256, 15);
  });

  it('is twice the smaller tail of a fair coin, by sums of whole binomial coefficients', () => {
    const count = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(count, count, (b, c) => {
        const { p, midP } = mcnemar(b, c);
        const { twice, last } = bruteForce(b, c);
        // 800 logarithms: 1e-13 relative; below 1e-27 the oracle's 40 digits end first.
        const most = 1e-12 * twice + 1e-39;
        expect(Math.abs(p - Math.min(1, twice))).toBeLessThanOrEqual(most);
        const mid = b === c ? 1 : twice - last;
        expect(Math.abs(midP - mid)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('is the same from both sides, 1 without a difference, and finite at 10,000 images', () => {
    expect(mcnemar(3, 11)).toEqual(mcnemar(11, 3));
    expect(mcnemar(0, 0)).toEqual({ p: 1, midP: 1 });
    expect(mcnemar(0, 5).p).toBeCloseTo(2 / 32, 15);
    const { p } = mcnemar(4900, 5100);
    // The normal approximation with continuity correction: z = 199 / 100, p = 0.0466.
    expect(p).toBeCloseTo(0.0466, 4);
    expect(mcnemar(0, 10_000).p).toBe(0);
  });

  it('refuses what is no count', () => {
    expect(() => mcnemar(-1, 2)).toThrow('b = -1: give a whole number from 0.');
    expect(() => mcnemar(1, 2.5)).toThrow('c = 2.5: give a whole number from 0.');
  });
});
