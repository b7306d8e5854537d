import { beforeAll, describe, expect, it } from 'vitest';
import { fillUniform } from '../math/random.ts';
import { DEFAULT_EXPERIMENT, defaultAdversarial } from '../model/train/experiment.ts';
import { startBackend } from '../tensor/backends.ts';
import { memory } from '../tensor/engine.ts';
import { batchGradients } from './batch-gradients.ts';
import { crossEntropyWith, distanceOfRows, klOfRows, rowLossOf } from './loss-values.ts';
import { objectiveOf } from './objective.ts';
import {
  BN_NET,
  bnFile,
  bnLogits,
  bnMoments,
  bnWeights,
  differences,
  meanCrossEntropy,
  meanKl,
  meanSquares,
  PIXELS,
  TRAINED,
} from './testing/bn-net.ts';
import { trainedNet, weightsOf } from './trained-net.ts';

const { training } = DEFAULT_EXPERIMENT;
const LABELS = Int32Array.of(0, 1, 2, 3, 1);
const CLEAN = fillUniform({ seed: 1, stream: 1 }, new Float32Array(LABELS.length * PIXELS));
/** Held fixed: what a step does after its attack. */
const MOVED = CLEAN.map((one, at) => Math.fround(one + (at % 3 === 0 ? 0.125 : -0.0625)));
const SHAPE = [4, 4, 1] as const;

type Rows = readonly Float64Array[];
const CASES = {
  'pgd-at': (_: Rows, moved: Rows) => meanCrossEntropy(moved, LABELS),
  alp: (clean: Rows, moved: Rows) =>
    0.5 * meanCrossEntropy(clean, LABELS) +
    0.5 * meanCrossEntropy(moved, LABELS) +
    0.75 * meanSquares(clean, moved),
  trades: (clean: Rows, moved: Rows) =>
    meanCrossEntropy(clean, LABELS) + 0.75 * meanKl(clean, moved),
} as const;
const KINDS = Object.keys(CASES) as (keyof typeof CASES)[];

function objectiveFor(kind: (typeof KINDS)[number]) {
  const settings = { ...defaultAdversarial(kind), ...(kind === 'pgd-at' ? {} : { beta: 0.75 }) };
  return objectiveOf({ adversarial: settings, training });
}

describe('the loss of a step', () => {
  beforeAll(() => startBackend('wasm'));

  it.each(KINDS)(
    'T31 has the gradients of central differences through both passes in training mode: %s',
    async (kind) => {
      const exact = bnWeights(3);
      const net = trainedNet(BN_NET, bnFile(exact));
      const [clean, moved] = [Float64Array.from(CLEAN), Float64Array.from(MOVED)];
      const total = (): number =>
        CASES[kind](bnLogits(exact, clean, 'train'), bnLogits(exact, moved, 'train'));
      const before = memory().numTensors;
      const found = await batchGradients(
        net,
        { images: CLEAN, adversarial: MOVED, labels: LABELS, shape: SHAPE },
        { objective: objectiveFor(kind) },
      );
      expect(memory().numTensors).toBe(before);
      expect(found.loss / found.count).toBeCloseTo(total(), 4);
      net.trainable.forEach(({ values }, at) => values.set(found.gradients[at]!));
      const named = new Map(weightsOf(net).map(({ name, data }) => [name, data]));
      const expected = TRAINED.map((name) => differences(exact[name], total));
      const largest = Math.max(...expected.flatMap((one) => [...one.map(Math.abs)]));
      TRAINED.forEach((name, at) => {
        expected[at]!.forEach((value, k) => {
          // float32 sums of some tens of products, through two BatchNorms: 1e-5 of the largest.
          expect(Math.abs(named.get(name)![k]! - value)).toBeLessThan(2e-5 * largest);
        });
      });
    },
  );

  it.each(KINDS)(
    'T32 moves running statistics by each pass in turn, clean images first: %s',
    async (kind) => {
      const exact = bnWeights(3);
      const net = trainedNet(BN_NET, bnFile(exact));
      const batch = { images: CLEAN, adversarial: MOVED, labels: LABELS, shape: SHAPE };
      const step = await batchGradients(net, batch, { objective: objectiveFor(kind) });
      step.updateRunning();
      const passes = kind === 'pgd-at' ? [MOVED] : [CLEAN, MOVED];
      const running = { mean: [...exact['bn.running_mean']], var: [...exact['bn.running_var']] };
      const count = LABELS.length * PIXELS;
      for (const images of passes) {
        const { mean, variance } = bnMoments(exact, Float64Array.from(images));
        for (let c = 0; c < 3; c++) {
          running.mean[c] = 0.9 * running.mean[c]! + 0.1 * mean[c]!;
          running.var[c] = 0.9 * running.var[c]! + (0.1 * variance[c]! * count) / (count - 1);
        }
      }
      const [mean, variance] = net.running.map(({ values }) => values);
      running.mean.forEach((value, c) => expect(mean![c]).toBeCloseTo(value, 5));
      running.var.forEach((value, c) => expect(variance![c]).toBeCloseTo(value, 5));
    },
  );

  it('T33 is right for numbers worked out by hand', () => {
    const z = [2, 1, 0.5];
    const loss = (name: 'margin' | 'squared-error'): number =>
      rowLossOf({ loss: name, labelSmoothing: 0 })(z, 1);
    // (max(0, 1 − 1 + 2) + max(0, 1 − 1 + ½)) / 3, and (2² + 0² + ½²) / 3.
    expect(loss('margin')).toBeCloseTo(2.5 / 3, 15);
    expect(loss('squared-error')).toBeCloseTo(4.25 / 3, 15);
    const log = Math.log(Math.exp(2) + Math.E + Math.exp(0.5));
    expect(crossEntropyWith(0)(z, 1)).toBeCloseTo(log - 1, 12);
    // Target (0.1, 0.8, 0.1) of 30 % smoothing.
    expect(crossEntropyWith(0.3)(z, 1)).toBeCloseTo(log - 0.1 * 2 - 0.8 - 0.1 * 0.5, 12);
    // p = (¼, ¾), q = (½, ½).
    const kl = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);
    expect(klOfRows([0, Math.log(3)], [7, 7])).toBeCloseTo(kl, 12);
    expect(distanceOfRows([1, 2], [0, 4])).toBe(2.5);
  });

  it('T33 stays a number where a probability is 0', () => {
    expect(klOfRows([0, -1e4], [0, 0])).toBeCloseTo(Math.log(2), 12);
    expect(klOfRows([1e4, 0], [1e4, 0])).toBe(0);
  });
});
