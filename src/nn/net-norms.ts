import type { BatchNormNetLayer, NetLayer } from '../files/net-layers-types.ts';
import { exactNorms } from '../math/exact-norms.ts';
import { effectiveKernel, GeometryError, type Pair } from '../math/geometry.ts';
import { assumption1, paperFormulas } from '../math/lemma1.ts';
import type { ConvOperator } from '../math/operator.ts';
import { operatorOf } from '../model/layer/operator.ts';
import type {
  L2Effort,
  L2Ends,
  LayerFailure,
  LayerNorms,
  LayerShape,
  NetRow,
} from '../model/net/net.ts';
import { shapeOfLayer, specOfLayer } from './net-layer-spec.ts';
import { mapStepsSync } from '../kit/steps/sync.ts';

/** A layer of a net and the geometry that it has now; null for BatchNorm. */
export interface PlacedLayer {
  readonly layer: NetLayer;
  readonly shape: LayerShape | null;
}

/** A layer as the file gives it. */
export function placeLayer(layer: NetLayer): PlacedLayer {
  return { layer, shape: layer.kind === 'batchnorm2d' ? null : shapeOfLayer(layer) };
}

/**
 * Norm of BatchNorm in inference mode: M is diagonal, so ℓ1, ℓ2 and ℓ∞ are all
 * max_c |γ_c| / √(var_c + ε), in float64 from the stored numbers.
 *
 * @throws GeometryError naming the channel, when γ or the variance is not finite, or var + ε is not
 * positive.
 */
export function batchNormNorm({ gamma, runningVar, eps }: BatchNormNetLayer): number {
  let largest = 0;
  for (let c = 0; c < gamma.length; c++) {
    const [scale, variance] = [gamma[c]!, runningVar[c]!];
    if (!Number.isFinite(scale)) {
      throw new GeometryError(
        `γ of channel ${c}`,
        scale,
        'norms need finite numbers: fix the file.',
      );
    }
    if (!Number.isFinite(variance) || variance + eps <= 0) {
      throw new GeometryError(
        `running variance of channel ${c}`,
        variance,
        `with ε = ${eps} it must be finite and leave a positive sum under the root: fix the file.`,
      );
    }
    largest = Math.max(largest, Math.abs(scale) / Math.sqrt(variance + eps));
  }
  return largest;
}

function normsOfBatchNorm(layer: BatchNormNetLayer): LayerNorms {
  const norm = batchNormNorm(layer);
  const l2 = { lower: norm, upper: norm };
  return { l1: norm, linf: norm, l2, assumption: null, formulas: null, output: null };
}

function normsOfOperator(op: ConvOperator, dense: boolean): LayerNorms {
  const { l1, linf } = exactNorms(op);
  const g = op.geometry;
  const [channels, size] = op.transposed ? [g.dIn, g.input] : [g.dOut, g.output];
  return {
    l1: l1.value,
    linf: linf.value,
    l2: null,
    // The paper states both for convolutions; for a dense layer there is nothing to assume.
    assumption: dense ? null : assumption1(g),
    formulas: dense ? null : paperFormulas(op, 'expanded'),
    output: dense ? null : [channels, ...size],
  };
}

function operatorOfLayer({ layer, shape }: PlacedLayer): ConvOperator | null {
  if (layer.kind === 'batchnorm2d' || shape === null) return null;
  return operatorOf(specOfLayer(layer, shape, ''));
}

/**
 * Exact ℓ1 and ℓ∞ of a layer, Assumption 1 and the paper's formulas; ℓ2 only for BatchNorm, where it
 * is exact too.
 *
 * @throws GeometryError naming the field: a geometry that cannot be, weights that are not finite,
 * sizes over the caps.
 */
export function layerNorms(placed: PlacedLayer): LayerNorms {
  const { layer } = placed;
  if (layer.kind === 'batchnorm2d') return normsOfBatchNorm(layer);
  return normsOfOperator(operatorOfLayer(placed)!, layer.kind === 'dense');
}

/** Smallest input on which the kernel of a convolution fits; null when the given one is large enough. */
export function leastInput(shape: LayerShape): Pair | null {
  if (shape.type !== 'conv' || shape.padding.kind !== 'explicit') return null;
  const { sides } = shape.padding;
  const need = ([0, 1] as const).map((axis) =>
    Math.max(
      1,
      effectiveKernel(shape.kernel[axis], shape.dilation[axis]) -
        sides[2 * axis]! -
        sides[2 * axis + 1]!,
    ),
  ) as [number, number];
  return need[0] > shape.input[0] || need[1] > shape.input[1] ? need : null;
}

function failureOf(error: unknown, shape: LayerShape | null): LayerFailure {
  if (!(error instanceof GeometryError)) throw error;
  const least = shape === null ? null : leastInput(shape);
  if (least === null) return { message: error.message, field: error.field };
  const message =
    `The ${shape!.kernel.join('×')} kernel does not fit into the padded ${shape!.input.join('×')} ` +
    `input: type an input size of at least ${least.join('×')}.`;
  return { message, field: 'input', leastInput: least };
}

/** The row of one layer: its norms, or why it has none. */
export function layerRow(placed: PlacedLayer, index: number): NetRow {
  try {
    return { index, norms: layerNorms(placed) };
  } catch (error) {
    return { index, failure: failureOf(error, placed.shape) };
  }
}

/** Brackets the ℓ2 norm of an operator step by step; steps may tell better and better ends. */
export type Bracket = (
  op: ConvOperator,
  effort: 'quick' | 'full',
) => Generator<L2Ends | null, L2Ends>;

/** What to compute of a net. */
export interface NetNormsOptions {
  /** Places of the layers, in the order in which they are wanted. */
  readonly which: readonly number[];
  readonly effort: L2Effort;
  readonly bracket: Bracket;
}

/** Multiply-adds of one product with M: what a step of an ℓ2 interval costs. */
function workOf({ layer, shape }: PlacedLayer, row: NetRow | undefined): number {
  if (layer.kind === 'batchnorm2d' || row === undefined || 'failure' in row) return 0;
  const size =
    shape?.type === 'transposed-conv' ? shape.input : (row.norms.output?.slice(1) ?? [1, 1]);
  return layer.kernel.length * size[0] * size[1];
}

/**
 * Rows of a net's layers: first the exact norms of all of them, then ℓ2 layer by layer, the cheap ones
 * first, so that one large layer does not keep the others waiting. Yields after every layer, and on the way through an interval, all rows known so far; a layer that has no norms
 * gets a row that says why, and the others go on.
 */
export function* netRows(
  layers: readonly PlacedLayer[],
  { which, effort, bracket }: NetNormsOptions,
): Generator<{ rows: NetRow[] }, { rows: NetRow[] }> {
  const rows = new Map<number, NetRow>();
  const all = (): { rows: NetRow[] } => ({ rows: [...rows.values()] });
  for (const index of which) {
    const placed = layers[index];
    if (placed !== undefined) rows.set(index, layerRow(placed, index));
    yield all();
  }
  if (effort === 'none') return all();
  const cost = (index: number): number => workOf(layers[index]!, rows.get(index));
  for (const index of [...rows.keys()].sort((a, b) => cost(a) - cost(b))) {
    const row = rows.get(index);
    if (row === undefined || 'failure' in row || row.norms.l2 !== null) continue;
    const steps = bracket(operatorOfLayer(layers[index]!)!, effort);
    const setL2 = (l2: L2Ends | null): void => {
      if (l2 !== null) rows.set(index, { index, norms: { ...row.norms, l2 } });
    };
    const last = yield* mapStepsSync(steps, (l2) => {
      setL2(l2);
      return all();
    });
    setL2(last);
  }
  return all();
}
