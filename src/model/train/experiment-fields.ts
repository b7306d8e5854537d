import { DEFAULT_EPS } from './adversarial.ts';
import type { Conflict } from '../../kit/document/document.ts';
import type { ChoiceField, Fields, NumberField, TextField } from '../../kit/document/field.ts';
import { ARCHITECTURE_LABELS, type ArchitectureName } from '../net/net-choice.ts';

const MAX_IMAGES = 200_000;

/** Images of a run. `own` is a set of the user's own, by the name under which it was stored. */
export type DataKind = 'shapes' | 'mnist' | 'fashion-mnist' | 'cifar-10' | 'own';

const count = (label: string, fallback: number, help: string): NumberField => {
  return { kind: 'number', label, fallback, min: 0, max: MAX_IMAGES, whole: true, help };
};

const SOURCE: ChoiceField<DataKind> = {
  kind: 'choice',
  label: 'Images',
  fallback: 'shapes',
  choices: {
    shapes: 'shapes (generated)',
    mnist: 'MNIST',
    'fashion-mnist': 'Fashion-MNIST',
    'cifar-10': 'CIFAR-10',
    own: 'own images',
  },
  help: 'The images to classify.',
  source: 'CIFAR-10 in the paper',
};

/** Fields of `data`. */
export const DATA_FIELDS = {
  source: SOURCE,
  train: count('Training images', 5000, 'The first so many; 0 takes all of them.'),
  test: count('Test images', 1000, 'The first so many; 0 takes all of them.'),
  seed: {
    kind: 'number',
    label: 'Seed of the images',
    fallback: 1,
    whole: true,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    help: 'Seed of generated images, and of the split of own images.',
  },
} as const satisfies Fields;

/** Field for the name of a set of own images; empty for other sets. */
export const OWN_SET: TextField = { kind: 'text', fallback: '', most: 200 };

/** A set of own images has a name, and no other set has. `path`: the part of the document. */
export function ownSetConflict(
  path: string,
  { source, own }: { readonly source: DataKind; readonly own: string },
): Conflict | null {
  if ((source === 'own') === (own !== '')) return null;
  const must = source === 'own' ? 'name the set of own images' : 'leave it empty';
  return { path: `${path}.own`, reason: `with ${path}.source "${source}", ${must}.` };
}

const ARCHITECTURE: ChoiceField<ArchitectureName> = {
  kind: 'choice',
  label: 'Net',
  fallback: 'small-cnn',
  choices: Object.fromEntries(
    Object.entries(ARCHITECTURE_LABELS).map(([name, { title }]) => [name, title]),
  ) as Record<ArchitectureName, string>,
  help: 'The net that is trained.',
  source: 'VGG-11, ResNet-18, SENet-18 and RegNetX-200MF in the paper',
};

/** Fields of `net` for a built-in net. */
export const NET_FIELDS = {
  architecture: ARCHITECTURE,
  width: {
    kind: 'number',
    label: 'Width',
    fallback: 1,
    min: 0,
    above: true,
    max: 4,
    unit: '×',
    help: 'Multiplies the channels of every layer; 1 is the net of the paper.',
  },
} as const satisfies Fields;

/** Training losses. */
export type LossKind = 'cross-entropy' | 'margin' | 'squared-error';

const LOSS: ChoiceField<LossKind> = {
  kind: 'choice',
  label: 'Loss',
  fallback: 'cross-entropy',
  choices: {
    'cross-entropy': 'cross-entropy',
    margin: 'multi-class margin',
    'squared-error': 'squared error',
  },
  help: 'Mean over the batch. Margin: PyTorch’s MultiMarginLoss; squared error: of logits and one-hot labels.',
  source: 'cross-entropy in the paper',
};

/** Fields of `training`. */
export const TRAINING_FIELDS = {
  loss: LOSS,
  labelSmoothing: {
    kind: 'number',
    label: 'Label smoothing',
    fallback: 0,
    min: 0,
    max: 0.99,
    help: 'Share of the cross-entropy’s target distributed over all classes.',
    source: '0 in the paper',
  },
  epochs: {
    kind: 'number',
    label: 'Epochs',
    fallback: 5,
    min: 1,
    max: 10_000,
    whole: true,
    help: 'Number of passes over the training images.',
    source: '120 in the paper',
  },
  batchSize: {
    kind: 'number',
    label: 'Batch size',
    fallback: 32,
    min: 1,
    max: 4096,
    whole: true,
    help: 'Images per step.',
    source: '128 in the paper',
  },
  learningRate: {
    kind: 'number',
    label: 'Learning rate',
    fallback: 0.01,
    min: 0,
    max: 100,
    help: 'Step size of SGD; can be changed during the run.',
    source: '0.01 in Table 2, 0.1 in Figure 2',
  },
  momentum: {
    kind: 'number',
    label: 'Momentum',
    fallback: 0.9,
    min: 0,
    max: 0.9999,
    help: 'Momentum μ: v ← μv + g, θ ← θ − lr·v.',
    source: '0.9 in the paper',
  },
  milestones: {
    kind: 'list',
    label: 'Milestones',
    fallback: [5],
    min: 1,
    max: 10_000,
    most: 100,
    help: 'Epochs at whose start the learning rate is multiplied by the factor.',
    source: '75, 90, 100 of 120 in the paper',
  },
  factor: {
    kind: 'number',
    label: 'Factor',
    fallback: 0.1,
    min: 0,
    above: true,
    max: 1,
    help: 'Factor of the learning rate at each milestone.',
    source: '0.1 in the paper',
  },
  augment: {
    kind: 'toggle',
    label: 'Crop and flip at random',
    fallback: false,
    help: 'Pads with 4 zeros, crops randomly to the original size, flips with probability 1/2.',
    source: 'on in the paper',
  },
} as const satisfies Fields;

/** When a run measures robust accuracy against PGD. */
type RobustWhen = 'adversarial' | 'always' | 'never';

const WHEN: ChoiceField<RobustWhen> = {
  kind: 'choice',
  label: 'Robust accuracy',
  fallback: 'adversarial',
  choices: {
    adversarial: 'with adversarial training',
    always: 'always',
    never: 'never',
  },
  help: 'Share of test images that stand PGD with few steps. Not AutoAttack; an overestimate.',
};

/** Fields of `record` about robust accuracy. */
export const ROBUST_FIELDS = {
  robust: WHEN,
  robustEvery: {
    kind: 'number',
    label: 'Every',
    fallback: 1,
    min: 1,
    max: 10_000,
    whole: true,
    unit: 'epochs',
    help: 'Robust accuracy is measured every this many epochs, and after the last one.',
  },
  robustImages: {
    kind: 'number',
    label: 'Attacked images',
    fallback: 200,
    min: 1,
    max: 200_000,
    whole: true,
    help: 'Number of test images attacked, the same ones each time.',
  },
  robustSteps: {
    kind: 'number',
    label: 'PGD steps',
    fallback: 10,
    min: 1,
    max: 1000,
    whole: true,
    help: 'From a random start in the ball; the step size is 2.5 ε divided by this number.',
  },
  robustEps: {
    kind: 'number',
    label: 'Radius ε of PGD',
    fallback: 0,
    min: 0,
    max: 100,
    help: `0 takes the ε of the adversarial training, or ${DEFAULT_EPS} without one.`,
  },
} as const satisfies Fields;

/** Fields of `record` about norms. */
export const NORM_RECORD_FIELDS = {
  normsEvery: {
    kind: 'number',
    label: 'Norms every',
    fallback: 1,
    min: 1,
    max: 100_000,
    whole: true,
    unit: 'steps',
    help: 'The exact ℓ1 and ℓ∞ norms of all layers are recorded every this many steps.',
  },
} as const satisfies Fields;

/** Fields of `record`. */
export const RECORD_FIELDS = { ...NORM_RECORD_FIELDS, ...ROBUST_FIELDS } as const satisfies Fields;
