import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixtureJson } from '../math/testing/fixtures.ts';
import { planeProjection, type PlaneNorm } from './fab-projection.ts';

interface Plane {
  x: ArrayLike<number>;
  w: ArrayLike<number>;
  b: number;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function displacement(norm: PlaneNorm, { x, w, b }: Plane): number[] {
  const out = new Float64Array(x.length);
  planeProjection(norm, x.length)({ point: x, normal: w, excess: dot(w, x) - b }, out);
  return [...out];
}

/** Largest difference of two lists. */
function apart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

const NORMS = ['linf', 'l2'] as const;

describe('A20 planeProjection against the reference', () => {
  type Case = Plane & Record<`${PlaneNorm}_delta`, number[]> & { x: number[]; w: number[] };
  const { cases } = fixtureJson('fab_square/projections.json') as { cases: Case[] };

  it.each(NORMS)(
    'is that of float64 within 1e-11, the digits that it is written with: %s',
    (norm) => {
      for (const one of cases) {
        expect(apart(displacement(norm, one), one[`${norm}_delta`])).toBeLessThan(1e-11);
      }
      expect(cases).toHaveLength(40);
    },
  );

  it.each(NORMS)('is that of float64 within 1e-5 for inputs rounded to float32: %s', (norm) => {
    for (const one of cases) {
      const rounded = { x: Float32Array.from(one.x), w: Float32Array.from(one.w), b: one.b };
      expect(apart(displacement(norm, rounded), one[`${norm}_delta`])).toBeLessThan(1e-5);
    }
  });
});

describe('planeProjection', () => {
  const x = [0.2, 0.5, 0.9, 0.4];
  const w = [1, -2, 0.5, 0];

  // Printed with six digits.
  it.each([
    [0, [0.1, -0.1, 0.1, 0], [0.066667, -0.133333, 0.033333, 0]],
    [-1, [-0.185714, 0.185714, -0.185714, 0], [-0.12381, 0.247619, -0.061905, 0]],
    [1, [0.433333, -0.433333, 0.1, 0], [0.3, -0.5, 0.1, 0]],
    [-5, [-0.2, 0.5, -0.9, 0], [-0.2, 0.5, -0.9, 0]],
  ])('gives the golden displacements for offset %d', (b, linf, l2) => {
    expect(apart(displacement('linf', { x, w, b }), linf)).toBeLessThan(6e-7);
    expect(apart(displacement('l2', { x, w, b }), l2)).toBeLessThan(6e-7);
  });

  it('does not move where no entry has a weight, or in ℓ2 one of at least 1e-8', () => {
    expect(displacement('linf', { x, w: [0, 0, 0, 0], b: 1 })).toEqual([0, 0, 0, 0]);
    expect(displacement('l2', { x, w: [9e-9, 0, 0, 0], b: 1 })).toEqual([0, 0, 0, 0]);
    expect(displacement('linf', { x, w: [9e-9, 0, 0, 0], b: 1 })).toEqual([0.8, 0, 0, 0]);
  });

  it('does not move from a point on the plane', () => {
    for (const norm of NORMS) {
      const [first = NaN] = displacement(norm, { x, w, b: dot(w, x) }).map(Math.abs);
      expect(first).toBe(0);
    }
  });

  it('ends on the plane, in the box, and no random point of both is nearer', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const entry = fc.record({ x: unit, w: fc.integer({ min: -1000, max: 1000 }), p: unit });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 12 }), (entries) => {
        const [at, normal, other] = (['x', 'w', 'p'] as const).map((key) =>
          entries.map((one) => one[key]),
        ) as [number[], number[], number[]];
        // The plane goes through `other`, which is in the box: it can be reached.
        const plane = { x: at, w: normal, b: dot(normal, other) };
        for (const norm of NORMS) {
          const move = displacement(norm, plane);
          const end = at.map((value, i) => value + move[i]!);
          expect(Math.abs(dot(normal, end) - plane.b)).toBeLessThan(1e-9);
          expect(end.every((value) => value >= -1e-15 && value <= 1 + 1e-15)).toBe(true);
          const size = (d: number[]) =>
            norm === 'l2' ? Math.hypot(...d) : Math.max(...d.map(Math.abs));
          expect(size(move)).toBeLessThanOrEqual(size(at.map((v, i) => other[i]! - v)) + 1e-9);
        }
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
