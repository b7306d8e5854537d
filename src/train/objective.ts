import { rowOf } from '../attack/batch.ts';
import type { AdversarialSettings } from '../model/train/adversarial.ts';
import type { Experiment } from '../model/train/experiment.ts';
import type { LossKind } from '../model/train/experiment-fields.ts';
import type { Tensor, Tensor1D } from '../tensor/engine.ts';
import { meanOf, multiMargin, softmaxCrossEntropy, squaredError } from '../tensor/ops/loss.ts';
import { klDivergence, squaredDistance, weightedTotal } from '../tensor/ops/pair-losses.ts';
import { crossEntropyWith, distanceOfRows, klOfRows, rowLossOf } from './loss-values.ts';
import { countRight, scoreLogits, type Score } from './score.ts';

/** Images of a pass in training mode. */
export type PassInput = 'clean' | 'adversarial';

/** The objective of a step: its passes in training mode, and the loss of their logits. */
export interface Objective {
  /** In the order in which BatchNorm sees them; each pass has statistics of its own. */
  readonly passes: readonly PassInput[];
  /** The loss of the batch, a scalar, from the logits of each pass. */
  readonly total: (logits: readonly Tensor[], labels: Tensor1D) => Tensor;
  /** The same in float64, its sum over the images, and the right answers of the first pass. */
  readonly score: (logits: readonly Float32Array[], labels: Int32Array) => Score;
}

type Training = Pick<Experiment['training'], 'loss' | 'labelSmoothing'>;

const BATCH_LOSS: Readonly<
  Record<LossKind, (z: Tensor, labels: Tensor1D, smoothing: number) => Tensor>
> = {
  'cross-entropy': softmaxCrossEntropy,
  margin: multiMargin,
  'squared-error': squaredError,
};

/** The loss of one pass. */
function single(input: PassInput, training: Training): Objective {
  const { loss, labelSmoothing } = training;
  return {
    passes: [input],
    total: ([z], labels) => meanOf(BATCH_LOSS[loss](z!, labels, labelSmoothing)),
    score: ([z], labels) => scoreLogits(z!, labels, rowLossOf(training)),
  };
}

/** The penalty between adversarial and clean logits: as an op, and in float64. */
interface Tie {
  readonly op: (clean: Tensor, adversarial: Tensor) => Tensor;
  readonly value: (clean: Float32Array, adversarial: Float32Array) => number;
  readonly beta: number;
  /** Weights of the cross-entropies of the clean and the adversarial logits. */
  readonly share: readonly [number, number];
}

/** a·CE(f(x)) + b·CE(f(x_adv)) + β·tie: clean images first, gradients through both. */
function paired({ op, value, beta, share }: Tie, { labelSmoothing }: Training): Objective {
  const crossEntropy = crossEntropyWith(labelSmoothing);
  const used = share.map((weight, at) => ({ weight, at })).filter(({ weight }) => weight > 0);
  return {
    passes: ['clean', 'adversarial'],
    total: (logits, labels) =>
      weightedTotal([
        ...used.map(({ weight, at }) => ({
          weight,
          value: meanOf(softmaxCrossEntropy(logits[at]!, labels, labelSmoothing)),
        })),
        { weight: beta, value: meanOf(op(logits[0]!, logits[1]!)) },
      ]),
    score: (logits, labels) => {
      const [clean, adversarial] = logits as [Float32Array, Float32Array];
      const count = labels.length;
      const classes = clean.length / count;
      let loss = 0;
      for (const { weight, at } of used) {
        loss += weight * scoreLogits(logits[at]!, labels, crossEntropy).loss;
      }
      for (let n = 0; n < count; n++) {
        loss += beta * value(rowOf(clean, n, classes), rowOf(adversarial, n, classes));
      }
      return { loss, correct: countRight(clean, labels), count };
    },
  };
}

type Settings<K extends AdversarialSettings['kind']> = Extract<AdversarialSettings, { kind: K }>;

const OBJECTIVES: {
  readonly [K in AdversarialSettings['kind']]: (
    settings: Settings<K>,
    training: Training,
  ) => Objective;
} = {
  none: (_, training) => single('clean', training),
  'pgd-at': (_, training) => single('adversarial', training),
  alp: ({ beta }, training) =>
    paired({ op: squaredDistance, value: distanceOfRows, beta, share: [0.5, 0.5] }, training),
  trades: ({ beta }, training) =>
    paired({ op: klDivergence, value: klOfRows, beta, share: [1, 0] }, training),
};

/**
 * The objective that a run minimises:
 *
 * - plain: mean loss(f(x), y);
 * - PGD-AT: mean CE(f(x_adv), y);
 * - ALP: ½ CE(f(x), y) + ½ CE(f(x_adv), y) + β · mean over batch and classes of (f(x) − f(x_adv))²;
 * - TRADES: CE(f(x), y) + β · mean over the batch of KL(softmax f(x) ‖ softmax f(x_adv)).
 *
 * @see Madry et al. 2018; Kannan et al. 2018; Zhang et al. 2019; Liang & Huang 2021, Figure 2.
 */
export function objectiveOf({
  adversarial,
  training,
}: Pick<Experiment, 'adversarial' | 'training'>): Objective {
  const make = OBJECTIVES[adversarial.kind] as (settings: object, training: Training) => Objective;
  return make(adversarial, training);
}

/** Plain mean cross-entropy. */
export const PLAIN_OBJECTIVE: Objective = single('clean', {
  loss: 'cross-entropy',
  labelSmoothing: 0,
});
