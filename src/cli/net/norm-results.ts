import type { NetLayer } from '../../files/net-layers-types.ts';
import { exactNorms } from '../../math/exact-norms.ts';
import { assumption1, paperFormulas } from '../../math/lemma1.ts';
import { l2Interval } from '../../math/l2/interval.ts';
import type { ConvOperator } from '../../math/operator.ts';
import { batchNormNorm } from '../../nn/net-norms.ts';
import { shapeOfLayer, specOfLayer, weightShapeOf } from '../../nn/net-layer-spec.ts';
import { GeometryError } from '../../math/geometry.ts';
import { operatorOf } from '../../model/layer/operator.ts';
import type { Output } from '../command.ts';
import { resultOfSync } from '../../kit/steps/sync.ts';

/** How results are computed; printed with them. */
export interface NormSettings {
  readonly effort: 'full' | 'quick' | 'none';
  readonly seed: number;
}

interface Ends {
  readonly lower: number;
  readonly upper: number;
}

/** Runs the certified interval to its end. */
function l2Of(op: ConvOperator, { effort, seed }: NormSettings): Ends | null {
  if (effort === 'none') return null;
  const { lower, upper } = resultOfSync(l2Interval(op, { seed, effort }));
  return { lower, upper };
}

/** All results for one layer. */
export function operatorResult(op: ConvOperator, settings: NormSettings): Record<string, unknown> {
  const g = op.geometry;
  const { l1, linf } = exactNorms(op);
  const { formula1, formula2, formula3 } = paperFormulas(op, 'expanded');
  const { printedHolds, sharpHolds } = assumption1(g);
  return {
    l1: l1.value,
    linf: linf.value,
    l2: l2Of(op, settings),
    formula1,
    formula2,
    formula3,
    assumption1: printedHolds,
    assumption1_sharp: sharpHolds,
    out_shape: op.transposed ? [g.dIn, ...g.input] : [g.dOut, ...g.output],
    l1_column: l1.index,
    linf_row: linf.index,
  };
}

function layerResult(layer: NetLayer, settings: NormSettings): Record<string, unknown> {
  if (layer.kind === 'batchnorm2d') {
    const norm = batchNormNorm(layer);
    return { l1: norm, linf: norm, l2: { lower: norm, upper: norm } };
  }
  const shape = shapeOfLayer(layer);
  const { dIn, dOut, input, kernel, stride, dilation, groups } = shape;
  const geometry = {
    dIn,
    dOut,
    input,
    kernel,
    stride,
    padding: layer.geometry.padding,
    dilation,
    groups,
  };
  return { geometry, ...operatorResult(operatorOf(specOfLayer(layer, shape, '')), settings) };
}

/**
 * One entry for each layer of a net, in order; a layer that fails gets an error and the others are
 * still computed.
 */
export function netResults(
  layers: readonly NetLayer[],
  { settings, output }: { readonly settings: NormSettings; readonly output: Output },
): Record<string, unknown> {
  const results = layers.map((layer, index) => {
    output.progress(`${index + 1}/${layers.length} ${layer.name}`);
    const { name, kind, guessed } = layer;
    const head = { name, type: kind, weight_shape: weightShapeOf(layer), guessed };
    try {
      return { ...head, ...layerResult(layer, settings) };
    } catch (error) {
      if (!(error instanceof GeometryError)) throw error;
      return { ...head, error: error.message };
    }
  });
  return { results };
}
