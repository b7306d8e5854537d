import { assumption1 } from '../../math/lemma1.ts';
import {
  isWeight,
  zerosLike,
  type Floats,
  type LayerOperator,
  type Parameter,
} from '../parameter.ts';
import { fade, findLive, hParts } from './h-parts.ts';
import { measureNorms, normFinder, type Slice } from './norm-slices.ts';
import type { NormDecaySettings } from '../../model/train/regularizer.ts';
import type { DecayedLayer } from './types.ts';

/**
 * Whether the authors' released code regularizes a layer: no groups, no dilation, zero padding, not
 * transposed, and κ + ⌈p/s⌉·s − p ≤ h on both axes. It drops the others for good.
 */
export function isTrackedByRelease({ geometry: g, transposed }: LayerOperator): boolean {
  const plain = g.groups === 1 && g.dilation[0] === 1 && g.dilation[1] === 1 && !transposed;
  return plain && assumption1(g).sharpHolds;
}

/** The layers that norm decay acts on, with h = 0. */
export function startNormDecay(
  parameters: readonly Parameter[],
  { layers }: NormDecaySettings,
  norm: 'l1' | 'linf',
): DecayedLayer[] {
  return parameters.flatMap((parameter, at) => {
    if (!isWeight(parameter)) return [];
    const { name, operator, values } = parameter;
    if (layers === 'as-released' && !isTrackedByRelease(operator)) return [];
    const parts = hParts(operator, norm);
    return [{ at, name, finder: normFinder(operator), h: zerosLike(values), parts }];
  });
}

/** Call after h was restored. */
export function refreshLayer({ h, parts }: DecayedLayer): void {
  findLive(parts, h);
}

interface Push {
  readonly values: Floats;
  readonly gradient: Floats;
  readonly h: Floats;
  /** h becomes keep·h + add·sign(K) on the slice. */
  readonly keep: number;
  readonly add: number;
  readonly scale: number;
}

/** Changes h on the slice, and the gradient by scale times that change. */
function pushSlice({ base, count, step, offsets }: Slice, push: Push): void {
  const { values, gradient, h, keep, add, scale } = push;
  for (let n = 0; n < count; n++) {
    const from = base + n * step;
    for (let tap = 0; tap < offsets.length; tap++) {
      const at = from + offsets[tap]!;
      const before = h[at]!;
      const after = keep * before + add * Math.sign(values[at]!);
      h[at] = after;
      gradient[at] = gradient[at]! + scale * (after - before);
    }
  }
}

/** One step of norm decay on the gradients of all its layers. */
export interface NormDecayStep {
  readonly norm: 'l1' | 'linf';
  readonly parameters: readonly Parameter[];
  readonly gradients: readonly Floats[];
  readonly layers: readonly DecayedLayer[];
  readonly settings: NormDecaySettings;
}

/**
 * Norm decay at the weights before the step. With p = sign(K) on the column (ℓ1) or row (ℓ∞) of M
 * that attains the layer's exact norm, first in order, and 0 elsewhere:
 *
 * - `paper`: h ← γh + (1 − γ)p, g ← g + (β/N)h, N = number of conv and dense layers of the net;
 * - `repo`: h ← γh, then h ← sign(K) on that column or row, g ← g + βh.
 *
 * Biases and BatchNorm do not change. Afterwards each layer's `finder` holds its exact norms. A
 * layer with a NaN weight is skipped.
 *
 * @see Liang & Huang 2021, Algorithm 1; `repo` is their released code.
 */
export function addNormDecay(step: NormDecayStep): void {
  const { norm, parameters, gradients, layers, settings } = step;
  const { beta, gamma, mode } = settings;
  const [keep, add] = mode === 'paper' ? [1, 1 - gamma] : [0, 1];
  const scale = mode === 'paper' ? beta / countWeights(parameters) : beta;
  for (const { at, finder, h, parts } of layers) {
    const [{ values }, gradient] = [parameters[at]!, gradients[at]!];
    measureNorms(finder, values);
    fade(parts, { h, gradient, gamma, scale });
    const { channel } = finder[norm];
    parts.live[channel] = 1;
    pushSlice(finder[norm].slice, { values, gradient, h, keep, add, scale });
  }
}

function countWeights(parameters: readonly Parameter[]): number {
  let count = 0;
  for (const parameter of parameters) if (isWeight(parameter)) count++;
  return count;
}
