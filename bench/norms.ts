import * as tf from '@tensorflow/tfjs';
import { exactNorms } from '../src/math/exact-norms.ts';
import { checkGeometry, type ConvGeometry } from '../src/math/geometry.ts';
import { makeKernel } from '../src/math/kernels.ts';
import { makeOperator, type ConvOperator } from '../src/math/operator.ts';
import { denseMatrix } from '../src/math/testing/brute-force.oracle.ts';
import { race, report, short, type Row } from './bench.lib.ts';

/** One conv of a net: channels in, out, input side, kernel side, stride. */
type Shape = readonly [dIn: number, dOut: number, input: number, kernel: number, stride: number];

function layer([dIn, dOut, input, kernel, stride]: Shape): ConvOperator {
  const pad = Math.floor(kernel / 2);
  const geometry: ConvGeometry = {
    dIn,
    dOut,
    input: [input, input],
    kernel: [kernel, kernel],
    stride: [stride, stride],
    dilation: [1, 1],
    padding: [pad, pad, pad, pad],
    groups: 1,
    boundary: 'zeros',
  };
  return makeOperator(geometry, makeKernel(checkGeometry(geometry), { kind: 'pytorch', seed: 1 }));
}

const RESNET18: readonly Shape[] = [
  [3, 64, 32, 3, 1],
  ...Array.from({ length: 4 }, (): Shape => [64, 64, 32, 3, 1]),
  ...[64, 128, 256].flatMap((width, stage): Shape[] => {
    const side = 32 / 2 ** stage;
    const block: Shape = [2 * width, 2 * width, side / 2, 3, 1];
    return [[width, 2 * width, side, 3, 2], block, [width, 2 * width, side, 1, 2], block, block];
  }),
];

/** The floor: one pass that sums |K|. */
function plainSum(layers: readonly ConvOperator[]): number {
  let total = 0;
  for (const { kernel } of layers) {
    let sum = 0;
    for (let at = 0; at < kernel.length; at++) sum += Math.abs(kernel[at]!);
    total += sum;
  }
  return total;
}

/** The stock way with tfjs ops on its cpu backend: all taps in one group, as Theorem 1 at stride 1. */
async function stockOps(tensors: readonly tf.Tensor4D[]): Promise<number> {
  const values = tf.tidy(() =>
    tensors.flatMap((kernel) => {
      const size = tf.abs(kernel);
      return [tf.max(tf.sum(size, [0, 2, 3])), tf.max(tf.sum(size, [1, 2, 3]))];
    }),
  );
  let last = 0;
  for (const value of values) last = (await value.data())[0] ?? 0;
  tf.dispose(values);
  return last;
}

function rowsOf(name: string, times: Awaited<ReturnType<typeof race>>): Row[] {
  const floor = times['plain loop of |K|']?.median ?? NaN;
  return Object.entries(times).map(([method, { median, low, high, runs }]) => ({
    layers: name,
    method,
    'median ms': short(median),
    quartiles: `${short(low)}–${short(high)}`,
    runs,
    'times the floor': short(median / floor),
  }));
}

async function compare(name: string, layers: readonly ConvOperator[]): Promise<Row[]> {
  const tensors = layers.map(({ kernel, geometry: g }) =>
    tf.tensor4d(Float32Array.from(kernel), [g.dOut, g.inPerGroup, ...g.kernel]),
  );
  const times = await race({
    'plain loop of |K|': () => plainSum(layers),
    'both exact norms': () => layers.map((op) => exactNorms(op)),
    'stock tfjs ops, cpu': () => stockOps(tensors),
  });
  tf.dispose(tensors);
  return rowsOf(name, times);
}

/** Row and column sums of the dense M: the naive way, on a layer whose M fits in memory. */
async function bruteForce(): Promise<Row[]> {
  const op = layer([16, 16, 16, 3, 1]);
  const times = await race(
    {
      'plain loop of |K|': () => plainSum([op]),
      'both exact norms': () => exactNorms(op),
      'brute force over M': () => {
        const sums = new Float64Array(op.geometry.columns);
        for (const row of denseMatrix(op.geometry, op.kernel)) {
          row.forEach((value, column) => (sums[column]! += Math.abs(value)));
        }
        return sums.reduce((a, b) => Math.max(a, b));
      },
    },
    { runs: 5, warmUp: 1 },
  );
  return rowsOf('16→16 3x3 on 16x16', times);
}

await tf.setBackend('cpu');
report('norms', [
  ...(await compare('512→512 3x3 on 4x4', [layer([512, 512, 4, 3, 1])])),
  ...(await compare('ResNet-18, 20 convs', RESNET18.map(layer))),
  ...(await bruteForce()),
]);
