import { registerKernel } from '@tensorflow/tfjs-core';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { ConvShape } from '../conv-shape.ts';
import { CONV, CONV_FILTER_GRADIENT, CONV_INPUT_GRADIENT } from '../kernel-names.ts';
import { convForward, convInputGradient } from './conv.ts';
import { convFilterGradient } from './conv-filter.ts';

interface Call {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: unknown;
  readonly backend: unknown;
}

/** The lab's own kernels; an op whose name is not here is composed of tfjs's. */
const KERNELS: Readonly<Record<string, (call: Call) => TensorInfo | TensorInfo[]>> = {
  [CONV]: ({ inputs, attrs, backend }) =>
    convForward(backend, attrs as ConvShape, { x: inputs['x']!, w: inputs['w']! }),
  [CONV_INPUT_GRADIENT]: ({ inputs, attrs, backend }) =>
    convInputGradient(backend, attrs as ConvShape, { dy: inputs['dy']!, w: inputs['w']! }),
  [CONV_FILTER_GRADIENT]: ({ inputs, attrs, backend }) =>
    convFilterGradient(backend, attrs as ConvShape, { x: inputs['x']!, dy: inputs['dy']! }),
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
