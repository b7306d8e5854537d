import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPERIMENT } from '../../model/train/experiment.ts';
import type { NetRow, NetSummary } from '../../model/net/net.ts';
import type { RunSummary } from '../../model/train/run.ts';
import { entryOfRun } from './run-entry.ts';

const RUN: RunSummary = {
  id: 'r',
  labels: { name: 'Plain', note: '', color: 2 },
  experiment: DEFAULT_EXPERIMENT,
  layers: [
    { name: 'conv1', kind: 'conv', weightShape: [4, 3, 3, 3] },
    { name: 'fc', kind: 'dense', weightShape: [10, 4] },
  ],
  parameters: 162,
  created: 0,
  changed: 0,
  step: 20,
  steps: 40,
  epoch: 1,
  end: null,
  last: {
    epoch: 1,
    step: 20,
    trainLoss: 1,
    trainCorrect: 5,
    trainCount: 10,
    testLoss: 1,
    testCorrect: 934,
    testCount: 1000,
    robust: null,
    seconds: 1,
  },
  norms: { l1: [1, 2], linf: [3, 4] },
  backend: 'wasm',
};

function seen(step: number): Parameters<typeof entryOfRun>[2] {
  const summary: NetSummary = {
    id: 'n',
    name: 'n',
    files: [],
    described: true,
    notes: [],
    layers: (['conv2d', 'batchnorm2d', 'dense'] as const).map((kind, index) => ({
      index,
      name: `l${index}`,
      kind,
      weightShape: [1],
      shape: null,
      eps: null,
      guessed: [],
    })),
  };
  const norms = { l1: 7, linf: 8, l2: null, assumption: null, formulas: null, output: null };
  const rows = new Map<number, NetRow>([0, 1, 2].map((index) => [index, { index, norms }]));
  return { step, net: { summary, rows }, failure: null };
}

describe('entryOfRun', () => {
  it('has the recorded norms of conv and dense layers, its accuracy, name and colour', () => {
    const entry = entryOfRun(RUN, RUN.norms, undefined);
    expect(entry).toMatchObject({
      id: 'r',
      name: 'Plain',
      color: 2,
      bracketed: false,
      accuracy: { correct: 934, count: 1000 },
    });
    expect(entry.layers.map(({ name, group, numbers }) => [name, group, numbers?.l1])).toEqual([
      ['conv1', 'conv', 1],
      ['fc', 'dense', 2],
    ]);
  });

  it('has all layers once its weights were looked at after the same step', () => {
    const { layers } = entryOfRun(RUN, RUN.norms, seen(20));
    expect(layers.map(({ group, numbers }) => [group, numbers?.linf])).toEqual([
      ['conv', 8],
      ['batchnorm', 8],
      ['dense', 8],
    ]);
    expect(entryOfRun(RUN, RUN.norms, seen(19)).layers).toHaveLength(2);
  });

  it('knows no accuracy before the first epoch, no norms before a record, and no infinite norm', () => {
    expect(entryOfRun({ ...RUN, last: null }, RUN.norms, undefined).accuracy).toBeNull();
    const [none] = entryOfRun(RUN, { l1: [], linf: [] }, undefined).layers;
    expect(none).toMatchObject({ numbers: null, failed: false });
    const [burst] = entryOfRun(RUN, { l1: [NaN, 1], linf: [1, 1] }, undefined).layers;
    expect(burst).toMatchObject({ numbers: null, failed: true });
  });
});
