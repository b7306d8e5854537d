import { fillNormal } from '../../math/random.ts';
import type { Tensor1D } from '../engine.ts';
import {
  addBias,
  addTensors,
  batchNormInference,
  batchNormTrain,
  channelMoments,
  gateChannels,
  globalMean,
  relu,
  sigmoid,
} from '../ops/channels.ts';
import { dense, flattenChw } from '../ops/dense.ts';
import { meanOf } from '../ops/loss.ts';
import { avgPool, maxPool } from '../ops/pool.ts';
import { addScaled } from '../ops/update.ts';
import { fromArray } from '../tensors.ts';
import { CONVS, TRANSPOSED } from './conv-cases.ts';
import { LOSS_CASES } from './loss-cases.ts';
import type { OpCase } from './op-case.ts';
import * as reference from './ops.oracle.ts';
import { plain } from './ops.oracle.ts';
import type { Plain } from './ops.oracle.ts';
const EPSILON = 1e-5;

const pool2 = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] } as const;
const pool3 = { kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] } as const;
const overlapping = { kernel: [3, 2], stride: [1, 2], padding: [0, 0, 0, 0] } as const;
const POOLS: OpCase[] = [
  ...Object.entries({ '2×2': pool2, '3×3 padded': pool3, overlapping }).flatMap(
    ([name, attributes]): OpCase[] =>
      [
        [2, 6, 7, 4],
        [1, 5, 6, 3],
      ].flatMap((shape) => [
        {
          name: `max-pool ${name} of ${shape.join('×')}`,
          shapes: [shape],
          op: ([x]) => maxPool(x!, attributes),
          oracle: ([x]) => reference.maxPool(x!, attributes),
        },
        {
          name: `average-pool ${name} of ${shape.join('×')}`,
          shapes: [shape],
          op: ([x]) => avgPool(x!, attributes),
          oracle: ([x]) => reference.avgPool(x!, attributes),
        },
      ]),
  ),
];

/** Running statistics of the inference cases: constants, the variance positive. */
const RUNNING = { mean: [0.3, -1, 0, 2, 0.1], variance: [0.5, 1, 2, 0.1, 3] };

const TIES: OpCase[] = Object.entries({ '2×2': pool2, '3×3 padded': pool3, overlapping }).map(
  ([name, attributes]) => ({
    name: `max-pool ${name} with ties: the first of a window takes the gradient`,
    shapes: [[1, 5, 6, 2]],
    values: [Array.from({ length: 60 }, (_, at) => ((at * at * 7) % 3) - 1)],
    op: ([x]) => maxPool(x!, attributes),
    oracle: ([x]) => reference.maxPool(x!, attributes),
    oracleGradients: ([x], weights) => [reference.maxPoolGradient(x!, attributes, weights)],
  }),
);

const CHANNELS: OpCase[] = [
  {
    name: 'bias',
    shapes: [[2, 3, 3, 5], [5]],
    op: ([x, b]) => addBias(x!, b!),
    oracle: ([x, b]) => reference.mapPlain(x!, (one, c) => one + b!.values[c]!),
  },
  {
    name: 'ReLU',
    shapes: [[2, 3, 3, 5]],
    op: ([x]) => relu(x!),
    oracle: ([x]) => reference.mapPlain(x!, (one) => Math.max(one, 0)),
  },
  {
    name: 'sigmoid',
    shapes: [[2, 5]],
    op: ([x]) => sigmoid(x!),
    oracle: ([x]) => reference.mapPlain(x!, (one) => 1 / (1 + Math.exp(-one))),
  },
  {
    name: 'sum',
    shapes: [
      [2, 3, 3, 5],
      [2, 3, 3, 5],
    ],
    op: ([a, b]) => addTensors(a!, b!),
    oracle: ([a, b]) => reference.mapPlain(a!, (one, _, at) => one + b!.values[at]!),
  },
  {
    name: 'gate',
    shapes: [
      [2, 3, 4, 5],
      [2, 5],
    ],
    op: ([x, g]) => gateChannels(x!, g!),
    oracle: ([x, g]) =>
      reference.mapPlain(x!, (one, c, at) => one * g!.values[Math.floor(at / 60) * 5 + c]!),
  },
  {
    name: 'global mean',
    shapes: [[2, 3, 4, 5]],
    op: ([x]) => globalMean(x!),
    oracle: ([x]) =>
      plain(
        [2, 5],
        Float64Array.from({ length: 10 }, (_, at) => {
          const [n, c] = [Math.floor(at / 5), at % 5];
          return (
            Array.from({ length: 12 }, (__, p) => x!.values[(n * 12 + p) * 5 + c]!).reduce(
              (sum, one) => sum + one,
              0,
            ) / 12
          );
        }),
      ),
  },
  {
    name: 'BatchNorm in train mode',
    shapes: [[3, 4, 4, 5], [5], [5]],
    op: ([x, gamma, beta]) =>
      batchNormTrain(x!, { gamma: gamma!, beta: beta! }, channelMoments(x!), EPSILON),
    oracle: ([x, g, b]) => reference.batchNormTrain(x!, g!, b!, EPSILON),
  },
  {
    name: 'BatchNorm over so many pixels that GPUs split the sums',
    shapes: [[1, 24, 24, 2], [2], [2]],
    op: ([x, gamma, beta]) =>
      batchNormTrain(x!, { gamma: gamma!, beta: beta! }, channelMoments(x!), EPSILON),
    oracle: ([x, g, b]) => reference.batchNormTrain(x!, g!, b!, EPSILON),
  },
  {
    name: 'BatchNorm in inference mode',
    shapes: [[3, 2, 2, 5], [5], [5]],
    op: ([x, gamma, beta]) =>
      batchNormInference(
        x!,
        { gamma: gamma!, beta: beta! },
        {
          mean: fromArray(RUNNING.mean, [5]) as Tensor1D,
          variance: fromArray(RUNNING.variance, [5]) as Tensor1D,
        },
        EPSILON,
      ),
    oracle: ([x, g, b]) =>
      reference.mapPlain(
        x!,
        (one, c) =>
          ((one - RUNNING.mean[c]!) / Math.sqrt(RUNNING.variance[c]! + EPSILON)) * g!.values[c]! +
          b!.values[c]!,
      ),
  },
];

const OTHERS: OpCase[] = [
  {
    name: 'dense',
    shapes: [
      [3, 7],
      [7, 10],
    ],
    op: ([x, w]) => dense(x!, w!),
    oracle: ([x, w]) => reference.dense(x!, w!),
  },
  {
    name: 'flatten',
    shapes: [[2, 3, 4, 5]],
    op: ([x]) => flattenChw(x!),
    oracle: ([x]) =>
      plain(
        [2, 60],
        Float64Array.from({ length: 120 }, (_, at) => {
          const [n, c, p] = [Math.floor(at / 60), Math.floor((at % 60) / 12), at % 12];
          return x!.values[(n * 12 + p) * 5 + c]!;
        }),
      ),
  },
  {
    name: "an optimiser's step",
    shapes: [
      [3, 3, 4, 5],
      [3, 3, 4, 5],
    ],
    op: ([a, b]) => addScaled(a!, -0.3, b!),
    oracle: ([a, b]) => reference.mapPlain(a!, (one, _, at) => one - 0.3 * b!.values[at]!),
    withoutGradients: true,
  },
  {
    name: 'mean',
    shapes: [[3, 4]],
    op: ([x]) => meanOf(x!),
    oracle: ([x]) => plain([], Float64Array.of(x!.values.reduce((sum, one) => sum + one, 0) / 12)),
  },
];

/** Every op of the room. */
export const OP_CASES: readonly OpCase[] = [
  ...CONVS,
  ...TRANSPOSED,
  ...POOLS,
  ...TIES,
  ...CHANNELS,
  ...OTHERS,
  ...LOSS_CASES,
];

/** Normal numbers that float32 holds exactly, so that both sides start from the same inputs. */
export function caseInputs({ shapes, values }: OpCase, seed: number): Plain[] {
  return shapes.map((shape, stream) => {
    const given = values?.[stream];
    if (given !== undefined) return plain(shape, Float64Array.from(given));
    const count = shape.reduce((product, one) => product * one, 1);
    return plain(shape, Float64Array.from(fillNormal({ seed, stream }, new Float32Array(count))));
  });
}

/** Largest difference relative to the largest number. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let at = 0; at < expected.length; at++) {
    difference = Math.max(difference, Math.abs(found[at]! - expected[at]!));
    size = Math.max(size, Math.abs(expected[at]!));
    if (Number.isNaN(found[at])) return Infinity;
  }
  return size === 0 ? difference : difference / size;
}
