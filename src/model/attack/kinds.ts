import type { ChoiceField, Fields, NumberField, ValuesOf } from '../field.ts';

/** What an attack may move: an image stays in [0, 1] and within ε of its clean image. */
export type AttackNorm = 'linf' | 'l2' | 'l1';

const whole = (label: string, fallback: number, most: number, help: string): NumberField => {
  return { kind: 'number', label, fallback, min: 1, max: most, whole: true, help };
};

const ITERATIONS = whole('Iterations', 100, 10_000, 'Steps of each run.');
const RESTARTS = whole('Restarts', 1, 1000, 'Runs, each from its own random start.');
const TARGETS = whole(
  'Targets',
  9,
  1000,
  'Classes that it goes to, the likeliest first; no more than there are others.',
);
const RHO: NumberField = {
  kind: 'number',
  label: 'ρ',
  fallback: 0.75,
  min: 0,
  max: 1,
  help: 'The step is halved where the loss rose in at most this share of the steps.',
  source: '0.75 in the reference',
};
const EOT = whole('Gradients averaged', 1, 1000, 'More than 1 for nets that draw random numbers.');

const APGD = { iterations: ITERATIONS, restarts: RESTARTS, rho: RHO, eot: EOT } as const;

const PGD_LOSS: ChoiceField<'ce' | 'ce-targeted' | 'dlr' | 'margin'> = {
  kind: 'choice',
  label: 'Loss',
  fallback: 'ce',
  choices: {
    ce: 'cross-entropy',
    'ce-targeted': 'cross-entropy, targeted',
    dlr: 'DLR',
    margin: 'margin',
  },
  help: 'What the steps make larger; a targeted one goes to one class after the other.',
};
const PGD_START: ChoiceField<'random' | 'clean'> = {
  kind: 'choice',
  label: 'Start',
  fallback: 'random',
  choices: { random: 'a random point of the ball', clean: 'the clean image' },
  help: 'Where each restart begins.',
};
const PGD_COUNTS: ChoiceField<'any' | 'last'> = {
  kind: 'choice',
  label: 'What counts',
  fallback: 'any',
  choices: { any: 'any point on the way', last: 'the last point' },
  help: 'Which misclassified points break an image.',
};

/** Fields of every kind of attack. Radius, norm and seed are those of the evaluation. */
export const ATTACK_FIELDS = {
  'apgd-ce': APGD,
  'apgd-dlr': APGD,
  'apgd-t': { ...APGD, targets: TARGETS },
  'fab-t': { iterations: ITERATIONS, targets: TARGETS, restarts: RESTARTS },
  square: {
    queries: whole('Queries', 5000, 1_000_000, 'Forward passes for each image, at most.'),
    share: {
      kind: 'number',
      label: 'Share p₀',
      fallback: 0.8,
      min: 0,
      above: true,
      max: 1,
      help: 'Share of the image that the first squares cover.',
      source: '0.8 in the reference',
    },
    restarts: RESTARTS,
  },
  fgsm: {},
  pgd: {
    steps: whole('Steps', 40, 10_000, 'Steps of each restart.'),
    relativeStep: {
      kind: 'number',
      label: 'Step size',
      fallback: 0.1,
      min: 0,
      above: true,
      max: 10,
      unit: 'ε',
      help: 'In units of ε.',
    },
    restarts: RESTARTS,
    start: PGD_START,
    loss: PGD_LOSS,
    targets: { ...TARGETS, fallback: 1 },
    counts: PGD_COUNTS,
  },
  noise: { tries: whole('Tries', 100, 1_000_000, 'Random images tried for each image.') },
} as const satisfies Record<string, Fields>;

export type AttackKind = keyof typeof ATTACK_FIELDS;

/** One attack of a list. */
export type AttackEntry<K extends AttackKind = AttackKind> = {
  readonly [Kind in K]: { readonly kind: Kind } & ValuesOf<(typeof ATTACK_FIELDS)[Kind]>;
}[K];

/** What a kind of attack is called, and what it does. */
export interface AttackLabels {
  readonly label: string;
  readonly summary: string;
  readonly source: string;
  /** Norms that it has. */
  readonly norms: readonly AttackNorm[];
}

const BALLS: readonly AttackNorm[] = ['linf', 'l2'];
const ALL: readonly AttackNorm[] = ['linf', 'l2', 'l1'];

/** Every kind in words; one without an entry does not compile. */
export const ATTACK_LABELS: Readonly<Record<AttackKind, AttackLabels>> = {
  'apgd-ce': {
    label: 'APGD-CE',
    norms: ALL,
    source: 'Croce & Hein 2020',
    summary: 'Steps up the cross-entropy with momentum; the step is halved where it stops rising.',
  },
  'apgd-dlr': {
    label: 'APGD-DLR',
    norms: ALL,
    source: 'Croce & Hein 2020',
    summary: 'APGD on the difference of logits ratio, which no scale of the logits changes.',
  },
  'apgd-t': {
    label: 'APGD-T',
    norms: ALL,
    source: 'Croce & Hein 2020',
    summary: 'APGD on the targeted difference of logits ratio, towards one class after the other.',
  },
  'fab-t': {
    label: 'FAB-T',
    norms: BALLS,
    source: 'Croce & Hein 2020',
    summary: 'Looks for the nearest point on the border to each of the likeliest classes.',
  },
  square: {
    label: 'Square',
    norms: BALLS,
    source: 'Andriushchenko et al. 2020',
    summary: 'Asks for logits alone, no gradients: squares at random places that lower the margin.',
  },
  fgsm: {
    label: 'FGSM',
    norms: ALL,
    source: 'Goodfellow et al. 2015',
    summary: 'One step of size ε from the clean image.',
  },
  pgd: {
    label: 'PGD',
    norms: ALL,
    source: 'Madry et al. 2018',
    summary: 'Equal steps up the loss, each put back into the ball.',
  },
  noise: {
    label: 'Random noise',
    norms: ALL,
    source: 'the control',
    summary: 'Random images of the ball: the control that no attack may lose to.',
  },
};
