import { backend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fillUniform } from '../../math/random.ts';
import { startBackend } from '../backends.ts';
import { convShape } from '../conv-shape.ts';
import type { ConvAttributes } from '../conv-shape.ts';
import { dispose, memory, valueAndGradients } from '../engine.ts';
import { conv2d } from '../ops/conv2d.ts';
import { weightedSum } from '../ops/loss.ts';
import { readAll } from '../read.ts';
import { convAnswers, wholeNumbers } from '../self-test-reference.ts';
import { fromArray } from '../tensors.ts';
import { heapOf } from './runtime.ts';

interface Case {
  readonly name: string;
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly attributes?: Partial<ConvAttributes>;
}

const SAME: ConvAttributes = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 };
const POINT: Partial<ConvAttributes> = { padding: [0, 0, 0, 0] };

/** Every way through the kernels: which tables, which packing, and every remainder of a tile. */
const CASES: readonly Case[] = [
  { name: 'taps of a row as one run', x: [2, 7, 6, 3], w: [3, 3, 3, 16] },
  {
    name: 'taps apart by a dilation',
    x: [2, 9, 8, 3],
    w: [3, 3, 3, 9],
    attributes: { dilation: [2, 2] },
  },
  {
    name: 'stride 2 with phases of 1, 2 and 4 taps',
    x: [2, 9, 10, 16],
    w: [3, 3, 16, 12],
    attributes: { stride: [2, 2] },
  },
  {
    name: 'stride 3 over a 2×2 kernel, so that some pixels are never read',
    x: [2, 8, 8, 4],
    w: [2, 2, 4, 8],
    attributes: { stride: [3, 3], padding: [0, 0, 0, 0] },
  },
  { name: '2×2 images tap by tap', x: [3, 2, 2, 64], w: [3, 3, 64, 72] },
  { name: '4×4 images tap by tap, remainders in all', x: [1, 4, 3, 68], w: [3, 3, 68, 67] },
  {
    name: '4×4 images tap by tap with stride 2',
    x: [2, 4, 4, 64],
    w: [3, 3, 64, 64],
    attributes: { stride: [2, 2] },
  },
  { name: 'one pixel, so that eight taps read nothing', x: [2, 1, 1, 64], w: [3, 3, 64, 64] },
  {
    name: 'asymmetric padding larger than the kernel reaches',
    x: [1, 3, 3, 64],
    w: [2, 3, 64, 64],
    attributes: { padding: [0, 3, 2, 1] },
  },
  {
    name: 'tap by tap in groups',
    x: [2, 3, 3, 128],
    w: [3, 3, 64, 128],
    attributes: { groups: 2 },
  },
  {
    name: 'groups of 8 channels',
    x: [2, 6, 5, 24],
    w: [3, 3, 8, 24],
    attributes: { groups: 3, stride: [2, 1] },
  },
  {
    name: 'groups of 6 channels, where no block of four is whole',
    x: [2, 5, 5, 18],
    w: [3, 3, 6, 15],
    attributes: { groups: 3 },
  },
  {
    name: 'more pixels than a chunk of the filter gradient',
    x: [3, 15, 13, 16],
    w: [1, 1, 16, 512],
    attributes: POINT,
  },
  {
    name: 'more pixels than a run of the forward kernel',
    x: [1, 13, 11, 512],
    w: [1, 1, 512, 8],
    attributes: POINT,
  },
  { name: 'one channel at a time, tap by tap', x: [3, 2, 2, 2], w: [3, 3, 2, 64] },
  {
    name: 'one channel at a time in groups, of three vectors of sums',
    x: [2, 5, 7, 6],
    w: [5, 4, 3, 24],
    attributes: { groups: 2, stride: [2, 1], padding: [2, 1, 0, 3] },
  },
  { name: 'an output of one channel', x: [2, 5, 5, 20], w: [3, 3, 20, 1] },
  ...[1, 2, 4, 5, 7].map((channels): Case => ({
    name: `${channels} to ${channels + 8} channels`,
    x: [1, 3, channels, channels],
    w: [1, 1, channels, channels + 8],
    attributes: POINT,
  })),
];

const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, one) => product * one, 1);

describe.each([1, 3])('convolution on wasm, threads: %i', (threads) => {
  beforeAll(async () => {
    await startBackend('wasm', { threads });
    const { threadPool } = heapOf(backend());
    expect(threadPool?.threads ?? 1).toBe(threads);
    if (threadPool !== null) threadPool.leastWork = 0;
  });

  // Whole numbers, of which all sums are exact in float32: no order of adding may change a bit.
  it.each(CASES)('$name: value and both gradients are exact', async ({ x, w, attributes }) => {
    const all = { ...SAME, ...attributes };
    const shape = convShape(x, w, all);
    const outShape = [shape.batch, ...shape.output, shape.outChannels];
    const values = {
      x: wholeNumbers(sizeOf(x), 1),
      w: wholeNumbers(sizeOf(w), 2),
      dy: wholeNumbers(sizeOf(outShape), 3),
    };
    const expected = convAnswers(shape, values);
    const before = memory().numTensors;
    const xs = [fromArray(values.x, x), fromArray(values.w, w)];
    const dy = fromArray(values.dy, outShape);
    const y = conv2d(xs[0]!, xs[1]!, all);
    const { value, gradients } = valueAndGradients(
      () => weightedSum(conv2d(xs[0]!, xs[1]!, all), dy),
      xs,
    );
    const found = await readAll([y, ...gradients]);
    [expected.y, expected.dx, expected.dw].forEach((numbers, at) => {
      // +0 for −0: a sum may be either.
      const normal = Array.from(found[at]!, (one) => one + 0);
      expect(normal).toEqual(Array.from(numbers, (one) => one + 0));
    });
    dispose([...xs, dy, y, value, ...gradients]);
    expect(memory().numTensors).toBe(before);
  });

  // Uniform numbers, so that every float32 addition rounds: measured, 288 sums in one row are 2.3e-7 (root
  // of the mean square) from float64, in three blocks 0.9e-7.
  it('E11 is as near to float64 as blocks of sums allow', async () => {
    const [x, w] = [
      [2, 9, 9, 32],
      [3, 3, 32, 32],
    ] as const;
    const values = {
      x: fillUniform({ seed: 1, stream: 0 }, new Float32Array(sizeOf(x))),
      w: fillUniform({ seed: 2, stream: 0 }, new Float32Array(sizeOf(w))),
      dy: new Float32Array(sizeOf([2, 9, 9, 32])),
    };
    const { y: expected } = convAnswers(convShape(x, w, SAME), values);
    const xs = [fromArray(values.x, x), fromArray(values.w, w)];
    const y = conv2d(xs[0]!, xs[1]!, SAME);
    const [found] = await readAll([y]);
    dispose([...xs, y]);
    const squares = expected.reduce((sum, one, at) => sum + (found![at]! / one - 1) ** 2, 0);
    expect(Math.sqrt(squares / expected.length)).toBeLessThan(1.4e-7);
  });
});
