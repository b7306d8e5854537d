import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCount, formatEnds, formatNumber } from './format.ts';

/** The same by the platform's own formatter, which is slow to start. */
function byIntl(value: number, digits: number): string {
  return new Intl.NumberFormat('en', {
    minimumSignificantDigits: Number.isInteger(value) ? 1 : digits,
    maximumSignificantDigits: Math.max(digits, Math.ceil(Math.log10(Math.abs(value) + 1))),
    useGrouping: false,
  })
    .format(value)
    .replace('-', '−');
}

describe('formatNumber', () => {
  it('agrees with Intl for every number that is not written by powers of ten', () => {
    const numbers = fc.oneof(
      fc.double({ min: 1e-3, max: 999_999, noNaN: true }),
      fc.integer({ min: 1, max: 999_999 }),
      // Around powers of ten, where the number of digits changes.
      fc
        .tuple(fc.integer({ min: -2, max: 5 }), fc.double({ min: -0.6, max: 0.6, noNaN: true }))
        .map(([power, part]) => Math.min(999_999, Math.max(1e-3, 10 ** power + part))),
      // Ties of decimals that float64 holds exactly.
      fc.integer({ min: 1, max: 7_999_999 }).map((n) => Math.max(1e-3, n / 8)),
    );
    fc.assert(
      fc.property(numbers, fc.boolean(), fc.integer({ min: 3, max: 9 }), (size, below, digits) => {
        fc.pre(size < 1e6);
        const value = below ? -size : size;
        expect(formatNumber(value, digits)).toBe(byIntl(value, digits));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('writes very large and very small numbers by powers of ten, and names the rest', () => {
    expect(formatNumber(1234567)).toBe('1.235·10⁶');
    expect(formatNumber(-0.000123456)).toBe('−1.235·10⁻⁴');
    expect([0, Infinity, -Infinity, NaN].map((value) => formatNumber(value))).toEqual([
      '0',
      '∞',
      '−∞',
      'not a number',
    ]);
  });
});

describe('formatCount', () => {
  it('agrees with Intl for whole numbers', () => {
    const format = new Intl.NumberFormat('en');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (count) => {
        expect(formatCount(count)).toBe(format.format(count));
      }),
      { seed: 1 },
    );
    expect(formatCount(802_816)).toBe('802,816');
  });
});

describe('formatEnds', () => {
  it('never shows an interval that the true one is not inside of', () => {
    const read = (text: string): number =>
      Number(
        text
          .replace('·10', 'e')
          .replace(/[⁰¹²³⁴-⁹⁻]/g, (c) => '0123456789-'['⁰¹²³⁴⁵⁶⁷⁸⁹⁻'.indexOf(c)]!),
      );
    const positive = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    const share = fc.constantFrom(0, 1e-9, 1e-6, 1e-3, 0.5);
    fc.assert(
      fc.property(positive, share, fc.integer({ min: 4, max: 9 }), (lower, gap, most) => {
        const upper = lower * (1 + gap);
        if (upper === lower) return;
        const [low, high] = formatEnds({ lower, upper }, most);
        expect(read(low)).toBeLessThanOrEqual(lower);
        expect(read(high)).toBeGreaterThanOrEqual(upper);
      }),
      { seed: 1 },
    );
  });

  it('shows a digit more than both ends have in common, and a point as one number', () => {
    expect(formatEnds({ lower: 2.0914489, upper: 2.0914496 })).toEqual(['2.091448', '2.091450']);
    expect(formatEnds({ lower: 1.5, upper: 1.5 })).toEqual(['1.500', '1.500']);
    expect(formatEnds({ lower: 0, upper: 2 })).toEqual(['0', '2']);
  });
});
