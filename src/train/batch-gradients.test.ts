import { beforeAll, describe, expect, it } from 'vitest';
import { parseNetDescription } from '../files/net-description.ts';
import type { NetDescription } from '../files/net-description-types.ts';
import { fillNormal } from '../math/random.ts';
import { initialWeights } from '../nn/initial-weights.ts';
import { startBackend } from '../tensor/backends.ts';
import { differentiable, memory } from '../tensor/engine.ts';
import { batchGradients } from './batch-gradients.ts';
import { crossEntropyWith } from './loss-values.ts';
import { PLAIN_OBJECTIVE, type Objective } from './objective.ts';
import { scoreLogits } from './score.ts';
import { tinyGradients, TINY_NAMES, type TinyWeights } from './testing/tiny-cnn.oracle.ts';
import { trainedNet, weightsOf } from './trained-net.ts';

const conv = (name: string, from: number, to: number, stride: number): object => ({
  type: 'conv2d',
  name,
  in_channels: from,
  out_channels: to,
  kernel: [3, 3],
  stride: [stride, stride],
  padding: [1, 1, 1, 1],
  weight: `${name}.weight`,
  bias: `${name}.bias`,
});

function describeNet(layers: object[]): NetDescription {
  const text = JSON.stringify({ name: 'tiny', input: { shape: [1, 8, 8] }, layers });
  return parseNetDescription(text, 'tiny');
}

const TINY = describeNet([
  conv('conv1', 1, 3, 1),
  { type: 'relu' },
  conv('conv2', 3, 4, 2),
  { type: 'relu' },
  { type: 'flatten' },
  ...[{ type: 'dense', name: 'fc1', in_features: 64, out_features: 5 }].map((one) => ({
    ...one,
    weight: 'fc1.weight',
    bias: 'fc1.bias',
  })),
]);

const BATCH = 6;
const IMAGES = fillNormal({ seed: 3, stream: 1 }, new Float32Array(BATCH * 64));
const LABELS = Int32Array.from({ length: BATCH }, (_, n) => n % 5);

/** Conv, BatchNorm, ReLU and dense: all that a step keeps for its backward pass. */
const WITH_NORM = describeNet([
  conv('conv1', 1, 3, 1),
  {
    type: 'batchnorm2d',
    name: 'bn',
    channels: 3,
    eps: 1e-5,
    weight: 'bn.weight',
    bias: 'bn.bias',
    running_mean: 'bn.running_mean',
    running_var: 'bn.running_var',
  },
  ...['relu', 'flatten'].map((type) => ({ type })),
  {
    type: 'dense',
    name: 'fc1',
    in_features: 192,
    out_features: 5,
    weight: 'fc1.weight',
    bias: 'fc1.bias',
  },
]);

const fail = (): never => {
  throw new RangeError('half-way');
};
const FAILING: readonly [string, Objective][] = [
  ['in the loss', { ...PLAIN_OBJECTIVE, total: fail }],
  [
    'in the backward pass',
    {
      ...PLAIN_OBJECTIVE,
      total: (logits, labels) => {
        const value = PLAIN_OBJECTIVE.total(logits, labels);
        return differentiable([value], () => {
          return { value: value.clone(), saved: [], gradients: fail };
        });
      },
    },
  ],
  ['in the score', { ...PLAIN_OBJECTIVE, score: fail }],
  ['for want of images', { ...PLAIN_OBJECTIVE, passes: ['clean', 'adversarial'] }],
];

describe('gradients of a batch', () => {
  beforeAll(() => startBackend('wasm'));

  it('T28 equal plain loops in float64, with every parameter in its place', async () => {
    const weights = initialWeights(TINY, 5);
    const net = trainedNet(TINY, weights);
    const exact = Object.fromEntries(
      weights.tensors.map(({ name, data }) => [name, Float64Array.from(data)]),
    ) as unknown as TinyWeights;
    const expected = tinyGradients({ x: Float64Array.from(IMAGES), y: [...LABELS] }, exact);
    const found = await batchGradients(net, { images: IMAGES, labels: LABELS, shape: [8, 8, 1] });
    // float32 sums of at most 64 · 9 products: 1e-5 of the largest gradient is far above rounding.
    expect(found.loss / found.count).toBeCloseTo(expected.loss, 6);
    // The gradients lie as the tensor room has the weights; a net made of them has PyTorch's order.
    net.trainable.forEach(({ values }, at) => values.set(found.gradients[at]!));
    for (const { name, data } of weightsOf(net)) {
      const reference = expected.gradients[name as (typeof TINY_NAMES)[number]];
      const scale = Math.max(...reference.map(Math.abs));
      data.forEach((value, at) => {
        expect(Math.abs(value - reference[at]!)).toBeLessThanOrEqual(1e-5 * scale);
      });
    }
  });

  it('T29 moves BatchNorm’s running statistics as PyTorch: 0.9 old, 0.1 new, variance unbiased', async () => {
    const description = describeNet([
      {
        type: 'batchnorm2d',
        name: 'bn',
        channels: 1,
        eps: 1e-5,
        weight: 'bn.weight',
        bias: 'bn.bias',
        running_mean: 'bn.running_mean',
        running_var: 'bn.running_var',
      },
      { type: 'flatten' },
    ]);
    const net = trainedNet(description, initialWeights(description, 1));
    const labels = new Int32Array(BATCH);
    const step = await batchGradients(net, { images: IMAGES, labels, shape: [8, 8, 1] });
    const mean = IMAGES.reduce((sum, x) => sum + x, 0) / IMAGES.length;
    const squares = IMAGES.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    const values = (): number[] => net.running.map((one) => one.values[0]!);
    expect(values()).toEqual([0, 1]);
    step.updateRunning();
    const [runningMean, runningVar] = values();
    expect(runningMean).toBeCloseTo(0.1 * mean, 6);
    expect(runningVar).toBeCloseTo(0.9 + (0.1 * squares) / (IMAGES.length - 1), 6);
  });

  it('T30 counts right answers by the first largest logit, and finds no sense in NaN', () => {
    const logits = Float32Array.from([0, 1, 1, 5, 0, 0]);
    const score = scoreLogits(logits, Int32Array.from([1, 1]), crossEntropyWith(0));
    expect(score.correct).toBe(1);
    const loss = Math.log(Math.E + Math.E + 1) - 1 + Math.log(Math.exp(5) + 2);
    expect(score.loss).toBeCloseTo(loss, 12);
    const lost = scoreLogits(
      Float32Array.from([NaN, 0, 0]),
      Int32Array.from([0]),
      crossEntropyWith(0),
    );
    expect([lost.correct, lost.loss]).toEqual([0, NaN]);
  });

  it.each(FAILING)('T39 leave no tensor when the step throws %s', async (_, objective) => {
    const net = trainedNet(WITH_NORM, initialWeights(WITH_NORM, 1));
    const batch = { images: IMAGES, labels: LABELS, shape: [8, 8, 1] } as const;
    const before = { ...memory() };
    await expect(batchGradients(net, batch, { objective })).rejects.toThrow(RangeError);
    expect({ ...memory() }).toEqual(before);
  });
});
