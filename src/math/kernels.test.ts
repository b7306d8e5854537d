import { describe, expect, it } from 'vitest';
import { exactNorms } from './exact-norms.ts';
import { checkGeometry } from './geometry.ts';
import { makeKernel, type KernelRecipe } from './kernels.ts';
import { makeOperator } from './operator.ts';
import { plainGeometry } from './testing/plain-geometry.oracle.ts';

const GEOMETRY = plainGeometry({ dOut: 3, input: [9, 9] });

const g = checkGeometry(GEOMETRY);

function norms(recipe: KernelRecipe): { l1: number; linf: number } {
  const { l1, linf } = exactNorms(makeOperator(GEOMETRY, makeKernel(g, recipe)));
  return { l1: l1.value, linf: linf.value };
}

describe('K1 kernels made from a pattern', () => {
  it('identity has norm 1', () => {
    expect(norms({ kind: 'identity' })).toEqual({ l1: 1, linf: 1 });
  });

  it('blur sums each input channel once: [1 2 1]/4 on both axes', () => {
    expect([...makeKernel(g, { kind: 'blur' }).slice(0, 9)]).toEqual(
      [1, 2, 1, 2, 4, 2, 1, 2, 1].map((n) => n / 16),
    );
    expect(norms({ kind: 'blur' })).toEqual({ l1: 3, linf: 3 });
  });

  it('sobel differs horizontally on even outputs and vertically on odd ones', () => {
    const kernel = makeKernel(g, { kind: 'sobel' });
    expect([...kernel.slice(0, 9)]).toEqual([-1, 0, 1, -2, 0, 2, -1, 0, 1].map((n) => n / 4));
    expect([...kernel.slice(27, 36)]).toEqual([-1, -2, -1, 0, 0, 0, 1, 2, 1].map((n) => n / 4));
  });

  it('laplacian sums to zero', () => {
    expect(
      makeKernel(g, { kind: 'laplacian' })
        .slice(0, 9)
        .reduce((a, b) => a + b),
    ).toBe(0);
  });

  it('sine is sin(1 + 3i + 5j + 7k + 11t) in OIHW order', () => {
    const kernel = makeKernel(g, { kind: 'sine' });
    const [i, j, k, t] = [2, 1, 0, 2];
    expect(kernel[((i * 3 + j) * 3 + k) * 3 + t]).toBe(Math.fround(Math.sin(1 + 6 + 5 + 22)));
  });
});

describe('K2 kernels drawn from a seed', () => {
  const big = checkGeometry({ ...GEOMETRY, dIn: 64, dOut: 128 });
  const spread = (kind: 'he' | 'pytorch' | 'gaussian', seed = 1): number => {
    const kernel = makeKernel(big, { kind, seed });
    return Math.sqrt(kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length);
  };

  it.each([
    ['he', Math.sqrt(2 / 576)],
    ['pytorch', 1 / Math.sqrt(3 * 576)],
    ['gaussian', 1],
  ] as const)('%s has its standard deviation', (kind, deviation) => {
    // 73,728 draws: a relative standard error of the deviation below 0.3 %; four of them.
    expect(Math.abs(spread(kind) / deviation - 1)).toBeLessThan(0.012);
  });

  it('pytorch stays within ±1/√fan_in', () => {
    const largest = makeKernel(big, { kind: 'pytorch', seed: 3 }).reduce(
      (m, v) => Math.max(m, Math.abs(v)),
      0,
    );
    expect(largest).toBeLessThanOrEqual(1 / 24);
    expect(largest).toBeGreaterThan(0.999 / 24);
  });

  it('repeat with the same seed and differ with another', () => {
    const draw = (seed: number): number[] => [...makeKernel(g, { kind: 'he', seed })];
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });
});
