import { beforeAll, expect, it } from 'vitest';
import type { Experiment } from '../model/train/experiment.ts';
import { smallCnnRows } from '../model/net/net-rows.ts';
import { startBackend } from '../tensor/backends.ts';
import { History } from './history.ts';
import { assembleRun, newRun } from './run.ts';
import { allNumbers, shapesOf, TINY_EXPERIMENT, trainAll } from './testing/small-run.ts';
import { weightsOf } from './trained-net.ts';

beforeAll(() => startBackend('wasm'));

it('X7 own layers that are the small CNN’s take its steps, bit by bit', async () => {
  const data = shapesOf(TINY_EXPERIMENT);
  const built = newRun({ ...TINY_EXPERIMENT, net: { architecture: 'small-cnn', width: 1 } }, data);
  // Initial weights depend on the names of the tensors; its dense layer is fc there and fc1 here.
  const tensors = weightsOf(built.net).map((one) => {
    return { ...one, name: one.name.replace('fc.', 'fc1.'), data: one.data.slice() };
  });
  const own = assembleRun({ ...TINY_EXPERIMENT, net: { rows: smallCnnRows(10) } }, data, {
    weights: { format: 'safetensors', tensors, skipped: [], metadata: {} },
    history: (layers) => new History(layers),
    step: 0,
  });
  const start = allNumbers(own);
  for (const run of [built, own]) await trainAll(run, data, { steps: 2 });
  expect(allNumbers(own)).not.toEqual(start);
  expect(allNumbers(own)).toEqual(allNumbers(built));
});

it('X7 a run whose layers do not fit its images is refused with the layer and how to fix it', () => {
  const own: Experiment = { ...TINY_EXPERIMENT, net: { rows: smallCnnRows(7) } };
  expect(() => newRun(own, shapesOf(TINY_EXPERIMENT))).toThrow(
    'net.rows.13: the net outputs 7 numbers, but there are 10 classes; let the last layer give 10.',
  );
});
