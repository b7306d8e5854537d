import { backend_util, getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { convShape } from '../conv-shape.ts';
import type { ConvAttributes, ConvShape, Margins } from '../conv-shape.ts';
import {
  ADD_SCALED,
  BATCH_NORM_GRADIENT,
  BIAS_ADD,
  CHANNEL_SUMS,
  CONV,
  CONV_FILTER_GRADIENT,
  CONV_INPUT_GRADIENT,
  MAX_POOL_GRADIENT,
  MOMENTS,
  NORMALIZE,
  RELU_GRADIENT,
  SWAP_AXES,
} from '../kernel-names.ts';
import { identity } from './identity.ts';
import { batchNormGradient, biasAdd, channelSums, moments, normalize } from './channels.ts';
import { convFilterGradient } from './conv-filter.ts';
import { convForward, convInputGradient } from './conv.ts';
import { addScaled, maxPoolGradient, reluGradient, signs } from './pool.ts';
import { heapOf } from './runtime.ts';
import { swapAxes } from './swap-axes.ts';

type Inputs = Readonly<Record<string, TensorInfo>>;

/** Attributes of tfjs's own convolution kernels, as far as they matter here. */
interface StockAttributes {
  readonly strides: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape: [number, number, number, number];
  readonly filterShape: [number, number, number, number];
}

/** The lab's description of a convolution that tfjs describes its own way. */
function stockShape(
  x: readonly number[],
  w: readonly number[],
  attrs: StockAttributes,
  depthwise: boolean,
): ConvShape {
  const four = (list: readonly number[]): [number, number, number, number] =>
    list as [number, number, number, number];
  const info = backend_util.computeConv2DInfo(
    four(x),
    four(w),
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
  );
  const { top, bottom, left, right } = info.padInfo;
  const attributes: ConvAttributes = {
    stride: [info.strideHeight, info.strideWidth],
    dilation: [info.dilationHeight, info.dilationWidth],
    padding: [top, bottom, left, right] satisfies Margins,
    groups: depthwise ? info.inChannels : 1,
  };
  // A depthwise kernel [k1, k2, C, m] has the numbers of a grouped one [k1, k2, 1, C·m] in the same order.
  return convShape(x, depthwise ? [w[0]!, w[1]!, 1, w[2]! * w[3]!] : w, attributes);
}

interface Call {
  readonly inputs: Inputs;
  readonly attrs: unknown;
  readonly backend: unknown;
}

function inputGradient(
  { inputs, backend }: Call,
  shape: ConvShape,
  names: { y: string; w: string },
): TensorInfo {
  const heap = heapOf(backend);
  const { info, address } = heap.output([shape.batch, ...shape.input, shape.inChannels]);
  convInputGradient(heap, shape, {
    x: address,
    w: heap.addressOf(inputs[names.w]!),
    y: heap.addressOf(inputs[names.y]!),
  });
  return info;
}

function filterGradient(
  { inputs, backend }: Call,
  shape: ConvShape,
  filterShape: readonly number[],
): TensorInfo {
  const heap = heapOf(backend);
  const { info, address } = heap.output([...filterShape]);
  convFilterGradient(heap, shape, {
    x: heap.addressOf(inputs['x']!),
    w: address,
    y: heap.addressOf(inputs['dy']!),
  });
  return info;
}

function stockInputGradient(call: Call, depthwise: boolean): TensorInfo {
  const attrs = call.attrs as StockAttributes;
  const shape = stockShape(attrs.inputShape, call.inputs['filter']!.shape, attrs, depthwise);
  return inputGradient(call, shape, { y: 'dy', w: 'filter' });
}

function stockFilterGradient(call: Call, depthwise: boolean): TensorInfo {
  const attrs = call.attrs as StockAttributes;
  const shape = stockShape(call.inputs['x']!.shape, attrs.filterShape, attrs, depthwise);
  return filterGradient(call, shape, attrs.filterShape);
}

function forward({ inputs, attrs, backend }: Call): TensorInfo {
  const heap = heapOf(backend);
  const shape = attrs as ConvShape;
  const { info, address } = heap.output([shape.batch, ...shape.output, shape.outChannels]);
  convForward(heap, shape, {
    x: heap.addressOf(inputs['x']!),
    w: heap.addressOf(inputs['w']!),
    y: address,
  });
  return info;
}

const filterShapeOf = ({ kernel, inChannels, groups, outChannels }: ConvShape): number[] => [
  ...kernel,
  inChannels / groups,
  outChannels,
];

/** tfjs's kernels that are absent or slow on wasm, and the lab's own. */
const KERNELS: Readonly<Record<string, (call: Call) => TensorInfo | TensorInfo[]>> = {
  Conv2DBackpropInput: (call) => stockInputGradient(call, false),
  Conv2DBackpropFilter: (call) => stockFilterGradient(call, false),
  DepthwiseConv2dNativeBackpropInput: (call) => stockInputGradient(call, true),
  DepthwiseConv2dNativeBackpropFilter: (call) => stockFilterGradient(call, true),
  Identity: identity,
  Sign: signs,
  [CONV]: forward,
  [CONV_INPUT_GRADIENT]: (call) =>
    inputGradient(call, call.attrs as ConvShape, { y: 'dy', w: 'w' }),
  [CONV_FILTER_GRADIENT]: (call) =>
    filterGradient(call, call.attrs as ConvShape, filterShapeOf(call.attrs as ConvShape)),
  [MAX_POOL_GRADIENT]: maxPoolGradient,
  [RELU_GRADIENT]: reluGradient,
  [CHANNEL_SUMS]: channelSums,
  [MOMENTS]: moments,
  [NORMALIZE]: normalize,
  [BATCH_NORM_GRADIENT]: batchNormGradient,
  [BIAS_ADD]: biasAdd,
  [ADD_SCALED]: addScaled,
  [SWAP_AXES]: swapAxes,
};

let registered = false;

/** Registers the lab's kernels for wasm, over tfjs's where both have one; later calls do nothing. */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  for (const [kernelName, kernelFunc] of Object.entries(KERNELS)) {
    const stock: unknown = getKernel(kernelName, 'wasm');
    if (stock !== undefined) unregisterKernel(kernelName, 'wasm');
    registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: kernelFunc as unknown as KernelFunc,
    });
  }
}
