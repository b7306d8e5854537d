import { describe, expect, it } from 'vitest';
import { fillNormal } from '../math/random.ts';
import {
  byFallingLogit,
  firstLargest,
  lossAt,
  lossFor,
  lossValue,
  margin,
  type LossClasses,
  type LossName,
} from './losses.ts';
import { netGoldens, REFERENCE_NETS } from '../nn/testing/reference-nets.ts';

function value(name: LossName, z: ArrayLike<number>, classes: LossClasses): number {
  return lossValue(name, lossAt(name, z, classes).rank);
}

/** Losses written out once more, as plainly as they can be. */
const PLAIN: Record<LossName, (z: number[], y: number, target: number) => number> = {
  ce: (z, y) => Math.log(z.reduce((sum, one) => sum + Math.exp(one), 0)) - z[y]!,
  'ce-targeted': (z, _, target) => -PLAIN.ce(z, target, target),
  dlr: (z, y) => {
    const sorted = z.toSorted((a, b) => b - a);
    const other = Math.max(...z.filter((_, c) => c !== y));
    return -(z[y]! - other) / (sorted[0]! - sorted[2]! + 1e-12);
  },
  'dlr-targeted': (z, y, target) => {
    const sorted = z.toSorted((a, b) => b - a);
    return -(z[y]! - z[target]!) / (sorted[0]! - (sorted[2]! + sorted[3]!) / 2 + 1e-12);
  },
  margin: (z, y) => Math.max(...z.filter((_, c) => c !== y)) - z[y]!,
};
const NAMES = Object.keys(PLAIN) as LossName[];

describe('losses', () => {
  it('are the published golden numbers', () => {
    const z = [2, 1, 0.5, -1, 0.2, -0.3, 0, -2, 0.7, -0.5];
    const goldens = [
      [0, 1, 0.8815427, -0.7692308, -0.7142857],
      [1, 0, 1.8815427, 0.7692308, 0.7142857],
      [8, 3, 2.1815426, 1, -1.2142857],
    ] as const;
    for (const [label, target, ce, dlr, targeted] of goldens) {
      // Goldens have 7 decimals.
      expect(value('ce', z, { label })).toBeCloseTo(ce, 6);
      expect(value('dlr', z, { label })).toBeCloseTo(dlr, 6);
      expect(value('dlr-targeted', z, { label, target })).toBeCloseTo(targeted, 6);
    }
  });

  it.each(REFERENCE_NETS)("of %s are PyTorch's in float64", (name) => {
    const goldens = netGoldens(name);
    const near = (found: number, golden: number): void =>
      // Logits are stored with 12 digits, of which a difference keeps fewer.
      expect(Math.abs(found - golden)).toBeLessThan(1e-9 * Math.max(1, Math.abs(golden)));
    goldens.logits_f64.forEach((z, n) => {
      const label = goldens.labels[n]!;
      const target = goldens.dlr_targeted_2nd_class.target[n]!;
      near(value('ce', z, { label }), goldens.ce_f64[n]!);
      near(value('dlr', z, { label }), goldens.dlr_f64[n]!);
      const targeted = value('dlr-targeted', z, { label, target });
      near(targeted, goldens.dlr_targeted_2nd_class.loss[n]!);
      expect(byFallingLogit(z)[1]).toBe(target);
    });
  });

  it.each(NAMES)('%s: value and gradient are those of finite differences', (name) => {
    for (let draw = 0; draw < 40; draw++) {
      const z = Array.from(
        fillNormal({ seed: 5, stream: draw }, new Float64Array(6)),
        (x) => 3 * x,
      );
      const [label, target] = [draw % 6, (draw + 1 + (draw % 5)) % 6];
      const { direction, scale } = lossAt(name, z, { label, target });
      expect(value(name, z, { label, target })).toBeCloseTo(PLAIN[name](z, label, target), 10);
      z.forEach((_, c) => {
        // A step that crosses no kink, and error h² of a central difference.
        const h = 1e-6;
        const moved = (by: number): number => PLAIN[name](z.with(c, z[c]! + by), label, target);
        const gradient = (moved(h) - moved(-h)) / (2 * h);
        expect(Math.abs(direction[c]! * scale - gradient)).toBeLessThan(1e-6);
      });
    }
  });

  it('of sure images keep their order and direction where value and gradient underflow', () => {
    const sure = [12_000, 3, -5, 2];
    const surer = [12_001, 3, -5, 2];
    const [a, b] = [lossAt('ce', sure, { label: 0 }), lossAt('ce', surer, { label: 0 })];
    expect(lossValue('ce', a.rank)).toBe(0);
    expect(a.scale).toBe(0);
    expect(a.rank).toBeGreaterThan(b.rank);
    expect(a.direction[0]).toBe(-1);
    // softmax of (3, −5, 2) among themselves.
    const sum = 1 + Math.exp(-8) + Math.exp(-1);
    expect(a.direction[1]).toBeCloseTo(1 / sum, 12);
    expect(a.direction[3]).toBeCloseTo(Math.exp(-1) / sum, 12);
  });

  it('are finite for equal logits', () => {
    for (const name of NAMES) {
      const { rank, direction } = lossAt(name, [1, 1, 1, 1], { label: 2, target: 3 });
      expect(Number.isFinite(rank)).toBe(true);
      expect(direction.every((one) => Number.isFinite(one))).toBe(true);
    }
  });

  it('A3 give way to those that few classes allow', () => {
    const chosen = [2, 3, 4].map((n) => [lossFor('dlr', n), lossFor('dlr-targeted', n)]);
    expect(chosen).toEqual([
      ['margin', 'margin'],
      ['dlr', 'dlr'],
      ['dlr', 'dlr-targeted'],
    ]);
    expect(lossFor('ce', 2)).toBe('ce');
  });
});

describe('the predicted class', () => {
  it('is the first of the largest, and none where a logit is not a number', () => {
    expect(firstLargest([1, 3, 3, 2])).toBe(1);
    expect(firstLargest([1, NaN, 3])).toBe(-1);
    expect(margin([1, 3, 2.5], 1)).toBe(0.5);
  });
});
