import {
  concat,
  conv2d as stockConv2d,
  depthwiseConv2d,
  getBackend,
  mul,
  reshape,
  slice,
  sum,
  tensor,
  tidy,
  tile,
} from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { convShape } from '../conv-shape.ts';
import type { ConvAttributes, ConvShape } from '../conv-shape.ts';
import { differentiable, hasKernel, runKernel } from '../engine.ts';
import { CONV, CONV_FILTER_GRADIENT, CONV_INPUT_GRADIENT } from '../kernel-names.ts';
import { dilateKernel, pickTaps } from './dilation.ts';

type ExplicitPadding = [[0, 0], [number, number], [number, number], [0, 0]];

/** Channels that one dense convolution of several groups should have: enough to fill a GPU's tile. */
const MERGED_CHANNELS = 64;

function padOf({ padding: [top, bottom, left, right] }: ConvAttributes): ExplicitPadding {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

const tfAttributes = (
  shape: ConvShape,
): { strides: [number, number]; pad: ExplicitPadding; dataFormat: 'NHWC' } => ({
  strides: [...shape.stride],
  pad: padOf(shape),
  dataFormat: 'NHWC',
});

const imageShape = ({ batch, input, inChannels }: ConvShape): [number, number, number, number] => [
  batch,
  input[0],
  input[1],
  inChannels,
];

const isStridedAndDilated = ({ stride, dilation }: ConvShape): boolean =>
  Math.max(...stride) > 1 && Math.max(...dilation) > 1;

/** One dense convolution on the backend's own kernels; its gradients know no dilation. */
const dense = {
  forward: (x: Tensor, w: Tensor, shape: ConvShape): Tensor => {
    // tfjs refuses a stride together with a dilation: zeros between the taps mean the same.
    const plain = isStridedAndDilated(shape);
    const [kernel, dilation] = plain
      ? [dilateKernel(w, shape.dilation), 1]
      : [w, [...shape.dilation]];
    return stockConv2d(
      x as Tensor4D,
      kernel as Tensor4D,
      [...shape.stride],
      padOf(shape),
      'NHWC',
      dilation as [number, number],
    );
  },
  input: (dy: Tensor, w: Tensor, shape: ConvShape): Tensor =>
    runKernel(
      'Conv2DBackpropInput',
      { dy, filter: dilateKernel(w, shape.dilation) },
      { ...tfAttributes(shape), inputShape: imageShape(shape) },
    ),
  filter: (x: Tensor, dy: Tensor, shape: ConvShape): Tensor => {
    const kernel = shape.kernel.map((taps, axis) => (taps - 1) * shape.dilation[axis]! + 1);
    const filterShape = [...kernel, shape.inChannels, shape.outChannels];
    return pickTaps(
      runKernel('Conv2DBackpropFilter', { x, dy }, { ...tfAttributes(shape), filterShape }),
      shape.dilation,
    );
  },
};

/** Some groups done as one dense convolution with a block-diagonal kernel. */
interface Merge {
  readonly first: number;
  readonly groups: number;
  readonly shape: ConvShape;
}

/** Groups in runs: one by one where each is wide, or the backend is a CPU (no wasted products). */
function merges(shape: ConvShape): Merge[] {
  const { groups, inChannels, outChannels } = shape;
  const wide = Math.floor(MERGED_CHANNELS / (inChannels / groups));
  const size = getBackend() === 'cpu' ? 1 : Math.max(1, Math.min(groups, wide));
  return Array.from({ length: Math.ceil(groups / size) }, (_, index) => {
    const count = Math.min(size, groups - index * size);
    const part = {
      inChannels: (inChannels / groups) * count,
      outChannels: (outChannels / groups) * count,
      groups: 1,
    };
    return { first: index * size, groups: count, shape: { ...shape, ...part } };
  });
}

/** The channels of some groups. */
function channelsOf(x: Tensor, { first, groups }: Merge, perGroup: number): Tensor {
  return slice(x, [0, 0, 0, first * perGroup], [-1, -1, -1, groups * perGroup]);
}

/** 1 where an input and an output channel are in the same group: [1, 1, groups·I, groups·O]. */
function blockMask(groups: number, inputs: number, outputs: number): Tensor {
  const columns = groups * outputs;
  const values = new Float32Array(groups * inputs * columns);
  values.forEach((_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    values[at] = Math.floor(row / inputs) === Math.floor(column / outputs) ? 1 : 0;
  });
  return tensor(values, [1, 1, groups * inputs, columns]);
}

/** The dense, block-diagonal kernel of some groups of w [k1, k2, I, O]. */
function blockKernel(w: Tensor, merge: Merge, whole: ConvShape): Tensor {
  const { groups } = merge;
  const [inputs, outputs] = [whole.inChannels / whole.groups, whole.outChannels / whole.groups];
  const own = channelsOf(w, merge, outputs);
  return groups === 1 ? own : mul(tile(own, [1, 1, groups, 1]), blockMask(groups, inputs, outputs));
}

/** The grouped kernel's gradient out of that of a block-diagonal one. */
function fromBlocks(gradient: Tensor, { groups }: Merge, whole: ConvShape): Tensor {
  if (groups === 1) return gradient;
  const [inputs, outputs] = [whole.inChannels / whole.groups, whole.outChannels / whole.groups];
  const masked = mul(gradient, blockMask(groups, inputs, outputs));
  const taps = whole.kernel[0] * whole.kernel[1];
  const total = sum(reshape(masked, [taps, groups, inputs, groups * outputs]), 1);
  return reshape(total, [...whole.kernel, inputs, groups * outputs]);
}

const joined = (parts: Tensor[]): Tensor => (parts.length === 1 ? parts[0]! : concat(parts, 3));

/** Any number of groups on dense kernels. */
const grouped = {
  forward: (x: Tensor, w: Tensor, shape: ConvShape): Tensor =>
    joined(
      merges(shape).map((merge) =>
        tidy(() =>
          dense.forward(
            channelsOf(x, merge, shape.inChannels / shape.groups),
            blockKernel(w, merge, shape),
            merge.shape,
          ),
        ),
      ),
    ),
  input: (dy: Tensor, w: Tensor, shape: ConvShape): Tensor =>
    joined(
      merges(shape).map((merge) =>
        tidy(() =>
          dense.input(
            channelsOf(dy, merge, shape.outChannels / shape.groups),
            blockKernel(w, merge, shape),
            merge.shape,
          ),
        ),
      ),
    ),
  filter: (x: Tensor, dy: Tensor, shape: ConvShape): Tensor =>
    joined(
      merges(shape).map((merge) =>
        tidy(() =>
          fromBlocks(
            dense.filter(
              channelsOf(x, merge, shape.inChannels / shape.groups),
              channelsOf(dy, merge, shape.outChannels / shape.groups),
              merge.shape,
            ),
            merge,
            shape,
          ),
        ),
      ),
    ),
};

/** The lab's own kernels, for all groups at once. */
const own = {
  forward: (x: Tensor, w: Tensor, shape: ConvShape): Tensor => runKernel(CONV, { x, w }, shape),
  input: (dy: Tensor, w: Tensor, shape: ConvShape): Tensor =>
    runKernel(CONV_INPUT_GRADIENT, { dy, w }, shape),
  filter: (x: Tensor, dy: Tensor, shape: ConvShape): Tensor =>
    runKernel(CONV_FILTER_GRADIENT, { x, dy }, shape),
};

/** y = x ∗ w without a gradient, by the fastest way that the backend has. */
export function convForward(x: Tensor, w: Tensor, shape: ConvShape): Tensor {
  // An image of one channel is no depthwise case: its output channels read the same numbers.
  if (shape.groups === 1) return (hasKernel(CONV) ? own : dense).forward(x, w, shape);
  const isDepthwise = shape.groups === shape.inChannels && shape.stride[0] === shape.stride[1];
  if (isDepthwise && !isStridedAndDilated(shape)) {
    const kernel = reshape(w, [
      ...shape.kernel,
      shape.inChannels,
      shape.outChannels / shape.inChannels,
    ]);
    return depthwiseConv2d(
      x as Tensor4D,
      kernel as Tensor4D,
      [...shape.stride],
      padOf(shape),
      'NHWC',
      [...shape.dilation],
    );
  }
  return (hasKernel(CONV) ? own : grouped).forward(x, w, shape);
}

/** The two gradients of a convolution on the backend in use. */
export function convGradients(): Pick<typeof own, 'input' | 'filter'> {
  return hasKernel(CONV_FILTER_GRADIENT) ? own : grouped;
}

/**
 * Cross-correlation of x [N, H, W, C] with w [k1, k2, C / groups, O], as torch.nn.functional.conv2d:
 * explicit zero padding, any stride, dilation and groups, exact gradients on every backend.
 *
 * @throws RangeError when the shapes do not fit.
 */
export function conv2d(x: Tensor, w: Tensor, attributes: ConvAttributes): Tensor {
  const shape = convShape(x.shape, w.shape, attributes);
  return differentiable([x, w], () => ({
    value: convForward(x, w, shape),
    saved: [x, w],
    gradients: (dy, [input, kernel]) => [
      () => convGradients().input(dy, kernel!, shape),
      () => convGradients().filter(input!, dy, shape),
    ],
  }));
}
