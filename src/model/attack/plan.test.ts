import { describe, expect, it } from 'vitest';
import {
  ATTACK_CHOICES,
  ATTACK_PLAN,
  AttackPlanError,
  attacksOf,
  DEFAULT_ATTACK_PLAN,
  defaultChoice,
  formatRadius,
  type AttackPlan,
} from './plan.ts';
import { defaultAttack } from './lists.ts';
import { parseFraction } from '../../kit/document/text.ts';
import { formatPlan } from './labels.ts';

const plan = (change: object): object => ({
  ...ATTACK_PLAN.toDocument(DEFAULT_ATTACK_PLAN),
  ...change,
});

function faultOf(document: object): [string, string] {
  try {
    ATTACK_PLAN.check(document);
  } catch (error) {
    if (error instanceof AttackPlanError) return [error.path, error.reason];
    throw error;
  }
  throw new Error('it was taken');
}

describe('F7 a plan in a line', () => {
  it('distinguishes attacks with other settings, and omits default settings', () => {
    const threat = DEFAULT_ATTACK_PLAN.threat;
    const words = (change: object): string =>
      formatPlan({ threat, attack: { ...defaultAttack('pgd'), ...change } });
    expect(formatPlan(DEFAULT_ATTACK_PLAN)).toBe('AutoAttack, standard, ℓ∞, ε = 8/255');
    expect(words({})).toBe('PGD, ℓ∞, ε = 8/255');
    expect(words({ steps: 5, start: 'clean' })).toBe(
      'PGD (Steps 5, Start the clean image), ℓ∞, ε = 8/255',
    );
  });
});

describe('Y1 a plan of attacks', () => {
  it('is read back from its document, for every attack', () => {
    for (const kind of Object.keys(ATTACK_CHOICES) as AttackPlan['attack']['kind'][]) {
      const attack = defaultChoice(kind);
      const made = ATTACK_PLAN.check(plan({ attack }));
      expect(ATTACK_PLAN.check(JSON.parse(JSON.stringify(ATTACK_PLAN.toDocument(made))))).toEqual(
        made,
      );
      expect(made.attack).toEqual(attack);
      expect(attacksOf(made).length).toBeGreaterThan(0);
    }
  });

  it('has a default for every field but format and version', () => {
    const { format, version } = ATTACK_PLAN.toDocument(DEFAULT_ATTACK_PLAN) as Record<
      string,
      unknown
    >;
    expect(ATTACK_PLAN.check({ format, version })).toEqual(DEFAULT_ATTACK_PLAN);
    expect(faultOf({ version })[0]).toBe('format');
  });

  it('has the settings of the reference', () => {
    expect(attacksOf(DEFAULT_ATTACK_PLAN)).toMatchObject([
      { kind: 'apgd-ce', iterations: 100, restarts: 1, rho: 0.75 },
      { kind: 'apgd-t', iterations: 100, restarts: 1, targets: 9 },
      { kind: 'fab-t', iterations: 100, restarts: 1, targets: 9 },
      { kind: 'square', queries: 5000, share: 0.8, restarts: 1 },
    ]);
  });

  it('is rejected with the path of the invalid field', () => {
    expect(faultOf(plan({ threat: { norm: 'linf', eps: -1 } }))[0]).toBe('threat.eps');
    expect(faultOf(plan({ threat: { norm: 'l7', eps: 1 } }))[0]).toBe('threat.norm');
    expect(faultOf(plan({ attack: { kind: 'pgd', steps: 0 } }))[0]).toBe('attack.steps');
    expect(faultOf(plan({ attack: { kind: 'pgd', step: 1 } }))[0]).toBe('attack.step');
    expect(faultOf(plan({ attack: { kind: 'deepfool' } }))[0]).toBe('attack.kind');
    expect(faultOf(plan({ images: { count: 10_001 } }))[0]).toBe('images.count');
    expect(faultOf(plan({ images: { own: 'pets' } }))[0]).toBe('images.own');
    expect(faultOf(plan({ seed: 0.5 }))[0]).toBe('seed');
    expect(faultOf(plan({ epsilon: 1 }))).toEqual([
      'epsilon',
      'there is no such field; remove it.',
    ]);
  });

  it('rejects an attack that does not support the norm, and says which does', () => {
    const [path, reason] = faultOf(
      plan({ attack: { kind: 'square' }, threat: { norm: 'l1', eps: 5 } }),
    );
    expect(path).toBe('threat.norm');
    expect(reason).toBe(
      'Square is for ℓ∞ and ℓ2; choose one of these, or APGD, which supports every norm.',
    );
  });
});

describe('Y2 a radius', () => {
  it('is read as a number, with a comma, or as a fraction', () => {
    expect(parseFraction('8/255')).toBe(8 / 255);
    expect(parseFraction(' 0,3 ')).toBe(0.3);
    expect(parseFraction('.5')).toBe(0.5);
    for (const text of ['', '/', '8/', 'eight', '8/255/2', '0x'])
      expect(parseFraction(text)).toBeNaN();
  });

  it('is formatted in 1/255 if it is a multiple', () => {
    expect(formatRadius(8 / 255)).toBe('8/255');
    expect(formatRadius(1 / 255)).toBe('1/255');
    expect(formatRadius(0.3)).toBe('0.3');
    expect([0.2, 0.6].map(formatRadius)).toEqual(['0.2', '0.6']);
    expect(formatRadius(0)).toBe('0');
    expect(formatRadius(1)).toBe('1');
    expect(formatRadius(0.031)).toBe('0.031');
  });
});
