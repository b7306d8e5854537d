import { describe, expect, it } from 'vitest';
import { DEFAULT_ATTACK_PLAN } from '../model/attack/plan.ts';
import { defaultAttack } from '../model/attack/lists.ts';
import type { AttackTally, EvaluationRecord } from '../model/attack/evaluation.ts';
import { stands } from '../model/attack/verdict.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { runEvaluation, type EvaluationHooks, type EvaluationStart } from './evaluation-run.ts';
import { plainTarget, QUADRATIC } from './testing/plain-target.oracle.ts';
import { resultOf } from '../kit/steps/steps.ts';

const COUNT = 240;

/** Images at other distances from the border, some of them wrong from the start. */
const SET: EvaluationSet = {
  images: Float32Array.from({ length: 6 * COUNT }, (_, at) => 0.5 + 0.45 * Math.sin(1.7 * at)),
  labels: Array.from({ length: COUNT }, (_, n) => n % 5),
  indices: Uint32Array.from({ length: COUNT }, (_, n) => 7 + n),
};

const RECORD: EvaluationRecord = {
  id: 'one',
  subject: { kind: 'net', id: 'net', name: 'quadratic', hash: '' },
  plan: {
    ...DEFAULT_ATTACK_PLAN,
    attack: { ...defaultAttack('apgd-ce'), iterations: 10 },
    threat: { norm: 'linf', eps: 0.05 },
    images: { ...DEFAULT_ATTACK_PLAN.images, from: 7, count: COUNT },
  },
  data: 'sines',
  created: 0,
  changed: 0,
  backend: 'plain',
  verdicts: [],
  tallies: [],
  seconds: 0,
  finished: false,
  trust: null,
  curve: null,
  classes: ['a', 'b', 'c', 'd', 'e'],
};

interface Kept {
  record: EvaluationRecord;
  readonly images: Map<number, Float32Array>;
}

/** What is kept of an evaluation, and hooks that keep it; the clock continues by 1 s a look. */
function keeper(): { readonly kept: Kept; readonly hooks: EvaluationHooks } {
  const kept: Kept = { record: RECORD, images: new Map() };
  let time = 0;
  const save: EvaluationHooks['save'] = (record, broken) => {
    kept.record = record;
    broken.forEach((image, row) => kept.images.set(row, image));
    return Promise.resolve();
  };
  return { kept, hooks: { now: () => (time += 1000), date: () => 5, save } };
}

const START: EvaluationStart = { target: plainTarget(QUADRATIC), set: SET, record: RECORD };

describe('Y3 the record of an evaluation', () => {
  it('holds every verdict and what each attack has done', async () => {
    const { kept, hooks } = keeper();
    const { record, adversarial } = await resultOf(runEvaluation(START, hooks));
    expect(record).toEqual(kept.record);
    expect(record.finished).toBe(true);
    expect(record.changed).toBe(5);
    expect(record.seconds).toBeGreaterThan(0);
    const right = record.verdicts.filter(({ label, prediction }) => label === prediction);
    const [tally] = record.tallies;
    expect(tally).toMatchObject({ kind: 'apgd-ce', attacked: right.length, refused: 0 });
    expect(tally!.broken).toBe(right.filter((one) => !stands(one)).length);
    expect(tally!.broken).toBeGreaterThan(0);
    expect(kept.images.size).toBe(tally!.broken);
    kept.images.forEach((image, row) =>
      expect(image).toEqual(adversarial.slice(6 * row, 6 * row + 6)),
    );
  });

  it('ended after any step and taken up again, ends with the same verdicts and images', async () => {
    const { record, adversarial } = await resultOf(runEvaluation(START, keeper().hooks));
    for (const end of [1, 2, 5, 9]) {
      const first = keeper();
      let steps = 0;
      for await (const step of runEvaluation(START, first.hooks)) {
        expect(step.record.finished).toBe(false);
        if (++steps === end) break;
      }
      const known = SET.images.slice();
      first.kept.images.forEach((image, row) => known.set(image, 6 * row));
      const again = { ...START, record: first.kept.record, adversarial: known };
      const second = await resultOf(runEvaluation(again, keeper().hooks));
      expect(second.record.verdicts).toEqual(record.verdicts);
      expect(second.adversarial).toEqual(adversarial);
      expect(second.record.seconds).toBeGreaterThan(first.kept.record.seconds);
    }
  });

  it('adds up what an attack does in several sessions', async () => {
    const threat = { norm: 'linf', eps: 0.01 } as const;
    const plan = { ...RECORD.plan, attack: { kind: 'repo' } as const, threat };
    // 16 images at once, so that the first end comes amid the second attack.
    const list = { ...START, record: { ...RECORD, plan }, together: 16 };
    const whole = await resultOf(runEvaluation(list, keeper().hooks));
    const first = keeper();
    for await (const { record } of runEvaluation(list, first.hooks)) {
      if (record.tallies.length === 2) break;
    }
    const begun = first.kept.record.tallies[1]!;
    expect(begun.attacked).toBeLessThan(whole.record.tallies[1]!.attacked);
    // Ended once more, before that attack has judged another image.
    const second = keeper();
    for await (const step of runEvaluation({ ...list, record: first.kept.record }, second.hooks)) {
      if (step.progress.attack === 1) break;
    }
    expect(second.kept.record.tallies[1]).toEqual(begun);
    const { record } = await resultOf(
      runEvaluation({ ...list, record: second.kept.record }, keeper().hooks),
    );
    // What was under way when it ended was asked for in vain, and again.
    const counts = (one: AttackTally) => ({ ...one, passes: null });
    expect(record.tallies.map(counts)).toEqual(whole.record.tallies.map(counts));
    record.tallies.forEach(({ passes }, at) => {
      expect(passes.forward).toBeGreaterThanOrEqual(whole.record.tallies[at]!.passes.forward);
    });
  });
});
