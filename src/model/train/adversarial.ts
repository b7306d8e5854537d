import type { ChoiceField, KindEntry, NumberField } from '../../kit/document/field.ts';

/** Norms of the ball for adversarial training. */
export type TrainedNorm = 'linf' | 'l2';

/** The attack on the images of each step: PGD, its last point taken. */
export interface InnerAttack {
  readonly norm: TrainedNorm;
  /** Radius ε of the ball, pixels from 0 to 1. */
  readonly eps: number;
  readonly steps: number;
  readonly stepSize: number;
  /**
   * `noise`: the image and normal noise of size `noise`, neither projected nor clamped, as the
   * authors' code. `uniform`: uniform in the ball, projected. `clean`: the image itself.
   */
  readonly start: 'noise' | 'uniform' | 'clean';
  /** Standard deviation of the noise of the start `noise`. */
  readonly noise: number;
  /**
   * BatchNorm during the attack. `eval`: running statistics. `train`: those of the batch. Neither
   * updates the running statistics.
   */
  readonly batchNorm: 'eval' | 'train';
}

interface Pairing {
  /** β: weight of the term that couples adversarial and clean logits. */
  readonly beta: number;
}

interface SettingsTable {
  readonly none: unknown;
  readonly 'pgd-at': InnerAttack;
  readonly alp: InnerAttack & Pairing;
  readonly trades: InnerAttack & Pairing;
}

export type AdversarialKind = keyof SettingsTable;

/** A kind of adversarial training and its settings: plain data. */
export type AdversarialSettings<K extends AdversarialKind = AdversarialKind> = {
  [P in K]: { readonly kind: P } & SettingsTable[P];
}[K];

const NORM: ChoiceField<TrainedNorm> = {
  kind: 'choice',
  label: 'Ball',
  fallback: 'linf',
  choices: { linf: 'ℓ∞', l2: 'ℓ2' },
  help: 'Norm of the ball around each image.',
  source: 'ℓ∞ in the paper',
};
/** Default radius of training and its robust accuracy. */
export const DEFAULT_EPS = 0.031;
const EPS: NumberField = {
  kind: 'number',
  label: 'Radius ε',
  fallback: DEFAULT_EPS,
  min: 0,
  max: 100,
  help: 'Maximum perturbation for pixels from 0 to 1; 8/255 is 0.03137.',
  source: '0.031 in the released code',
};
const STEPS: NumberField = {
  kind: 'number',
  label: 'Attack steps',
  fallback: 10,
  min: 1,
  max: 1000,
  whole: true,
  help: 'Steps of the attack on each batch; each costs a forward and a backward pass.',
  source: '10 in the released code',
};
const STEP_SIZE: NumberField = {
  kind: 'number',
  label: 'Step size',
  fallback: 0.007,
  min: 0,
  above: true,
  max: 100,
  help: 'Length of a step of the attack, in the norm of the ball.',
  source: '0.007 in the released code',
};
const START: ChoiceField<InnerAttack['start']> = {
  kind: 'choice',
  label: 'Start',
  fallback: 'noise',
  choices: { noise: 'near the image (noise)', uniform: 'anywhere in the ball', clean: 'image' },
  help: 'Where the attack starts. Noise is neither projected nor clamped before the first step.',
  source: 'noise in the released code',
};
const NOISE: NumberField = {
  kind: 'number',
  label: 'Start noise',
  fallback: 0.001,
  min: 0,
  max: 10,
  help: 'Standard deviation of the normal noise; other starts ignore it.',
  source: '0.001 in the released code',
};
const BATCH_NORM: ChoiceField<InnerAttack['batchNorm']> = {
  kind: 'choice',
  label: 'BatchNorm in the attack',
  fallback: 'eval',
  choices: { eval: 'running statistics', train: 'statistics of the batch' },
  help: 'The attack never updates the running statistics; the training pass does.',
  source: 'running statistics in the released code',
};
const BETA: NumberField = {
  kind: 'number',
  label: 'Weight β',
  fallback: 1,
  min: 0,
  max: 1000,
  help: 'Weight of the term that couples adversarial and clean logits.',
  source: '1 in the released code',
};
const ATTACK = {
  norm: NORM,
  eps: EPS,
  steps: STEPS,
  stepSize: STEP_SIZE,
  start: START,
  noise: NOISE,
  batchNorm: BATCH_NORM,
};

/** A kind of adversarial training, and the name of its loss. */
export interface AdversarialEntry extends KindEntry {
  readonly loss: string;
}

/** All kinds of adversarial training, in the order of the menu. */
export const ADVERSARIAL_FIELDS = {
  none: {
    label: 'None',
    summary: 'Clean images only.',
    source: 'Table 2',
    loss: '',
    fields: {},
  },
  'pgd-at': {
    label: 'PGD-AT',
    summary: 'Cross-entropy on images perturbed by PGD.',
    source: 'Figure 2; Madry et al. 2018',
    loss: 'cross-entropy, adversarial',
    fields: ATTACK,
  },
  alp: {
    label: 'ALP',
    summary:
      'Half the cross-entropy of clean and adversarial images each, and β times the mean squared ' +
      'difference of their logits.',
    source: 'Figure 2; Kannan et al. 2018',
    loss: 'ALP loss',
    fields: { ...ATTACK, beta: BETA },
  },
  trades: {
    label: 'TRADES',
    summary:
      'Cross-entropy of clean images, and β times the KL divergence from their predictions to those on ' +
      'adversarial ones.',
    source: 'Figure 2; Zhang et al. 2019',
    loss: 'TRADES loss',
    fields: {
      ...ATTACK,
      beta: { ...BETA, help: `${BETA.help} TRADES is usually run with 6.` },
    },
  },
} as const satisfies Readonly<Record<AdversarialKind, AdversarialEntry>>;

/** Whether a run attacks its own images. */
export function isAdversarial(
  settings: AdversarialSettings,
): settings is AdversarialSettings<Exclude<AdversarialKind, 'none'>> {
  return settings.kind !== 'none';
}
