import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../math/intervals.ts';
import { DEFAULT_ATTACK_PLAN } from './plan.ts';
import { evaluationSummary, typical } from './evaluation-summary.ts';
import type { Verdict } from './verdict.ts';

const STANDARD = DEFAULT_ATTACK_PLAN;
const KINDS = ['apgd-ce', 'apgd-t', 'fab-t', 'square'] as const;

/** An image's verdict: broken by this attack of the list, or not. */
function verdict(index: number, by: number | null, right = true, attacks = 4): Verdict {
  const label = index % 3;
  const clean = { index, label, prediction: right ? label : 7, margin: right ? 1 + index : -1 };
  if (by === null) return { ...clean, attacks: right ? attacks : 0, brokenBy: null };
  const distances = { linf: 0.1 + index / 1000, l2: 2 + index, l1: 30 + index };
  const step = { attack: by, kind: KINDS[by]!, restart: 0, step: 3, prediction: 5 };
  const found = { margin: -index / 10, distances, survivesRounding: index % 4 !== 0 };
  return { ...clean, attacks: by + 1, brokenBy: { ...step, ...found } };
}

/** Twelve images: two wrong from the start, five broken by attacks 0, 0, 1, 3, 3, five standing. */
const VERDICTS: readonly Verdict[] = [
  verdict(100, 0),
  verdict(101, null),
  verdict(102, null, false),
  verdict(103, 1),
  verdict(104, 3),
  verdict(105, null),
  verdict(106, 0),
  verdict(107, null),
  verdict(108, null, false),
  verdict(109, 3),
  verdict(110, null),
  verdict(111, null),
];

describe('Y4 the numbers of an evaluation', () => {
  it('are flags in the record’s order, and counts with Wilson’s interval of all images', () => {
    const summary = evaluationSummary({ plan: STANDARD, verdicts: VERDICTS })!;
    expect(summary.n).toBe(12);
    expect(summary.cleanFlags).toBe('110111110111');
    expect(summary.clean).toEqual({
      count: 10,
      n: 12,
      rate: 10 / 12,
      interval: wilsonInterval(10, 12),
    });
    expect(summary.robustFlags).toBe('010001010011');
    expect(summary.robust.count).toBe(5);
    expect(summary.attacks.map(({ flags }) => flags)).toEqual([
      '010111010111',
      '010011010111',
      '010011010111',
      '010001010011',
    ]);
    expect(summary.attacks.map(({ kind }) => kind)).toEqual(KINDS);
    expect(summary.attacks.map(({ broken }) => broken)).toEqual([2, 1, 0, 2]);
    expect(summary.attacks.map(({ standing }) => standing.count)).toEqual([8, 7, 7, 5]);
    for (const { standing } of summary.attacks)
      expect(standing.interval).toEqual(wilsonInterval(standing.count, 12));
    expect(summary.complete).toBe(true);
  });

  it('include of the broken images the share that survives 8 bits, the distances and the margins', () => {
    const { surviveRounding, distances, margins } = evaluationSummary({
      plan: STANDARD,
      verdicts: VERDICTS,
    })!;
    // Broken are images 100, 103, 104, 106 and 109; 100 and 104 do not survive.
    expect(surviveRounding).toMatchObject({ count: 3, n: 5, rate: 0.6 });
    expect(distances!.linf.median).toBeCloseTo(0.204, 12);
    expect(distances!.l2).toEqual({ median: 106, mean: (102 + 105 + 106 + 108 + 111) / 5 });
    expect(distances!.l1.median).toBe(134);
    expect(margins.broken!.before.median).toBe(105);
    expect(margins.broken!.after.median).toBeCloseTo(-10.4, 12);
    // Of the ten that are right: 101, 102, 104, 105, 106, 107, 108, 110, 111, 112.
    expect(margins.clean).toEqual({ median: 106.5, mean: 106.6 });
  });

  it('of a stopped evaluation show which attacks are finished for all images', () => {
    const early = VERDICTS.map((one) =>
      one.brokenBy === null && one.attacks > 0 ? { ...one, attacks: 1 } : one,
    ).filter(({ brokenBy }) => brokenBy === null || brokenBy.attack === 0);
    const { attacks, complete, robust } = evaluationSummary({ plan: STANDARD, verdicts: early })!;
    expect(complete).toBe(false);
    expect(attacks.map((one) => one.complete)).toEqual([true, false, false, false]);
    expect(robust).toMatchObject({ count: 5, n: 9 });
  });

  it('are null before clean images are classified, and for empty groups of images', () => {
    expect(evaluationSummary({ plan: STANDARD, verdicts: [] })).toBeNull();
    const wrong = evaluationSummary({ plan: STANDARD, verdicts: [verdict(1, null, false)] })!;
    expect(wrong).toMatchObject({ surviveRounding: null, distances: null, complete: true });
    expect(wrong.margins).toEqual({ clean: null, broken: null });
    expect(wrong.robust.interval.lower).toBe(0);
  });

  it('use the mean of the middle two as the median of an even count', () => {
    expect(typical([4, 1, 2, 10])).toEqual({ median: 3, mean: 4.25 });
    expect(typical([7])).toEqual({ median: 7, mean: 7 });
    expect(typical([])).toBeNull();
  });
});
