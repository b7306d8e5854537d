import { beforeAll, describe, expect, it } from 'vitest';
import { batchAt } from '../../../data/batches.ts';
import { exactNorms } from '../../../math/exact-norms.ts';
import { defaultRegularizer } from '../../../model/train/experiment.ts';
import type { RunKernel } from '../../../model/train/run.ts';
import { startBackend } from '../../../tensor/backends.ts';
import { hwioToOihw, transposeDense } from '../../../tensor/layouts.ts';
import { batchGradients } from '../../../train/batch-gradients.ts';
import { isWeight } from '../../../train/parameter.ts';
import { editRun, newRun, placeOf, type Run } from '../../../train/run.ts';
import { shapesOf, TINY_EXPERIMENT, trainAll } from '../../../train/testing/small-run.ts';
import { kernelOf } from '../../../worker/train/kernel.ts';
import {
  indexOf,
  isDecayed,
  largestAmong,
  lossGradient,
  nextH,
  placeAt,
  sizesOf,
  sliceOf,
  type DecayedKernel,
} from './step.ts';

const DATA = shapesOf(TINY_EXPERIMENT);

function decayed(kernel: RunKernel): DecayedKernel {
  if (!isDecayed(kernel)) throw new Error(`${kernel.layer.name} has no h`);
  return kernel;
}

const all = (run: Run): DecayedKernel[] =>
  run.net.layers.map((_, layer) => decayed(kernelOf(run, layer)));

/** ∂L/∂K of the next batch for every conv and dense weight, in PyTorch's layout. */
async function gradientsAhead(run: Run): Promise<Float32Array[]> {
  const { seed, training } = run.experiment;
  const { batchSize, augment } = training;
  const { height, width, channels } = DATA.train;
  const images = batchAt(DATA.train, { seed, ...placeOf(run), batchSize, augment });
  const { gradients } = await batchGradients(run.net, {
    ...images,
    shape: [height, width, channels],
  });
  const places = run.net.parameters.flatMap((one, at) => (isWeight(one) ? [at] : []));
  return places.map((at, layer) => {
    const [o = 0, i = 0, k1, k2] = run.net.layers[layer]!.weightShape;
    const values = Float32Array.from(gradients[at]!);
    return k1 === undefined || k2 === undefined
      ? transposeDense(values, [i, o])
      : hwioToOihw(values, [k1, k2, i, o]);
  });
}

/** A run some steps on, so that h and v hold something; β is then raised, to be seen in float32. */
async function runUnderWay(norm: 'l1' | 'linf', mode: 'paper' | 'repo'): Promise<Run> {
  const regularizer = { ...defaultRegularizer(`norm-decay-${norm}`), mode };
  const run = newRun({ ...TINY_EXPERIMENT, regularizer }, DATA);
  await trainAll(run, DATA, { steps: 3 });
  editRun(run, { field: 'beta', value: 0.5 });
  return run;
}

describe.each([
  ['l1', 'paper'],
  ['l1', 'repo'],
  ['linf', 'paper'],
  ['linf', 'repo'],
] as const)('P8 a step of norm decay %s, %s, line by line', (norm, mode) => {
  let before: DecayedKernel[] = [];
  let after: DecayedKernel[] = [];
  let gradients: Float32Array[] = [];
  beforeAll(async () => {
    await startBackend('wasm');
    const run = await runUnderWay(norm, mode);
    before = all(run);
    gradients = await gradientsAhead(run);
    await trainAll(run, DATA, { steps: 1 });
    after = all(run);
  });

  it('says h as the optimizer then has it, bit by bit, in every layer', () => {
    before.forEach((kernel, layer) => {
      const slice = sliceOf(kernel);
      const expected = kernel.values.map((_, at) => nextH(kernel, at, slice.has(at)));
      expect(expected).toEqual(after[layer]!.h);
      expect(expected.some((one) => one !== 0)).toBe(true);
    });
  });

  it('marks weights whose |K| sum to the norm', () => {
    for (const kernel of before) {
      const slice = sliceOf(kernel);
      const sum = [...slice].reduce((total, at) => total + Math.abs(kernel.values[at]!), 0);
      // Sums of at most some hundred float32 numbers in float64.
      expect(Math.abs(sum - kernel.decay.value)).toBeLessThan(1e-12 * kernel.decay.value);
    }
  });

  it('finds the gradient of the loss again in what the step did to v', () => {
    before.forEach((kernel, layer) => {
      const step = { before: kernel, after: after[layer]! };
      gradients[layer]!.forEach((one, at) => {
        // v′ is rounded twice in float32 at the size of its terms, all below 1.
        expect(Math.abs(lossGradient(step, at) - one)).toBeLessThan(4 * 2 ** -24);
      });
    });
  });

  it('moves K by lr times the new v', () => {
    before.forEach(({ values, learningRate }, layer) => {
      const { velocity, values: moved } = after[layer]!;
      values.forEach((value, at) => {
        const expected = value - learningRate * velocity[at]!;
        // v and K are rounded to float32 once each.
        const rounding = 2 ** -24 * (Math.abs(velocity[at]!) + Math.abs(value));
        expect(Math.abs(moved[at]! - expected)).toBeLessThanOrEqual(rounding);
      });
    });
  });
});

describe('P9 the kernel that a run shows', () => {
  beforeAll(() => startBackend('wasm'));

  it('has the norm of an independent measurement, N, and the rates of the next step', async () => {
    const run = await runUnderWay('linf', 'paper');
    const weights = run.net.parameters.filter(isWeight);
    weights.forEach(({ operator: { geometry, transposed } }, layer) => {
      const kernel = decayed(kernelOf(run, layer));
      const { decay, values, learningRate, momentum, step } = kernel;
      const exact = exactNorms({ geometry, transposed, kernel: Float64Array.from(values) });
      expect(decay.value).toBeCloseTo(exact.linf.value, 10);
      expect([decay.channel, decay.layers, decay.beta]).toEqual([
        exact.linf.channel,
        weights.length,
        0.5,
      ]);
      expect([learningRate, momentum, step]).toEqual([0.05, 0.9, 3]);
    });
  });

  it('lowers the learning rate at a milestone, as the step does', async () => {
    const training = { ...TINY_EXPERIMENT.training, milestones: [2], epochs: 2 };
    const run = newRun({ ...TINY_EXPERIMENT, training }, DATA);
    expect(kernelOf(run, 0).learningRate).toBe(0.05);
    await trainAll(run, DATA, { steps: 3 });
    const { learningRate } = kernelOf(run, 0);
    await trainAll(run, DATA, { steps: 1 });
    expect(learningRate).toBeCloseTo(0.005, 12);
    expect(run.history.from({ steps: 3, norms: 0, epochs: 0 }).steps.learningRate[0]).toBe(
      learningRate,
    );
  });

  it('is seen whole, each channel pair by its weight of largest size', () => {
    const run = newRun(TINY_EXPERIMENT, DATA);
    for (const [layer] of run.net.layers.entries()) {
      const { values, largest, overview, layer: info } = kernelOf(run, layer);
      const { rows, columns, bin, strongest } = overview;
      const [outputs = 0, inputs = 0] = info.weightShape;
      const area = values.length / (outputs * inputs);
      const expected = Array.from({ length: rows * columns }, (_, cell) => {
        const [row, column] = [Math.floor(cell / columns), cell % columns];
        const inCell = values.filter((__, at) => {
          const pair = Math.floor(at / area);
          const [i, j] = [Math.floor(pair / inputs), pair % inputs];
          return Math.floor(i / bin[0]) === row && Math.floor(j / bin[1]) === column;
        });
        return inCell.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
      });
      expect([...strongest]).toEqual(expected);
      expect(Math.max(rows, columns)).toBeLessThanOrEqual(48);
      expect(largest).toBe(Math.max(...values.map(Math.abs)));
    }
  });

  it('has no h without norm decay, and refuses a layer that is not there', () => {
    const run = newRun(TINY_EXPERIMENT, DATA);
    expect(kernelOf(run, 0)).toMatchObject({ h: null, decay: null });
    expect(() => kernelOf(run, 99)).toThrow(/layer is 99/);
  });
});

describe('places of a weight', () => {
  it('are found again from their index, for convs and dense layers', () => {
    for (const weightShape of [
      [4, 3, 2, 5],
      [6, 7],
    ]) {
      const sizes = sizesOf({ name: 'a', kind: 'conv', weightShape });
      const count = weightShape.reduce((product, one) => product * one, 1);
      const again = Array.from({ length: count }, (_, at) => indexOf(sizes, placeAt(sizes, at)));
      expect(again).toEqual(Array.from({ length: count }, (_, at) => at));
    }
  });

  it('of the largest |K| is the first among those asked for', () => {
    const values = Float32Array.of(9, -2, 2, 1);
    const valueAt = (at: number): number => values[at]!;
    expect(largestAmong([1, 2, 3], valueAt)).toBe(1);
    expect(largestAmong([], valueAt)).toBe(-1);
  });
});
