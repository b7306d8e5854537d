import type {
  LayerDescription,
  PlainLayerDescription,
  ResidualDescription,
} from './net-description-types.ts';

const within = ({ body, shortcut, gate }: ResidualDescription): LayerDescription[] => [
  ...body,
  ...shortcut,
  ...gate,
];

/**
 * All layers without layers in them, those of branches too, in registration order: each chain from
 * first to last, and of a residual layer its body, its shortcut and its gate.
 */
export function plainLayers(layers: readonly LayerDescription[]): PlainLayerDescription[] {
  return layers.flatMap((layer) =>
    layer.type === 'residual' ? plainLayers(within(layer)) : [layer],
  );
}
