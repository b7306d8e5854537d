import { describe, expect, it } from 'vitest';
import { DEFAULT_ATTACK_PLAN } from '../../../model/attack/plan.ts';
import { evaluationSummary } from '../../../model/attack/evaluation-summary.ts';
import type { Verdict } from '../../../model/attack/verdict.ts';
import { fallBars, fallReading, fallsOf, fallTable } from './fall-data.ts';

const RIGHT: Verdict = {
  index: 0,
  label: 1,
  prediction: 1,
  margin: 1,
  attacks: 1,
  brokenBy: null,
};
const BROKEN: Verdict = {
  ...RIGHT,
  index: 1,
  brokenBy: {
    attack: 0,
    kind: 'apgd-ce',
    restart: 0,
    step: 1,
    prediction: 2,
    margin: -1,
    distances: { linf: 0.1, l2: 1, l1: 5 },
    survivesRounding: true,
  },
};
const WRONG: Verdict = { ...RIGHT, index: 2, prediction: 3, attacks: 0 };
const PLAN = { ...DEFAULT_ATTACK_PLAN, attack: { kind: 'repo' as const } };

describe('F5 the fall of robust accuracy', () => {
  const summary = evaluationSummary({ plan: PLAN, verdicts: [RIGHT, BROKEN, WRONG, WRONG] })!;

  it('begins with the clean images, and has no bar for an attack that has not begun', () => {
    const falls = fallsOf(summary, 1);
    expect(falls.map(({ after, complete }) => [after, complete])).toEqual([
      ['clean', true],
      ['APGD-CE', true],
      ['APGD-T', false],
    ]);
    const { series, top } = fallBars(falls, { name: 'net', color: 'red' });
    expect(series[0]!.values).toEqual([50, 25, null]);
    expect(top).toBe(100);
    // Wilson's 95 % interval of 1 in 4, worked out apart in Python.
    expect(series[0]!.intervals![1]!.lower).toBeCloseTo(4.56, 2);
    expect(series[0]!.intervals![1]!.upper).toBeCloseTo(69.94, 2);
    expect(fallReading(falls[1]!)).toBe(
      'after APGD-CE: 25.0 % (1 of 4), 95 % interval 4.6 % to 69.9 %',
    );
    expect(fallReading(falls[2]!)).toBe('APGD-T has not started.');
  });

  it('says of an attack under way that its bar can only fall', () => {
    const falls = fallsOf(summary, 2);
    expect(fallReading(falls[2]!)).toMatch(/^after APGD-T: 25.0 % .* So far: it can only fall\.$/);
    expect(fallTable(falls).map((row) => row.at(-1))).toEqual(['finished', 'yes', 'yes', 'no']);
  });
});
