import { describe, expect, it } from 'vitest';
import { passesPerImage } from './cost.ts';
import { attacksOf, DEFAULT_ATTACK_PLAN } from './plan.ts';
import type { AttackTally, EvaluationProgress, EvaluationRecord } from './evaluation.ts';
import type { Verdict } from './verdict.ts';
import { estimate } from './estimate.ts';

const plan = { ...DEFAULT_ATTACK_PLAN, attack: { kind: 'repo' } as const };
const EACH = attacksOf(plan).map((entry) => passesPerImage(entry, 10));

const verdicts = Array.from({ length: 10 }, (_, index): Verdict => {
  const right = { label: 1, margin: 1, attacks: 0, brokenBy: null };
  return { index, prediction: index < 8 ? 1 : 2, ...right };
});

const RECORD: EvaluationRecord = {
  id: 'e',
  subject: { kind: 'net', id: 'n', name: 'n', hash: '' },
  plan,
  data: '',
  created: 0,
  changed: 0,
  backend: 'wasm',
  verdicts,
  tallies: [],
  seconds: 0,
  finished: false,
  trust: null,
  curve: null,
  classes: Array.from('0123456789'),
};

const START: EvaluationProgress = {
  attack: null,
  done: 0,
  of: 10,
  running: 10,
  broken: 0,
  seconds: 0,
  passes: { forward: 0, backward: 0 },
};

describe('Y31 the time left of an evaluation', () => {
  it('is unknown before any pass; the remaining work is then all of it', () => {
    const { speed, left, secondsLeft, part } = estimate(RECORD, START);
    expect([speed, secondsLeft]).toEqual([NaN, NaN]);
    expect(left).toBe(10 * (EACH[0]! + EACH[1]!));
    expect(part).toBe(0);
  });

  it('assumes the speed so far and that no further image is broken', () => {
    // Eight images are correctly classified; three are broken, and each of the eight took fifty
    // passes.
    const now = { attack: 0, done: 0, of: 8, running: 5, broken: 3, seconds: 4 };
    const passes = { forward: 200, backward: 200 };
    const { speed, left, secondsLeft } = estimate(RECORD, { ...START, ...now, passes });
    expect(speed).toBe(100);
    expect(left).toBe(5 * (EACH[0]! - 50) + 5 * EACH[1]!);
    expect(secondsLeft).toBe(left / 100);
  });

  it('counts the passes of earlier attacks once, and waiting images in full', () => {
    const tally: AttackTally = {
      kind: 'apgd-ce',
      attacked: 8,
      broken: 0,
      refused: 0,
      projected: 0,
      passes: { forward: 600, backward: 400 },
      gradients: { all: 0, zero: 0, subnormal: 0, notFinite: 0 },
    };
    const now = { attack: 1, done: 2, of: 8, running: 2, broken: 0, seconds: 10 };
    const passes = { forward: 20, backward: 20 };
    const record = { ...RECORD, tallies: [tally] };
    const { left, part } = estimate(record, { ...START, ...now, passes });
    // Two under attack, twenty passes each so far; four wait.
    expect(left).toBe(2 * (EACH[1]! - 20) + 4 * EACH[1]!);
    expect(part).toBe(1040 / (1040 + left));
  });
});
