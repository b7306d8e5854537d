import { registerKernel } from '@tensorflow/tfjs-core';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvShape } from '../conv-shape.ts';
import {
  ADD_SCALED,
  BATCH_NORM_GRADIENT,
  CHANNEL_SUMS,
  CONV,
  CONV_FILTER_GRADIENT,
  CONV_INPUT_GRADIENT,
  MAX_POOL_GRADIENT,
  MOMENTS,
  NORMALIZE,
  RELU_GRADIENT,
} from '../kernel-names.ts';
import type { PoolShape } from '../pool-shape.ts';
import {
  addScaled,
  batchNormGradient,
  channelSums,
  moments,
  normalize,
  reluGradient,
} from './channels.ts';
import { convForward, convInputGradient } from './conv.ts';
import { convFilterGradient } from './conv-filter.ts';
import { maxPoolGradient } from './pool.ts';

interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: unknown;
  readonly backend: unknown;
}

type Kernel = (call: Call) => TensorInfo | TensorInfo[];

/** The named inputs: the ops give what a kernel of that name takes. */
function pick<K extends string>({ inputs }: Call, ...names: K[]): Record<K, TensorInfo> {
  return Object.fromEntries(names.map((name) => [name, inputs[name]!])) as Record<K, TensorInfo>;
}

/** The lab's own kernels; an op whose name is not here is composed of tfjs's. */
const KERNELS: Readonly<Record<string, Kernel>> = {
  [CONV]: (call) => convForward(call.backend, call.attrs as ConvShape, pick(call, 'x', 'w')),
  [CONV_INPUT_GRADIENT]: (call) =>
    convInputGradient(call.backend, call.attrs as ConvShape, pick(call, 'dy', 'w')),
  [CONV_FILTER_GRADIENT]: (call) =>
    convFilterGradient(call.backend, call.attrs as ConvShape, pick(call, 'x', 'dy')),
  [MAX_POOL_GRADIENT]: (call) =>
    maxPoolGradient(call.backend, call.attrs as PoolShape, pick(call, 'x', 'y', 'dy')),
  [RELU_GRADIENT]: (call) => reluGradient(call.backend, pick(call, 'y', 'dy')),
  [CHANNEL_SUMS]: (call) => channelSums(call.backend, call.inputs['x']!),
  [MOMENTS]: (call) => moments(call.backend, call.inputs['x']!),
  [NORMALIZE]: (call) => normalize(call.backend, pick(call, 'x', 'mean', 'scale', 'shift')),
  [BATCH_NORM_GRADIENT]: (call) =>
    batchNormGradient(
      call.backend,
      pick(call, 'x', 'dy', 'gamma', 'mean', 'variance'),
      (call.attrs as { epsilon: number }).epsilon,
    ),
  [ADD_SCALED]: (call) =>
    addScaled(call.backend, pick(call, 'a', 'b'), (call.attrs as { factor: number }).factor),
};

let registered = false;

/** Registers the lab's kernels for WebGPU, whatever its device; later calls do nothing. */
export function registerWebGpuKernels(): void {
  if (registered) return;
  registered = true;
  for (const [kernelName, kernelFunc] of Object.entries(KERNELS)) {
    registerKernel({
      kernelName,
      backendName: 'webgpu',
      kernelFunc: kernelFunc as unknown as KernelFunc,
    });
  }
}
