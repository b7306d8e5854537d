import type { NetLayer } from '../files/net-layers-types.ts';
import {
  axisOf,
  effectiveKernel,
  outputSize,
  type ConvGeometry,
  type Pair,
} from '../math/geometry.ts';
import type { LayerSpec } from '../model/layer/layer.ts';
import type { LayerShape } from '../model/net/net.ts';

type WeightedLayer = Exclude<NetLayer, { kind: 'batchnorm2d' }>;

const TYPES = {
  conv2d: 'conv',
  'conv-transpose2d': 'transposed-conv',
  dense: 'dense',
} as const;

/** Input size of a transposed convolution, and what its output has beyond the least: per axis. */
function transposedSizes(g: ConvGeometry): { input: Pair; outputPadding: Pair } {
  const sizes = ([0, 1] as const).map((index) => {
    const axis = axisOf(g, index);
    const input = outputSize(axis);
    const least =
      (input - 1) * axis.stride -
      axis.padBegin -
      axis.padEnd +
      effectiveKernel(axis.kernel, axis.dilation);
    return { input, extra: axis.input - least };
  });
  return {
    input: [sizes[0]!.input, sizes[1]!.input],
    outputPadding: [sizes[0]!.extra, sizes[1]!.extra],
  };
}

/**
 * A conv, transposed conv or dense layer of a net in its own terms (a transposed convolution by its
 * own input size and channels, not by those of the convolution that it is the adjoint of).
 */
export function shapeOfLayer(layer: WeightedLayer): LayerShape {
  const { geometry: g, kind } = layer;
  const transposed = kind === 'conv-transpose2d';
  const sizes = transposed
    ? transposedSizes(g)
    : { input: g.input, outputPadding: [0, 0] as const };
  return {
    type: TYPES[kind],
    dIn: transposed ? g.dOut : g.dIn,
    dOut: transposed ? g.dIn : g.dOut,
    ...sizes,
    kernel: g.kernel,
    stride: g.stride,
    dilation: g.dilation,
    padding: { kind: 'explicit', sides: g.padding },
    paddingMode: g.boundary === 'zeros' ? 'zeros' : 'circular',
    groups: g.groups,
  };
}

/** Shape of a layer's weight as PyTorch lays it out: OIHW, IOHW when transposed, [out, in], [channels]. */
export function weightShapeOf(layer: NetLayer): number[] {
  if (layer.kind === 'batchnorm2d') return [layer.channels];
  const { dIn, dOut, groups, kernel } = layer.geometry;
  return layer.kind === 'dense' ? [dOut, dIn] : [dOut, dIn / groups, ...kernel];
}

/** A layer with its weights, called "net · layer". */
export function specOfLayer(layer: WeightedLayer, shape: LayerShape, net: string): LayerSpec {
  return {
    ...shape,
    source: { kind: 'values', values: layer.kernel, name: `${net} · ${layer.name}` },
  };
}
