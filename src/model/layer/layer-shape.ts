import type { LayerSpec } from './layer.ts';

/** A layer without its weights. */
export type LayerShape = Omit<LayerSpec, 'source'>;

/** The same weights read as a convolution or as a transposed one: swaps both channel counts. */
export function withType(shape: LayerShape, type: LayerShape['type']): LayerShape {
  if (type === shape.type) return shape;
  return { ...shape, type, dIn: shape.dOut, dOut: shape.dIn, outputPadding: [0, 0] };
}

/**
 * The same weights split into another number of groups; adjusts the channels that a file does not
 * state.
 */
export function withGroups(shape: LayerShape, groups: number): LayerShape {
  if (shape.type === 'transposed-conv') {
    return { ...shape, groups, dOut: (shape.dOut / shape.groups) * groups };
  }
  return { ...shape, groups, dIn: (shape.dIn / shape.groups) * groups };
}
