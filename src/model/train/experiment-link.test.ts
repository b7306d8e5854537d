import { describe, expect, it } from 'vitest';
import {
  DEFAULT_EXPERIMENT,
  defaultAdversarial,
  defaultRegularizer,
  EXPERIMENT,
  type Experiment,
  ExperimentError,
} from './experiment.ts';

const CHANGED: Experiment = {
  ...DEFAULT_EXPERIMENT,
  name: 'ℓ∞ & more = "0.01"',
  seed: 7,
  data: { ...DEFAULT_EXPERIMENT.data, train: 200 },
  training: { ...DEFAULT_EXPERIMENT.training, milestones: [3, 5], augment: true },
  regularizer: { ...defaultRegularizer('norm-decay-linf'), beta: 0.01 } as never,
  edits: [{ step: 5, field: 'learningRate', value: 0.01 }],
};

describe('an experiment in a link', () => {
  it('is empty for the default', () => {
    expect(EXPERIMENT.encodeQuery(DEFAULT_EXPERIMENT)).toBe('');
    expect(EXPERIMENT.decodeQuery('')).toEqual(DEFAULT_EXPERIMENT);
  });

  it('P5 holds only what differs, by the paths of the document', () => {
    const query = EXPERIMENT.encodeQuery({ ...CHANGED, name: 'plain words', edits: [] });
    expect(query).toBe(
      'name=plain%20words&seed=7&data.train=200&training.milestones=[3,5]&training.augment=true' +
        '&regularizer.kind=norm-decay-linf&regularizer.beta=0.01',
    );
  });

  it('P5 names a kind of adversarial training and what differs of its numbers', () => {
    const adversarial = { ...defaultAdversarial('trades'), beta: 6 };
    const query = EXPERIMENT.encodeQuery({ ...DEFAULT_EXPERIMENT, adversarial });
    expect(query).toBe('adversarial.kind=trades&adversarial.beta=6');
    expect(EXPERIMENT.decodeQuery(query).adversarial).toEqual(adversarial);
    const plain = { ...DEFAULT_EXPERIMENT, adversarial: defaultAdversarial('pgd-at') };
    expect(EXPERIMENT.encodeQuery(plain)).toBe('adversarial.kind=pgd-at');
  });

  it.each([
    CHANGED,
    { ...CHANGED, name: '12' },
    { ...CHANGED, name: 'null' },
    { ...CHANGED, name: '"' },
  ])('is read back unchanged: $name', (experiment) => {
    expect(EXPERIMENT.decodeQuery(EXPERIMENT.encodeQuery(experiment))).toEqual(experiment);
  });

  it.each([
    ['seed=abc', 'seed'],
    ['training.batchSize=0', 'training.batchSize'],
    ['training.speed=1', 'training.speed'],
    ['seed=1&seed=2', 'seed'],
    ['seed=1&seed.x=2', 'seed.x'],
    ['__proto__.x=1', '__proto__.x'],
    ['name=%E0%A4%A', 'name'],
  ])('rejects %s, naming the field', (query, path) => {
    let error: unknown;
    try {
      EXPERIMENT.decodeQuery(query);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ExperimentError);
    expect((error as ExperimentError).path).toBe(path);
  });
});
