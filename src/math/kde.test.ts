import { describe, expect, it } from 'vitest';
import { bandwidthFactor, densityAt, kernelDensity, type Density } from './kde.ts';
import { fixtureJson } from './testing/fixtures.ts';

interface ScipyCurve {
  factor: number;
  std_ddof1: number;
  bandwidth: number;
  grid_lo: number;
  grid_hi: number;
  grid_n: number;
  density: number[];
}
interface SeabornCurve {
  n_points: number;
  x_first: number;
  x_last: number;
  y_every_10th: number[];
  y_max: number;
}
interface SampleSet {
  samples: (number | string)[];
  bw_scott: ScipyCurve;
  bw_silverman: ScipyCurve;
  'bw_0.35': ScipyCurve;
  seaborn_kdeplot: SeabornCurve;
}
interface DegenerateSet {
  samples: (number | string)[];
  scipy_scott: { raises?: string };
}
interface KdeFile {
  sets: Record<string, SampleSet>;
  degenerate: Record<string, DegenerateSet>;
}

const file = fixtureJson('kde/kde.json') as KdeFile;
const RULES = [
  ['bw_scott', 'scott'],
  ['bw_silverman', 'silverman'],
  ['bw_0.35', 0.35],
] as const;

function numbersOf(samples: readonly (number | string)[]): number[] {
  return samples.map((value) =>
    value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value),
  );
}

function drawn(
  samples: readonly number[],
  rule: 'scott' | 'silverman' | number,
  points = 200,
): Density {
  const result = kernelDensity(samples, { rule, points });
  if (result.kind === 'none') throw new Error(result.reason);
  return result;
}

/**
 * How far densities may differ, relatively. The fixture prints 12 digits (5e-12). Both programs round
 * a place x to |x|·2⁻⁵³, so z = (x − x_i)/h is off by up to |x|/h·2⁻⁵² on either side, and at |z| ≤ 4
 * (3 bandwidths beyond the end, and the factor 0.35 puts other samples further off, where they add
 * nothing) exp(−z²/2) by 4 times that. Only samples much closer than their size (n2_close) feel it.
 */
function tolerance(samples: readonly number[], bandwidth: number): number {
  const size = Math.max(...samples.map(Math.abs));
  return 1e-10 + (4 * 2 * 2 ** -52 * size) / bandwidth;
}

/** Largest |a − b| in units of |b|. */
function relative(a: ArrayLike<number>, b: readonly number[]): number {
  return b.reduce(
    (worst, value, k) => Math.max(worst, Math.abs(a[k]! - value) / Math.abs(value)),
    0,
  );
}

describe("kernelDensity is scipy's gaussian_kde", () => {
  const sets = Object.entries(file.sets);

  it.each(sets)('factor, deviation, bandwidth and grid of %s', (_, set) => {
    for (const [key, rule] of RULES) {
      const [mine, theirs] = [drawn(numbersOf(set.samples), rule, set[key].grid_n), set[key]];
      // Sums of n terms in another order: n·2⁻⁵³ relative; a deviation of close samples loses more
      // digits to cancellation (n2_close), where 1e-9 remain.
      expect(relative([mine.factor], [theirs.factor])).toBeLessThan(1e-15);
      expect(relative([mine.deviation], [theirs.std_ddof1])).toBeLessThan(1e-12);
      expect(relative([mine.bandwidth], [theirs.bandwidth])).toBeLessThan(1e-12);
      const width = theirs.grid_hi - theirs.grid_lo;
      expect(Math.abs(mine.grid[0]! - theirs.grid_lo)).toBeLessThan(
        1e-13 * width + 1e-15 * Math.abs(theirs.grid_lo),
      );
      expect(Math.abs(mine.grid.at(-1)! - theirs.grid_hi)).toBeLessThan(
        1e-13 * width + 1e-15 * Math.abs(theirs.grid_hi),
      );
    }
  });

  it.each(sets)('density of %s by Scott, Silverman and a typed factor', (_, set) => {
    for (const [key, rule] of RULES) {
      const mine = drawn(numbersOf(set.samples), rule, set[key].grid_n);
      const limit = tolerance(numbersOf(set.samples), mine.bandwidth);
      expect(relative(mine.density, set[key].density)).toBeLessThan(limit);
    }
  });

  it.each(sets)('%s as seaborn draws it: 200 points, cut 3, Scott', (_, set) => {
    const mine = drawn(numbersOf(set.samples), 'scott');
    const theirs = set.seaborn_kdeplot;
    expect(mine.grid.length).toBe(theirs.n_points);
    expect(
      relative([mine.grid[0]!, mine.grid.at(-1)!], [theirs.x_first, theirs.x_last]),
    ).toBeLessThan(1e-10);
    const every10th = mine.density.filter((__, k) => k % 10 === 0);
    const limit = tolerance(numbersOf(set.samples), mine.bandwidth);
    expect(relative(every10th, theirs.y_every_10th)).toBeLessThan(limit);
    expect(relative([Math.max(...mine.density)], [theirs.y_max])).toBeLessThan(limit);
  });

  it.each(Object.entries(file.degenerate))(
    'there is none for %s, and the reason is a sentence',
    (name, set) => {
      const result = kernelDensity(numbersOf(set.samples), { rule: 'scott' });
      expect(result.kind).toBe('none');
      // The one set for which scipy raises nothing: its spike is rounding (see the code).
      expect(set.scipy_scott.raises === undefined).toBe(name === 'all_equal_irrational');
    },
  );
});

describe('kernelDensity', () => {
  // scipy's gaussian_kde of 1, 2, 3, 4, 10 with 200 points and cut 3.
  const golden = drawn([1, 2, 3, 4, 10], 'scott');

  it('gives the known figures of 1, 2, 3, 4, 10', () => {
    expect(golden.factor).toBeCloseTo(0.7247797, 7);
    expect(golden.deviation).toBeCloseTo(3.5355339, 7);
    expect(golden.bandwidth).toBeCloseTo(2.5624831, 7);
    expect(golden.grid[0]).toBeCloseTo(-6.6874492, 6);
    expect(golden.grid[199]).toBeCloseTo(17.6874492, 6);
    const at = (x: number): number => densityAt(x, [1, 2, 3, 4, 10], golden.bandwidth);
    expect(at(0)).toBeCloseTo(0.0767299, 7);
    expect(at(2)).toBeCloseTo(0.1120452, 7);
    expect(at(10)).toBeCloseTo(0.0341948, 7);
    expect(golden.density[100]).toBeCloseTo(0.0699438, 7);
  });

  it('integrates to 1 but for what lies beyond three bandwidths', () => {
    const step = golden.grid[1]! - golden.grid[0]!;
    const integral = golden.density.reduce((sum, value) => sum + value * step, 0);
    // At most 2·Φ(−3) = 0.0027 is outside, and only for samples at both ends.
    expect(integral).toBeGreaterThan(1 - 0.0027);
    expect(integral).toBeLessThan(1 + 1e-4);
  });

  it('says what is missing: too few, not finite (which one), no spread', () => {
    const reason = (samples: number[]): string => {
      const result = kernelDensity(samples, { rule: 'scott' });
      return result.kind === 'none' ? `${result.code}: ${result.reason}` : 'a density';
    };
    expect(reason([])).toMatch(/^too-few: .*none\.$/);
    expect(reason([3])).toMatch(/^too-few: .*is one\.$/);
    expect(reason([1, NaN, 2, Infinity])).toMatch(/^not-finite: Sample 2 of 4 is NaN, and 1 more/);
    expect(reason([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])).toMatch(/^no-spread: All 7/);
    expect(reason([0, 1e-300])).toMatch(/^out-of-range: .*too small/);
    expect(reason([-1e308, 1e308])).toMatch(/^out-of-range: .*too large/);
    expect(reason([0.1, 0.1 + 2 ** -56])).toBe('a density');
  });

  it('refuses a factor that is not positive and a grid of one point, by name', () => {
    expect(() => bandwidthFactor(0, 5)).toThrow(/bandwidth factor = 0/);
    expect(() => bandwidthFactor(NaN, 5)).toThrow(/bandwidth factor = NaN/);
    expect(() => kernelDensity([1, 2], { rule: 1, points: 1 })).toThrow(/grid points = 1/);
  });
});
