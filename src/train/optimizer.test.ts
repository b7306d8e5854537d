import { describe, expect, it } from 'vitest';
import { hasShared, SKIP_NOTE } from '../math/testing/shared.oracle.ts';
import { optimizerStep, startOptimizer } from './optimizer.ts';
import type { NormDecaySettings, RegularizerSettings } from './regularizers/types.ts';
import {
  fixtureBatch,
  fixtureWeights,
  optimFixture,
  optimTrace,
  tinyParameters,
} from './testing/optim-fixture.oracle.ts';
import { TINY_NAMES, tinyGradients } from './testing/tiny-cnn.oracle.ts';

const decay = (mode: NormDecaySettings['mode']): NormDecaySettings => ({
  beta: 0.01,
  gamma: 0.5,
  mode,
  layers: 'all',
});

const VARIANTS: Readonly<Record<string, RegularizerSettings>> = {
  sgd: { kind: 'none' },
  wd: { kind: 'weight-decay', lambda: 0.01 },
  nd_l1: { kind: 'norm-decay-l1', ...decay('paper') },
  nd_linf: { kind: 'norm-decay-linf', ...decay('paper') },
  repo_nd_l1: { kind: 'norm-decay-l1', ...decay('repo') },
  repo_nd_linf: { kind: 'norm-decay-linf', ...decay('repo') },
  svc: { kind: 'svc', clipTo: 0.5, schedule: 'every-step', operator: 'circular' },
};
const SGD = { learningRate: 0.05, momentum: 0.9 } as const;

/** Largest |a − b| / max|b| over one tensor at one step. */
function difference(values: Float64Array, reference: Float64Array): number {
  const size = reference.reduce((top, one) => Math.max(top, Math.abs(one)), 0);
  return values.reduce((top, one, at) => Math.max(top, Math.abs(one - reference[at]!)), 0) / size;
}

describe.skipIf(!hasShared)(`20 steps against PyTorch in float64${SKIP_NOTE}`, () => {
  it.each(Object.keys(VARIANTS))('%s: losses and every weight after every step', (variant) => {
    const fixture = optimFixture();
    const weights = fixtureWeights(fixture);
    const trace = optimTrace(variant);
    const regularizer = VARIANTS[variant]!;
    const optimizer = startOptimizer(tinyParameters(weights), regularizer);
    let worst = 0;
    fixture.variants[variant]!.steps.forEach((reference, batch) => {
      const { loss, gradients } = tinyGradients(fixtureBatch(fixture), weights);
      worst = Math.max(worst, Math.abs(loss / reference.loss - 1));
      const step = {
        ...SGD,
        gradients: TINY_NAMES.map((name) => gradients[name]),
        regularizer,
        batch,
      };
      for (const run = optimizerStep(optimizer, step); !run.next().done;);
      for (const name of TINY_NAMES) {
        const size = weights[name].length;
        const after = trace[name]!.subarray((batch + 1) * size, (batch + 2) * size);
        worst = Math.max(worst, difference(weights[name], after));
      }
      optimizer.state.layers.forEach(({ name, finder }, at) => {
        const norm = regularizer.kind === 'norm-decay-l1' ? finder.l1 : finder.linf;
        const expected =
          reference.norms?.[name.replace('.weight', '')] ?? reference.repo_norms?.[at];
        worst = Math.max(worst, Math.abs(norm.value / expected! - 1));
      });
    });
    // Both sides are float64: 20 steps of the same sums in another order.
    expect(worst).toBeLessThan(1e-12);
  });
});
