import { describe, expect, it } from 'vitest';
import { fillNormal } from '../math/random.ts';
import type { BackendName } from './backend-names.ts';
import { startBackend } from './backends.ts';
import { dispose, memory, valueAndGradients } from './engine.ts';
import type { Tensor } from './engine.ts';
import {
  addBias,
  addTensors,
  batchNormTrain,
  channelMoments,
  gateChannels,
  globalMean,
  nextRunning,
  relu,
  sigmoid,
} from './ops/channels.ts';
import { conv2d } from './ops/conv2d.ts';
import { dense } from './ops/dense.ts';
import { meanOf, softmaxCrossEntropy } from './ops/loss.ts';
import { maxPool } from './ops/pool.ts';
import { addScaled } from './ops/update.ts';
import { read, readScalar } from './read.ts';
import { relativeError } from './testing/cases.ts';
import { fromArray, fromIntegers } from './tensors.ts';

/** A net with one of everything that VGG, ResNet, SENet and RegNet are made of; kernels HWIO. */
const SHAPES: Readonly<Record<string, readonly number[]>> = {
  stem: [3, 3, 3, 8],
  stemBias: [8],
  gamma1: [8],
  beta1: [8],
  wide: [1, 1, 8, 16],
  grouped: [3, 3, 8, 16],
  gamma2: [16],
  beta2: [16],
  shortcut: [1, 1, 8, 16],
  squeeze: [16, 4],
  squeezeBias: [4],
  excite: [4, 16],
  exciteBias: [16],
  head: [16, 5],
  headBias: [5],
};

const plain = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
const same = { ...plain, padding: [1, 1, 1, 1] } as const;
const half = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] } as const;
const EPSILON = 1e-5;

type Weights = Record<string, Tensor>;

function normalized(x: Tensor, gamma: Tensor, beta: Tensor): Tensor {
  return batchNormTrain(x, { gamma, beta }, channelMoments(x), EPSILON);
}

function logitsOf(w: Weights, x: Tensor): Tensor {
  const stem = addBias(conv2d(x, w['stem']!, same), w['stemBias']!);
  const pooled = maxPool(relu(normalized(stem, w['gamma1']!, w['beta1']!)), half);
  const inner = conv2d(conv2d(pooled, w['wide']!, plain), w['grouped']!, {
    ...same,
    stride: [2, 2],
    groups: 2,
  });
  const body = normalized(inner, w['gamma2']!, w['beta2']!);
  const squeezed = relu(addBias(dense(globalMean(body), w['squeeze']!), w['squeezeBias']!));
  const gate = sigmoid(addBias(dense(squeezed, w['excite']!), w['exciteBias']!));
  const shortcut = conv2d(pooled, w['shortcut']!, { ...plain, stride: [2, 2] });
  const sum = relu(addTensors(gateChannels(body, gate), shortcut));
  return addBias(dense(globalMean(sum), w['head']!), w['headBias']!);
}

function makeWeights(): Weights {
  return Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape], stream) => {
      const count = shape.reduce((product, one) => product * one, 1);
      const fanIn = count / shape.at(-1)!;
      const values = fillNormal({ seed: 3, stream }, new Float32Array(count)).map(
        (one) => one / Math.sqrt(fanIn),
      );
      return [name, fromArray(values, shape)];
    }),
  );
}

function makeBatch(size: number): { x: Tensor; labels: ReturnType<typeof fromIntegers> } {
  const values = fillNormal({ seed: 4, stream: size }, new Float32Array(size * 12 * 12 * 3));
  return {
    x: fromArray(values, [size, 12, 12, 3]),
    labels: fromIntegers(Array.from({ length: size }, (_, at) => at % 5)),
  };
}

/** One step of gradient descent; the old weights are disposed of. */
async function train(
  weights: Weights,
  size: number,
  rate: number,
): Promise<{ weights: Weights; loss: number }> {
  const { x, labels } = makeBatch(size);
  const names = Object.keys(weights);
  const xs = names.map((name) => weights[name]!);
  const { value, gradients } = valueAndGradients(
    () => meanOf(softmaxCrossEntropy(logitsOf(weights, x), labels)),
    xs,
  );
  const entries = names.map(
    (name, at) => [name, addScaled(weights[name]!, -rate, gradients[at]!)] as const,
  );
  const loss = await readScalar(value);
  dispose([x, labels, value, ...gradients, ...xs]);
  return { weights: Object.fromEntries(entries), loss };
}

async function run(
  backend: BackendName,
  sizes: readonly number[],
): Promise<{ losses: number[]; last: Float32Array[] }> {
  await startBackend(backend);
  let weights = makeWeights();
  const losses: number[] = [];
  for (const size of sizes) {
    const step = await train(weights, size, 0.1);
    weights = step.weights;
    losses.push(step.loss);
  }
  const last = await Promise.all(
    Object.values(weights).map(async (one) => Float32Array.from(await read(one))),
  );
  dispose(Object.values(weights));
  return { losses, last };
}

describe('a training step of a net with one of everything', () => {
  it('lowers the loss alike on cpu and wasm', async () => {
    const sizes = new Array<number>(8).fill(6);
    const [cpu, wasm] = [await run('cpu', sizes), await run('wasm', sizes)];
    expect(wasm.losses.at(-1)!).toBeLessThan(0.7 * wasm.losses[0]!);
    // The bar between backends: 1e-4 relative.
    expect(relativeError(wasm.losses, cpu.losses)).toBeLessThan(1e-4);
    wasm.last.forEach((values, at) => {
      expect(relativeError(values, cpu.last[at]!)).toBeLessThan(1e-4);
    });
  });

  it('gives the same bits each time on wasm', async () => {
    const sizes = [6, 5, 6, 7];
    expect(await run('wasm', sizes)).toEqual(await run('wasm', sizes));
  });

  it('leaves the number of tensors and bytes, and the heap, as they were, with changing batch sizes too', async () => {
    await startBackend('wasm');
    const sizes = [8, 3, 5, 8, 1];
    let weights = makeWeights();
    const heapSize = (): number => memory().numBytes;
    for (const size of sizes) weights = (await train(weights, size, 0.01)).weights;
    const before = { ...memory() };
    for (let step = 0; step < 200; step++) {
      weights = (await train(weights, sizes[step % sizes.length]!, 0.01)).weights;
    }
    expect(memory().numTensors).toBe(before.numTensors);
    expect(memory().numDataBuffers).toBe(before.numDataBuffers);
    expect(heapSize()).toBe(before.numBytes);
    dispose(Object.values(weights));
  });
});

describe('running statistics', () => {
  it('are 0.9 old + 0.1 new, the new variance divided by n − 1', async () => {
    await startBackend('wasm');
    const running = {
      mean: fromArray([0, 1], [2]),
      variance: fromArray([1, 1], [2]),
    } as Parameters<typeof nextRunning>[0];
    const batch = channelMoments(fromArray([1, 2, 3, 6], [2, 1, 1, 2]));
    const next = nextRunning(running, batch, { momentum: 0.1, count: 2 });
    expect(Array.from(await read(next.mean))).toEqual([
      expect.closeTo(0.2, 6),
      expect.closeTo(1.3, 6),
    ]);
    // Batch means 2 and 4, biased variances 1 and 4, unbiased 2 and 8.
    expect(Array.from(await read(next.variance))).toEqual([
      expect.closeTo(1.1, 6),
      expect.closeTo(1.7, 6),
    ]);
  });
});
