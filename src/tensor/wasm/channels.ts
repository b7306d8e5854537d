import type { TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf } from './runtime.ts';
import type { Heap } from './runtime.ts';
import type { CallKernel } from './threads/thread-pool.ts';

const FLOAT = 4;
/** Rows are summed in runs of this many bytes: they stay in the L1 cache, and rounding stays small. */
const RUN_BYTES = 2 ** 14;
/** Rows of this many bytes are a task of a thread. */
const TASK_BYTES = 2 ** 16;

interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly backend: unknown;
  readonly attrs: unknown;
}

/** A table of pixels by channels: all axes but the last run together. */
function tableOf({ shape }: TensorInfo): { pixels: number; channels: number } {
  const channels = shape.at(-1) ?? 1;
  return { channels, pixels: shape.slice(0, -1).reduce((product, one) => product * one, 1) };
}

/** Adds Σ over pixels to `out` (and `second`). Parameters as the kernel of that name takes them. */
function sumInRuns(
  heap: Heap,
  kernel: string,
  sum: Readonly<Record<'a' | 'b' | 'mean' | 'out' | 'pixels' | 'channels', number>> & {
    readonly second?: number;
  },
): void {
  const { a, b, mean, out, second = 0, pixels, channels } = sum;
  const rowBytes = channels * FLOAT;
  const run = Math.max(8, Math.floor(RUN_BYTES / rowBytes));
  for (let first = 0; first < pixels; first += run) {
    const [shift, count] = [first * rowBytes, Math.min(run, pixels - first)];
    heap.call(kernel, a + shift, b + shift, mean, out, second, count, channels);
  }
}

/** Calls a kernel for every run of rows of a table; runs may be done side by side. */
function overRows(
  heap: Heap,
  { pixels, channels }: { pixels: number; channels: number },
  run: (call: CallKernel, rows: { shift: number; count: number }) => void,
): void {
  const rowBytes = channels * FLOAT;
  const most = Math.ceil(TASK_BYTES / rowBytes);
  heap.share({
    tasks: Math.ceil(pixels / most),
    size: pixels * channels * 8,
    run: (task, call) => {
      const first = task * most;
      run(call, { shift: first * rowBytes, count: Math.min(most, pixels - first) });
    },
  });
}

/** Σ over all axes but the last. */
export function channelSums({ inputs, backend }: Call): TensorInfo {
  const heap = heapOf(backend);
  const { pixels, channels } = tableOf(inputs['x']!);
  const { info, address: out } = heap.output([channels]);
  heap.floats(out, channels).fill(0);
  const a = heap.addressOf(inputs['x']!);
  sumInRuns(heap, 'sumRows', { a, b: a, mean: out, out, pixels, channels });
  return info;
}

/** Mean and biased variance of each channel; the variance from the centred numbers. */
export function moments({ inputs, backend }: Call): TensorInfo[] {
  const heap = heapOf(backend);
  const table = tableOf(inputs['x']!);
  const [mean, variance] = [heap.output([table.channels]), heap.output([table.channels])];
  const a = heap.addressOf(inputs['x']!);
  const finish = (out: number): void => {
    const sums = heap.floats(out, table.channels);
    sums.forEach((sum, channel) => (sums[channel] = sum / table.pixels));
  };
  for (const { address } of [mean, variance]) heap.floats(address, table.channels).fill(0);
  const centre = mean.address;
  sumInRuns(heap, 'sumRows', { a, b: a, mean: centre, out: centre, ...table });
  finish(centre);
  sumInRuns(heap, 'sumSquares', { a, b: a, mean: centre, out: variance.address, ...table });
  finish(variance.address);
  return [mean.info, variance.info];
}

/** (x − mean)·scale + shift, channel by channel. */
export function normalize({ inputs, backend }: Call): TensorInfo {
  const heap = heapOf(backend);
  const { pixels, channels } = tableOf(inputs['x']!);
  const { info, address } = heap.output(inputs['x']!.shape);
  const at = (name: string): number => heap.addressOf(inputs[name]!);
  const x = at('x');
  const ofChannel = [at('mean'), at('scale'), at('shift')] as const;
  overRows(heap, { pixels, channels }, (call, { shift, count }) => {
    call('scaleRows', x + shift, x + shift, address + shift, count, channels, ...ofChannel);
  });
  return info;
}

/** x + bias, channel by channel. */
export function biasAdd({ inputs, backend }: Call): TensorInfo {
  const heap = heapOf(backend);
  const { pixels, channels } = tableOf(inputs['x']!);
  const { info, address } = heap.output(inputs['x']!.shape);
  const at = (name: string): number => heap.addressOf(inputs[name]!);
  const [x, bias] = [at('x'), at('bias')];
  overRows(heap, { pixels, channels }, (call, { shift, count }) => {
    call('addRows', x + shift, x + shift, address + shift, count, channels, bias);
  });
  return info;
}

/**
 * Gradients of train-mode BatchNorm: [dx, dscale, dshift], where scale is γ and
 * dx = γ·r·(dy − mean(dy) − (x − μ)·r²·mean(dy·(x − μ))), r = 1/√(variance + ε).
 */
export function batchNormGradient({ inputs, backend, attrs }: Call): TensorInfo[] {
  const heap = heapOf(backend);
  const { epsilon } = attrs as { epsilon: number };
  const { pixels, channels } = tableOf(inputs['x']!);
  const [dx, dGamma, dBeta] = [
    heap.output(inputs['x']!.shape),
    heap.output([channels]),
    heap.output([channels]),
  ];
  const at = (name: string): number => heap.addressOf(inputs[name]!);
  const sum = { a: at('x'), b: at('dy'), mean: at('mean'), pixels, channels };
  for (const { address } of [dGamma, dBeta]) heap.floats(address, channels).fill(0);
  sumInRuns(heap, 'sumProducts', { ...sum, out: dGamma.address, second: dBeta.address });
  heap.scratch((take) => {
    const [scale, first, second] = [
      take(channels * FLOAT),
      take(channels * FLOAT),
      take(channels * FLOAT),
    ];
    const view = (address: number): Float32Array => heap.floats(address, channels);
    const [variance, gamma, gradGamma, gradBeta] = [
      at('variance'),
      at('gamma'),
      dGamma.address,
      dBeta.address,
    ].map(view);
    const [scales, firsts, seconds] = [scale, first, second].map(view);
    for (let c = 0; c < channels; c++) {
      const inverse = 1 / Math.sqrt(variance![c]! + epsilon);
      scales![c] = gamma![c]! * inverse;
      firsts![c] = gradBeta![c]! / pixels;
      seconds![c] = (gradGamma![c]! * inverse * inverse) / pixels;
      gradGamma![c] = gradGamma![c]! * inverse;
    }
    const ofChannel = [sum.mean, scale, first, second] as const;
    overRows(heap, { pixels, channels }, (call, { shift, count }) => {
      const [x, dy, out] = [sum.a + shift, sum.b + shift, dx.address + shift];
      call('batchNormGrad', x, dy, out, count, channels, ...ofChannel);
    });
  });
  return [dx.info, dGamma.info, dBeta.info];
}
