import { L2_LABELS } from '../layer/norms/l2-labels.ts';
import { TEXT as LAYER_TEXT } from '../layer/messages.ts';
import { linesOf } from '../train/decay/line-labels.ts';
import { lookOf } from '../train/decay/look.ts';
import type { DecayedKernel } from '../train/decay/step.ts';

/** All strings under a key `tex` or `…Tex`, however deep they lie. */
function texIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    /(^t|T)ex$/.test(key) && typeof inner === 'string' ? [inner] : texIn(inner),
  );
}

/** A 1x1 kernel with two weights, as the decay view gets it from the worker. */
function sampleKernel(norm: 'l1' | 'linf', mode: 'paper' | 'repo'): DecayedKernel {
  return {
    layer: { name: 'conv1', kind: 'conv', weightShape: [1, 2, 1, 1] },
    step: 3,
    values: Float32Array.of(0.5, -0.25),
    velocity: Float32Array.of(0.1, 0),
    h: Float32Array.of(0.75, 0),
    decay: {
      norm,
      value: 0.75,
      side: norm === 'l1' ? 'columns' : 'rows',
      channel: 0,
      taps: [0],
      groups: 1,
      beta: 0.01,
      gamma: 0.9,
      mode,
      layers: 2,
    },
    learningRate: 0.1,
    momentum: 0.9,
    largest: 0.5,
    overview: { rows: 1, columns: 2, bin: [1, 1], strongest: Float32Array.of(0.5, -0.25) },
  };
}

function decayTex(): string[] {
  return (['l1', 'linf'] as const).flatMap((norm) =>
    (['paper', 'repo'] as const).flatMap((mode) => {
      const look = lookOf({ layer: 0, before: sampleKernel(norm, mode), after: null, line: 0 });
      return look === null ? [] : texIn(linesOf(look, 0));
    }),
  );
}

/** Every formula of the lab by the panel that shows it; those made by functions with sample arguments. */
export const FORMULAS: Readonly<Record<'layer' | 'train', readonly string[]>> = {
  layer: [...texIn(LAYER_TEXT), ...texIn(L2_LABELS)],
  train: decayTex(),
};
