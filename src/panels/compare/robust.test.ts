import { describe, expect, it } from 'vitest';
import { DEFAULT_ATTACK_PLAN } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { candidatesOf, robustOf, shownEvaluation, attackNamesOf } from './robust.ts';

function evaluation(change: Partial<EvaluationRecord>): EvaluationRecord {
  const right = { index: 0, label: 1, prediction: 1, margin: 1, attacks: 1, brokenBy: null };
  const wrong = { ...right, index: 1, prediction: 2, margin: -1, attacks: 0 };
  return {
    id: 'e',
    subject: { kind: 'run', id: 'r', name: 'Plain', hash: 'h' },
    data: '',
    plan: DEFAULT_ATTACK_PLAN,
    created: 0,
    changed: 0,
    backend: 'wasm',
    seconds: 1,
    verdicts: [right, wrong],
    tallies: [],
    finished: true,
    trust: null,
    curve: null,
    classes: [],
    ...change,
  };
}

const FGSM = { ...DEFAULT_ATTACK_PLAN, attack: { kind: 'fgsm' as const } };
const STANDARD = evaluation({ id: 'standard', created: 1 });
const LATER = evaluation({ id: 'later', created: 3, plan: FGSM });
const ALL = [STANDARD, LATER];

describe('F7 the robust accuracy of a net in a figure', () => {
  it('is of an evaluation of that net: a run by its id, a net by its name', () => {
    const run = { kind: 'run', id: 'r', name: 'renamed' } as const;
    expect(candidatesOf(ALL, run).map(({ id }) => id)).toEqual(['standard', 'later']);
    expect(candidatesOf(ALL, { ...run, id: 'other' })).toEqual([]);
    const net = evaluation({ subject: { kind: 'net', id: 'net-1', name: 'vgg', hash: 'h' } });
    expect(candidatesOf([net], { kind: 'net', id: 'net-7', name: 'vgg' })).toEqual([net]);
    expect(candidatesOf([net], { kind: 'net', id: 'net-1', name: 'other' })).toEqual([]);
  });

  it('is the latest standard one, or that of the selected attack, and none of other weights', () => {
    expect(attackNamesOf(ALL)).toEqual([
      'AutoAttack, standard, ℓ∞, ε = 8/255',
      'FGSM, ℓ∞, ε = 8/255',
    ]);
    expect(shownEvaluation(ALL, ['h'], null)?.id).toBe('standard');
    expect(shownEvaluation([LATER], ['h'], null)?.id).toBe('later');
    expect(shownEvaluation(ALL, ['h'], attackNamesOf(ALL)[1]!)?.id).toBe('later');
    expect(shownEvaluation(ALL, ['h'], 'PGD')).toBeNull();
    expect(shownEvaluation(ALL, ['other'], null)).toBeNull();
  });

  it('is found by the identity that an earlier version of the lab gave to the net', () => {
    expect(shownEvaluation(ALL, ['net2:now', 'h'], null)?.id).toBe('standard');
  });

  it('has both accuracies of the same images', () => {
    expect(robustOf(STANDARD)).toEqual({
      clean: { correct: 1, count: 2 },
      standing: { correct: 1, count: 2 },
      under: 'AutoAttack, standard, ℓ∞, ε = 8/255',
    });
    expect(robustOf(evaluation({ verdicts: [] }))).toBeNull();
  });
});
