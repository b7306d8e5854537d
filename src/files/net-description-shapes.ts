import type {
  Conv2dDescription,
  ConvTranspose2dDescription,
  DenseDescription,
  Shape,
} from './net-description-types.ts';

/** A layer whose weight is a matrix or a kernel. */
export type WeightedDescription = Conv2dDescription | ConvTranspose2dDescription | DenseDescription;

/** Shape of a layer's weight in PyTorch's layout: OIHW, transposed [in, out/groups, …], [out, in]. */
export function weightShape(layer: WeightedDescription): Shape {
  if (layer.type === 'dense') return [layer.out_features, layer.in_features];
  const { in_channels: dIn, out_channels: dOut, groups, kernel } = layer;
  return layer.type === 'conv2d'
    ? [dOut, dIn / groups, ...kernel]
    : [dIn, dOut / groups, ...kernel];
}

/** Channels, or features, that a layer gives: the length of its bias. */
export function outputsOf(layer: WeightedDescription): number {
  return layer.type === 'dense' ? layer.out_features : layer.out_channels;
}
