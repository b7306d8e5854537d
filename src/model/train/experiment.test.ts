import { describe, expect, it } from 'vitest';
import {
  DEFAULT_EXPERIMENT,
  defaultAdversarial,
  defaultRegularizer,
  EXPERIMENT,
  type Experiment,
  ExperimentError,
  settingsAt,
} from './experiment.ts';
import { ADVERSARIAL_FIELDS, type AdversarialKind } from './adversarial.ts';
import { REGULARIZER_FIELDS, type RegularizerKind } from './regularizer.ts';
import { robustAttackOf } from './robust.ts';

const HEAD = { format: EXPERIMENT.format, version: 1 };
const ADVERSARIAL = Object.keys(ADVERSARIAL_FIELDS) as AdversarialKind[];
const KINDS = Object.keys(REGULARIZER_FIELDS) as RegularizerKind[];

function without(table: object, ...keys: string[]): object {
  return Object.fromEntries(Object.entries(table).filter(([key]) => !keys.includes(key)));
}

function faultOf(document: unknown): string {
  try {
    EXPERIMENT.check(document);
  } catch (error) {
    if (error instanceof ExperimentError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('an experiment', () => {
  it('X1 has a default for every field but its format and version', () => {
    expect(EXPERIMENT.check(HEAD)).toEqual(DEFAULT_EXPERIMENT);
  });

  it.each(KINDS)('X2 comes back from its text unchanged: %s', (kind) => {
    const experiment: Experiment = {
      ...DEFAULT_EXPERIMENT,
      name: 'a run',
      regularizer: defaultRegularizer(kind),
      training: { ...DEFAULT_EXPERIMENT.training, milestones: [75, 90, 100] },
      edits: [{ step: 3, field: 'learningRate', value: 0.01 }],
    };
    expect(EXPERIMENT.parse(EXPERIMENT.serialize(experiment))).toEqual(experiment);
  });

  it.each(ADVERSARIAL)('X2 comes back from its text unchanged: %s', (kind) => {
    const experiment = { ...DEFAULT_EXPERIMENT, adversarial: defaultAdversarial(kind) };
    expect(EXPERIMENT.parse(EXPERIMENT.serialize(experiment))).toEqual(experiment);
  });

  it('X8 adversarial training has the numbers of the released code', () => {
    const attack = { norm: 'linf', eps: 0.031, steps: 10, stepSize: 0.007 };
    const start = { start: 'noise', noise: 0.001, batchNorm: 'eval' };
    expect(defaultAdversarial('pgd-at')).toEqual({ kind: 'pgd-at', ...attack, ...start });
    expect(defaultAdversarial('alp')).toEqual({ kind: 'alp', ...attack, ...start, beta: 1 });
    expect(defaultAdversarial('trades')).toEqual({ kind: 'trades', ...attack, ...start, beta: 1 });
  });

  it('X8 robust accuracy is measured with adversarial training, at its ε, unless specified otherwise', () => {
    const { record } = DEFAULT_EXPERIMENT;
    const pgd = { every: 1, images: 200, norm: 'linf', eps: 0.031, steps: 10, relativeStep: 0.25 };
    expect(robustAttackOf(DEFAULT_EXPERIMENT)).toBe(null);
    const always = { ...record, robust: 'always' } as const;
    expect(robustAttackOf({ ...DEFAULT_EXPERIMENT, record: always })).toEqual(pgd);
    const adversarial = { ...defaultAdversarial('trades'), eps: 0.5, norm: 'l2' } as const;
    expect(robustAttackOf({ record, adversarial })).toEqual({ ...pgd, eps: 0.5, norm: 'l2' });
    const own = { ...record, robustEps: 0.25, robustSteps: 20 };
    const expected = { ...pgd, norm: 'l2', eps: 0.25, steps: 20, relativeStep: 0.125 };
    expect(robustAttackOf({ record: own, adversarial })).toEqual(expected);
    expect(robustAttackOf({ record: { ...record, robust: 'never' }, adversarial })).toBe(null);
  });

  it('X9 one stored by an older version gets the fields added since', () => {
    const { training, record } = DEFAULT_EXPERIMENT;
    const old = {
      ...without(DEFAULT_EXPERIMENT, 'adversarial'),
      training: { ...without(training, 'loss', 'labelSmoothing'), epochs: 9 },
      record: { normsEvery: record.normsEvery },
    };
    expect(EXPERIMENT.completed(old as unknown as Experiment)).toEqual({
      ...DEFAULT_EXPERIMENT,
      training: { ...training, epochs: 9 },
    });
  });

  it.each([
    [
      { ...HEAD, training: { loss: 'margin' }, adversarial: { kind: 'trades' } },
      'training.loss: TRADES is defined by the cross-entropy: give cross-entropy, or no adversarial training.',
    ],
    [
      { ...HEAD, training: { loss: 'margin', labelSmoothing: 0.1 } },
      'training.labelSmoothing: only the cross-entropy has labels to smooth: give 0, or that loss.',
    ],
    [
      { ...HEAD, adversarial: { kind: 'pgd-at', beta: 1 } },
      'adversarial.beta: there is no such field; remove it.',
    ],
    [
      { ...HEAD, adversarial: { kind: 'alp', steps: 0 } },
      'adversarial.steps: 0 is given; give a whole number from 1 to 1,000.',
    ],
    [
      { ...HEAD, adversarial: { kind: 'free' } },
      'adversarial.kind: give a kind: none, pgd-at, alp, trades.',
    ],
    [{ ...HEAD, trainig: {} }, 'trainig: there is no such field; remove it.'],
    [{ ...HEAD, training: { epoch: 3 } }, 'training.epoch: there is no such field; remove it.'],
    [
      { ...HEAD, training: { epochs: '3' } },
      'training.epochs: "3" is given; give a whole number from 1 to 10,000.',
    ],
    [
      { ...HEAD, training: { epochs: 0 } },
      'training.epochs: 0 is given; give a whole number from 1 to 10,000.',
    ],
    [
      { ...HEAD, training: { milestones: [9, 3] } },
      'training.milestones: [9,3] is given; give a list of increasing whole numbers from 1 to 10000, at most 100 of them.',
    ],
    [{ ...HEAD, net: { width: 0 } }, 'net.width: 0 is given; give a number above 0, up to 4.'],
    [
      { ...HEAD, regularizer: { kind: 'dropout' } },
      `regularizer.kind: give a kind: ${KINDS.join(', ')}.`,
    ],
    [
      { ...HEAD, regularizer: { kind: 'none', beta: 1 } },
      'regularizer.beta: there is no such field; remove it.',
    ],
    [
      { ...HEAD, edits: [{ step: 1, field: 'beta', value: 1 }] },
      'edits.0.field: the regularizer none has no field beta; remove the edit.',
    ],
    [{ format: 'norm-lab/layer', version: 1 }, `format: give "format": "${EXPERIMENT.format}".`],
    [
      { ...HEAD, data: { source: 'own' } },
      'data.own: with data.source "own", name the set of own images.',
    ],
    [
      { ...HEAD, data: { train: 0 } },
      'data.train: shapes is unlimited: give the number of images, at least 1.',
    ],
    [
      { ...HEAD, seed: 0.5 },
      'seed: 0.5 is given; give a whole number from 0 to 9,007,199,254,740,991.',
    ],
  ])('X3 is rejected with the path of the field: %j', (document, message) => {
    expect(faultOf(document)).toBe(message);
  });

  it('X3 is rejected when it is not a JSON object', () => {
    expect(faultOf(null)).not.toBe('accepted');
    expect(faultOf([])).not.toBe('accepted');
    expect(() => EXPERIMENT.parse('{')).toThrow(ExperimentError);
  });

  it('X4 applies edits from their step on', () => {
    const experiment: Experiment = {
      ...DEFAULT_EXPERIMENT,
      regularizer: defaultRegularizer('norm-decay-linf'),
      edits: [
        { step: 5, field: 'learningRate', value: 0.5 },
        { step: 7, field: 'beta', value: 0.25 },
        { step: 9, field: 'learningRate', value: 0.125 },
      ],
    };
    const at = (step: number): unknown[] => {
      const { learningRate, regularizer } = settingsAt(experiment, step);
      return [learningRate, 'beta' in regularizer && regularizer.beta];
    };
    expect([4, 5, 7, 9].map(at)).toEqual([
      [DEFAULT_EXPERIMENT.training.learningRate, 1e-3],
      [0.5, 1e-3],
      [0.5, 0.25],
      [0.125, 0.25],
    ]);
  });

  it('X2 is plain JSON', () => {
    const document = EXPERIMENT.toDocument(DEFAULT_EXPERIMENT);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
