import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { PoolShape } from '../pool-shape.ts';
import { heapOf } from './runtime.ts';
import type { Heap } from './runtime.ts';
import type { CallKernel } from './threads/thread-pool.ts';

const FLOAT = 4;
/** Numbers of this many bytes are a task of a thread. */
const TASK_BYTES = 2 ** 16;

interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly backend: unknown;
  readonly attrs: unknown;
}

interface Addresses {
  readonly x: number;
  readonly y: number;
  readonly dy: number;
  readonly dx: number;
}

/**
 * Windows inside the input, channels in fours: one call of the SIMD kernel for each output row, and
 * images side by side.
 */
function byRows(heap: Heap, shape: PoolShape, at: Addresses): void {
  const { batch, input, output, channels, kernel, stride } = shape;
  const pixel = channels * FLOAT;
  const rowBytes = input[1] * pixel;
  const run = (image: number, call: CallKernel): void => {
    call('clear', at.dx + image * input[0] * rowBytes, input[0] * rowBytes);
    for (let line = 0; line < output[0]; line++) {
      const window = (image * input[0] + line * stride[0]) * rowBytes;
      const result = (image * output[0] + line) * output[1] * pixel;
      call(
        'maxPoolGradRow',
        at.x + window,
        at.y + result,
        at.dy + result,
        at.dx + window,
        output[1],
        pixel,
        stride[1] * pixel,
        rowBytes,
        kernel[0],
        kernel[1] * pixel,
      );
    }
  };
  heap.share({ tasks: batch, size: batch * input[0] * input[1] * channels * 16, run });
}

/** The places of one window along an axis that lie in the input. */
function span(shape: PoolShape, axis: 0 | 1, place: number): [from: number, to: number] {
  const start = place * shape.stride[axis] - shape.padding[axis === 0 ? 0 : 2];
  return [Math.max(0, start), Math.min(shape.input[axis], start + shape.kernel[axis])];
}

/** Index of the first number in a window of one channel that equals the window's maximum. */
function firstMaximum(
  x: Float32Array,
  window: {
    rows: [number, number];
    columns: [number, number];
    width: number;
    channels: number;
    base: number;
  },
  maximum: number,
): number {
  const { rows, columns, width, channels, base } = window;
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let column = columns[0]; column < columns[1]; column++) {
      const place = base + (row * width + column) * channels;
      if (x[place] === maximum) return place;
    }
  }
  return -1;
}

/** Any padding and any number of channels. */
function byWindows(heap: Heap, shape: PoolShape, at: Addresses): void {
  const { batch, input, output, channels } = shape;
  const size = batch * input[0] * input[1] * channels;
  const [x, dx] = [heap.floats(at.x, size), heap.floats(at.dx, size)];
  dx.fill(0);
  const count = batch * output[0] * output[1] * channels;
  const [y, dy] = [heap.floats(at.y, count), heap.floats(at.dy, count)];
  for (let place = 0; place < count; place++) {
    const channel = place % channels;
    const pixel = (place - channel) / channels;
    const [across, line] = [pixel % output[1], Math.floor(pixel / output[1])];
    const base = Math.floor(line / output[0]) * input[0] * input[1] * channels + channel;
    const [rows, columns] = [span(shape, 0, line % output[0]), span(shape, 1, across)];
    const winner = firstMaximum(x, { rows, columns, width: input[1], channels, base }, y[place]!);
    if (winner >= 0) dx[winner] = dx[winner]! + dy[place]!;
  }
}

/** Max-pool gradient: the first maximum of each window takes it all, as in PyTorch. */
export function maxPoolGradient({ inputs, backend, attrs }: Call): TensorInfo {
  const heap = heapOf(backend);
  const shape = attrs as PoolShape;
  const { info, address: dx } = heap.output(inputs['x']!.shape);
  const [x, y, dy] = ['x', 'y', 'dy'].map((name) => heap.addressOf(inputs[name]!)) as [
    number,
    number,
    number,
  ];
  const inside = shape.padding.every((margin) => margin === 0) && shape.channels % 4 === 0;
  (inside ? byRows : byWindows)(heap, shape, { x, y, dy, dx });
  return info;
}

/** Calls a kernel for every run of the numbers of a tensor; runs may be done side by side. */
function overNumbers(
  heap: Heap,
  shape: readonly number[],
  run: (call: CallKernel, part: { shift: number; bytes: number }) => void,
): void {
  const count = shape.reduce((product, one) => product * one, 1);
  heap.share({
    tasks: Math.ceil((count * FLOAT) / TASK_BYTES),
    size: count * 8,
    run: (task, call) => {
      const shift = task * TASK_BYTES;
      run(call, { shift, bytes: Math.min(TASK_BYTES, count * FLOAT - shift) });
    },
  });
}

/** dy where y > 0, else 0. */
export function reluGradient({ inputs, backend }: Call): TensorInfo {
  const heap = heapOf(backend);
  const { shape } = inputs['y']!;
  const { info, address } = heap.output(shape);
  const [y, dy] = [heap.addressOf(inputs['y']!), heap.addressOf(inputs['dy']!)];
  overNumbers(heap, shape, (call, { shift, bytes }) => {
    call('reluGrad', y + shift, dy + shift, address + shift, bytes);
  });
  return info;
}

/**
 * The sign of each number. tfjs's own wasm kernel gives 0 for every number nearer to 0 than 1e-7 or
 * so, which stops a gradient-sign attack on a confident net; the self-test found it.
 */
export function signs({ inputs, backend }: Call): TensorInfo {
  const heap = heapOf(backend);
  const { shape } = inputs['x']!;
  const { info, address } = heap.output(shape);
  const x = heap.addressOf(inputs['x']!);
  overNumbers(heap, shape, (call, { shift, bytes }) => {
    call('signs', x + shift, address + shift, bytes);
  });
  return info;
}

/** a + factor · b. */
export function addScaled({ inputs, backend, attrs }: Call): TensorInfo {
  const heap = heapOf(backend);
  const { shape } = inputs['a']!;
  const { info, address } = heap.output(shape);
  const bytes = FLOAT * shape.reduce((product, one) => product * one, 1);
  const { factor } = attrs as { factor: number };
  heap.call(
    'addScaled',
    heap.addressOf(inputs['a']!),
    heap.addressOf(inputs['b']!),
    factor,
    address,
    bytes,
  );
  return info;
}
