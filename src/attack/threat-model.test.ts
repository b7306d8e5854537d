import { describe, expect, it } from 'vitest';
import { drawNormal, drawUniform, type Draw } from './rng.ts';
import { l1BoxDisplacement } from './l1-projection.ts';
import { randomInBall } from './pgd.ts';
import { distance, isAllowed, lengthOf, onSphere, project, stepped } from './threat-model.ts';

const SEED: Draw = { seed: 7, image: 3, stream: 1, restart: 0, step: 0 };

/** Float64 numbers that are float32 numbers. */
function pixels(count: number, step: number): Float32Array {
  return Float32Array.from(drawUniform({ ...SEED, step }, count), (one) => (one + 1) / 2);
}

/** The same projection by bisection of α, 200 halvings. */
function slowL1(x: Float32Array, y: Float64Array, eps: number): Float64Array {
  const at = (alpha: number): Float64Array =>
    y.map((one, i) => {
      const most = Math.min(0, 1 - x[i]! - one, x[i]! + one);
      return Math.sign(one) * Math.min(Math.max(-alpha, -Math.abs(one)), most);
    });
  const left = (alpha: number): number =>
    lengthOf(
      'l1',
      at(alpha).map((one, i) => one + y[i]!),
    );
  let [low, high] = [0, lengthOf('linf', y)];
  if (left(0) <= eps) return at(0);
  for (let halving = 0; halving < 200; halving++) {
    const middle = (low + high) / 2;
    if (left(middle) > eps) low = middle;
    else high = middle;
  }
  return at(high);
}

describe('the l1 ball within the box', () => {
  it.each([
    [2, [0, 0.2, -0.2, 0]],
    [1, [-0.2, 0.2, -0.2, 0.1]],
    [0.4, [-0.45, 0.45, -0.3, 0.1]],
  ])('eps %f gives the published displacement', (eps, golden) => {
    const x = Float32Array.of(0.2, 0.5, 0.9, 0.4);
    const found = l1BoxDisplacement(x, Float64Array.of(0.6, -0.7, 0.3, -0.1), eps);
    // x is float32.
    golden.forEach((one, at) => expect(found[at]!).toBeCloseTo(one, 6));
  });

  it('is reached by the displacement that bisection finds', () => {
    for (let draw = 0; draw < 12; draw++) {
      const x = pixels(20, 2 * draw);
      const y = drawNormal({ ...SEED, step: 2 * draw + 1 }, 20);
      for (const eps of [0, 0.1, 1, 5, 50]) {
        const slow = slowL1(x, y, eps);
        l1BoxDisplacement(x, y, eps).forEach((one, at) => {
          expect(Math.abs(one - slow[at]!)).toBeLessThan(1e-12);
        });
      }
    }
  });
});

describe('A4 projections', () => {
  it('leave an allowed image, change nothing when done twice, and touch no image within', () => {
    for (const norm of ['linf', 'l2', 'l1'] as const) {
      for (const eps of [0, 0.05, 1, 4]) {
        for (let draw = 0; draw < 20; draw++) {
          const x = pixels(12, draw);
          const z = drawNormal({ ...SEED, step: draw + 100 }, 12);
          const threat = { norm, eps };
          project(threat, z, x);
          expect(isAllowed(threat, Float32Array.from(z), x)).toBe(true);
          const again = z.slice();
          project(threat, again, x);
          again.forEach((one, at) => expect(Math.abs(one - z[at]!)).toBeLessThan(1e-9));
        }
      }
    }
  });

  it('refuse images outside the ball, outside the box, or not of numbers', () => {
    const x = Float32Array.of(0.5, 0.5);
    const threat = { norm: 'linf', eps: 0.1 } as const;
    expect(isAllowed(threat, Float32Array.of(0.6, 0.4), x)).toBe(true);
    expect(isAllowed(threat, Float32Array.of(0.60001, 0.4), x)).toBe(false);
    expect(isAllowed(threat, Float32Array.of(NaN, 0.5), x)).toBe(false);
    const wide = { norm: 'linf', eps: 1 } as const;
    expect(isAllowed(wide, Float32Array.of(1.0000001, 0.5), x)).toBe(false);
  });
});

describe('A4 steps and starts', () => {
  it('have the wanted length in the norm', () => {
    const gradient = Float32Array.from(drawNormal(SEED, 9));
    const zero = new Float32Array(9);
    for (const norm of ['linf', 'l2', 'l1'] as const) {
      const moved = stepped(norm, { from: zero, gradient, size: 0.3 });
      expect(lengthOf(norm, moved)).toBeCloseTo(0.3, 9);
    }
    const x = new Float32Array(9).fill(0.5);
    for (const norm of ['linf', 'l2'] as const) {
      const start = onSphere({ norm, eps: 0.25 }, x, gradient);
      expect(distance(norm, Float32Array.from(start), x)).toBeCloseTo(0.25, 6);
    }
  });

  it('take no step along a gradient of zeros', () => {
    for (const norm of ['linf', 'l2', 'l1'] as const) {
      const still = stepped(norm, {
        from: Float32Array.of(0.5, 0.5),
        gradient: new Float32Array(2),
        size: 1,
      });
      expect(Array.from(still)).toEqual([0.5, 0.5]);
    }
  });
});

describe('random draws', () => {
  it('depend on each of seed, image, attack, restart and step, and on nothing else', () => {
    const base = drawUniform(SEED, 8);
    expect(drawUniform({ ...SEED }, 8)).toEqual(base);
    expect(drawUniform(SEED, 5)).toEqual(base.subarray(0, 5));
    for (const field of ['seed', 'image', 'stream', 'restart', 'step'] as const) {
      expect(drawUniform({ ...SEED, [field]: SEED[field] + 1 }, 8)).not.toEqual(base);
    }
  });

  it('have the moments of their distribution', () => {
    const n = 40_000;
    const [uniform, normal] = [drawUniform(SEED, n), drawNormal({ ...SEED, step: 1 }, n)];
    const mean = (v: Float64Array, power: number): number =>
      v.reduce((sum, one) => sum + one ** power, 0) / n;
    // Five standard errors: 5 σ / √n.
    expect(Math.abs(mean(uniform, 1))).toBeLessThan(5 * Math.sqrt(1 / 3 / n));
    expect(Math.abs(mean(uniform, 2) - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
    expect(Math.abs(mean(normal, 1))).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(mean(normal, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(mean(normal, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });
});

describe('a random point of a ball', () => {
  const [n, draws] = [64, 2000];
  const clean = new Float32Array(n).fill(0.5);
  const lengths = (uniform: 'points' | 'lengths'): number[] =>
    Array.from({ length: draws }, (_, step) => {
      const point = randomInBall({ norm: 'l2', eps: 0.4, uniform }, clean, { ...SEED, step });
      return distance('l2', point, clean) / 0.4;
    });
  const mean = (list: readonly number[]): number => list.reduce((sum, one) => sum + one) / draws;

  it('A12 has a length uniform in [0, ε] where PGD starts, and lies near the sphere where its points are uniform', () => {
    // Five standard errors of the mean: 1/√12 a draw, and for uⁿ⁻¹-distributed lengths 1/(n+1).
    expect(Math.abs(mean(lengths('lengths')) - 1 / 2)).toBeLessThan(5 / Math.sqrt(12 * draws));
    expect(Math.abs(mean(lengths('points')) - n / (n + 1))).toBeLessThan(5 / n / Math.sqrt(draws));
    expect(Math.max(...lengths('lengths'), ...lengths('points'))).toBeLessThanOrEqual(1 + 1e-6);
  });
});
