import { backend, sign } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { fillNormal, uniformAt } from '../../../math/random.ts';
import { startBackend } from '../../backends.ts';
import { convShape } from '../../conv-shape.ts';
import type { ConvAttributes } from '../../conv-shape.ts';
import { dispose, tidy, valueAndGradients } from '../../engine.ts';
import type { Tensor } from '../../engine.ts';
import { addBias, batchNormTrain, channelMoments, relu } from '../../ops/channels.ts';
import { conv2d } from '../../ops/conv2d.ts';
import { weightedSum } from '../../ops/loss.ts';
import { maxPool } from '../../ops/pool.ts';
import { readAll } from '../../read.ts';
import { fromArray } from '../../tensors.ts';
import { heapOf } from '../runtime.ts';

const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, one) => product * one, 1);

/** Numbers of all sizes, of which hardly any sum is exact. */
const random = (shape: readonly number[], stream: number): Tensor =>
  fromArray(fillNormal({ seed: 7, stream }, new Float32Array(sizeOf(shape))), shape);

interface Geometry {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly attributes: ConvAttributes;
}

/** The n-th of many geometries: small images and large, few channels and many, in groups or not. */
function geometry(n: number): Geometry {
  let draws = 0;
  const pick = (list: readonly number[]): number =>
    list[Math.floor(uniformAt({ seed: 8, stream: n }, draws++) * list.length)]!;
  const groups = pick([1, 1, 1, 2, 4]);
  const [c, o] = [groups * pick([1, 3, 4, 12, 64]), groups * pick([1, 5, 8, 20, 64])];
  const kernel = [pick([1, 2, 3]), pick([1, 3])] as const;
  const [k1, k2] = kernel;
  return {
    x: [pick([1, 3, 7]), pick([3, 4, 9, 16]), pick([3, 5, 16]), c],
    w: [k1, k2, c / groups, o],
    attributes: {
      stride: [pick([1, 2]), pick([1, 1, 2])],
      padding: [k1 - 1, pick([0, 1]), Math.floor(k2 / 2), pick([0, 1])],
      dilation: [1, pick([1, 1, 2]) > 1 && k2 === 1 ? 2 : 1],
      groups,
    },
  };
}

/** An op's value and gradients as bits. */
async function bitsOf(op: (...xs: Tensor[]) => Tensor, xs: Tensor[]): Promise<Uint8Array[]> {
  const y = op(...xs);
  const dy = random(y.shape, 99);
  const { value, gradients } = valueAndGradients(() => weightedSum(op(...xs), dy), xs);
  const found = await readAll([y, ...gradients]);
  dispose([y, dy, value, ...gradients, ...xs]);
  return found.map((numbers) => new Uint8Array(Float32Array.from(numbers).buffer));
}

/** BatchNorm, bias, ReLU, max-pool and sign of images large enough to be cut into tasks. */
function layers(x?: Tensor, gamma?: Tensor, beta?: Tensor): Tensor {
  return tidy(() => {
    const normal = batchNormTrain(x!, { gamma: gamma!, beta: beta! }, channelMoments(x!), 1e-5);
    const pool = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] } as const;
    return maxPool(relu(addBias(normal, beta!)), pool);
  });
}

const ALL = Array.from({ length: 60 }, (_, n) => geometry(n));
const IMAGES = [8, 32, 32, 12];

/** Everything on so many threads, and how often work was shared. */
async function everything(threads: number): Promise<{ bits: Uint8Array[]; shares: number }> {
  await startBackend('wasm', { threads });
  const { threadPool } = heapOf(backend());
  if (threadPool !== null) threadPool.leastWork = 0;
  const share = threadPool === null ? null : vi.spyOn(threadPool, 'share');
  const bits: Uint8Array[] = [];
  for (const { x, w, attributes } of ALL) {
    const shape = convShape(x, w, attributes);
    const op = (a?: Tensor, b?: Tensor): Tensor => conv2d(a!, b!, attributes);
    expect(sizeOf(shape.output)).toBeGreaterThan(0);
    bits.push(...(await bitsOf(op, [random(x, 1), random(w, 2)])));
  }
  const channels = [IMAGES[3]!];
  const xs = [random(IMAGES, 3), random(channels, 4), random(channels, 5)];
  bits.push(...(await bitsOf(layers, xs)));
  const x = random(IMAGES, 6);
  const signs = sign(x);
  bits.push(new Uint8Array(Float32Array.from((await readAll([signs]))[0]!).buffer));
  dispose([x, signs]);
  return { bits, shares: share?.mock.calls.length ?? 0 };
}

describe('E6 threads', () => {
  it('change no bit of any result, however many there are', async () => {
    const one = await everything(1);
    expect(one.shares).toBe(0);
    for (const threads of [2, 5]) {
      const several = await everything(threads);
      expect(several.shares).toBeGreaterThan(3 * ALL.length);
      several.bits.forEach((bits, at) => {
        expect(Buffer.compare(bits, one.bits[at]!), `result ${at}`).toBe(0);
      });
    }
  });
});
