import type {
  ChoiceField,
  Fields,
  KindEntry,
  NumberField,
  ValuesOf,
} from '../../kit/document/field.ts';

/** The threat model: an image stays in [0, 1] and within ε of its clean image. */
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
  'Target classes, the likeliest first; limited to the number of other classes.',
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

const APGD_FIELDS = { iterations: ITERATIONS, restarts: RESTARTS, rho: RHO, eot: EOT } as const;

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
  help: 'The loss that is maximized; a targeted one tries one target class after another.',
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
  choices: { any: 'any point of the trajectory', last: 'the last point' },
  help: 'Which misclassified points count as breaking an image.',
};

/** Losses that the trust card can repeat. */
export type AttackLoss = 'cross-entropy' | 'dlr';

/** How the trust card makes an iterative gradient attack stronger. */
export interface Iterative<V> {
  readonly twiceTheSteps: (values: V) => V;
  readonly fromRandomStart: (values: V) => V;
}

/**
 * Definition of a kind of attack besides its code (attack/attack-table.ts): form, link, file,
 * command line, cost, checks and drawings are derived from this. `V`: its settings.
 */
export interface AttackKindEntry<F extends Fields = Fields, V = ValuesOf<F>> extends KindEntry {
  readonly fields: F;
  /** Supported norms. */
  readonly norms: readonly AttackNorm[];
  /**
   * Unique number of its random stream (attack/rng.ts), never changed; null when it draws no random
   * numbers.
   */
  readonly stream: number | null;
  /**
   * Passes for an image that it does not break, an upper bound for others. `others`: number of
   * classes besides the image's own.
   */
  readonly passes: (values: V, others: number) => number;
  /** Whether it uses gradients. */
  readonly gradients: boolean;
  /** Whether it reports its own steps; if not, each forward pass is a step. */
  readonly reportsSteps: boolean;
  /** Its loss if the trust card can repeat it; null otherwise. */
  readonly loss: AttackLoss | null;
  /** Fewest classes for which its loss is defined. */
  readonly classes: number;
  /** Number of target classes; 0 if it is untargeted. */
  readonly startsPerTarget: (values: V) => number;
  /** Null if it is not an iterative gradient attack. */
  readonly iterative: Iterative<V> | null;
  /** Differences from the reference to report, one sentence each. */
  readonly quirks: (norm: AttackNorm) => readonly string[];
}

/** Infers the type of an entry's settings from its fields. */
function kind<F extends Fields>(entry: AttackKindEntry<F>): AttackKindEntry<F> {
  return entry;
}

const BALLS: readonly AttackNorm[] = ['linf', 'l2'];
const ALL: readonly AttackNorm[] = ['linf', 'l2', 'l1'];

/** Where the reference and the papers differ, the lab follows the reference and says so. */
const APGD_QUIRKS = [
  'APGD: the first checkpoint compares with a loss of 0, as the reference does.',
  'APGD: the step is halved where at most ρ of the losses rose (the paper prints <).',
  'APGD: restarting from the best point keeps the momentum of the abandoned point.',
];
const FAB_QUIRK = 'FAB-T, ℓ2: a gradient’s entry below 1e-8 counts as 0, as in the reference.';
const SQUARE_QUIRK =
  'Square: each image has its own random squares (the reference draws one for the whole batch).';

/** Quirks of every attack. */
const commonQuirks = (norm: AttackNorm): readonly string[] =>
  norm === 'l2'
    ? [
        'ℓ2: a point is projected onto the ball first and then clipped to the box, as in the reference.',
      ]
    : [];

/** Defaults shared by most kinds. */
const USUAL = {
  gradients: true,
  reportsSteps: true,
  loss: null,
  classes: 2,
  startsPerTarget: () => 0,
  iterative: null,
  quirks: commonQuirks,
} as const;

const APGD = {
  ...USUAL,
  norms: ALL,
  source: 'Croce & Hein 2020',
  iterative: {
    twiceTheSteps: <V extends { readonly iterations: number }>(values: V) => {
      return { ...values, iterations: 2 * values.iterations };
    },
    fromRandomStart: <V>(values: V) => values,
  },
  quirks: (norm: AttackNorm) => [...(norm === 'l1' ? [] : APGD_QUIRKS), ...commonQuirks(norm)],
} as const;

interface ApgdNumbers {
  readonly iterations: number;
  readonly restarts: number;
  readonly eot: number;
}

function apgdPasses({ iterations, restarts, eot }: ApgdNumbers): number {
  return 2 * (iterations + 1) * restarts * eot;
}

/** Every kind of attack. Radius, norm and seed are those of the evaluation. */
export const ATTACK_KINDS = {
  'apgd-ce': kind({
    ...APGD,
    label: 'APGD-CE',
    summary:
      'Gradient ascent on the cross-entropy with momentum; the step is halved when it stops increasing.',
    fields: APGD_FIELDS,
    stream: 1,
    passes: apgdPasses,
    loss: 'cross-entropy',
  }),
  'apgd-dlr': kind({
    ...APGD,
    label: 'APGD-DLR',
    summary:
      'APGD on the difference of logits ratio, which does not depend on the scale of the logits.',
    fields: APGD_FIELDS,
    stream: 2,
    passes: apgdPasses,
    loss: 'dlr',
    classes: 3,
  }),
  'apgd-t': kind({
    ...APGD,
    label: 'APGD-T',
    summary: 'APGD on the targeted difference of logits ratio, towards one class after another.',
    fields: { ...APGD_FIELDS, targets: TARGETS },
    stream: 3,
    passes: (values, others) => apgdPasses(values) * Math.min(values.targets, others),
    loss: 'dlr',
    classes: 4,
    startsPerTarget: ({ restarts }) => restarts,
  }),
  'fab-t': kind({
    ...USUAL,
    label: 'FAB-T',
    norms: BALLS,
    source: 'Croce & Hein 2020',
    summary:
      'Searches the nearest point on the decision boundary to each of the likeliest classes.',
    fields: { iterations: ITERATIONS, targets: TARGETS, restarts: RESTARTS },
    stream: 6,
    passes: ({ iterations, restarts, targets }, others) =>
      3 * iterations * restarts * Math.min(targets, others),
    startsPerTarget: ({ restarts }) => restarts,
    quirks: (norm) => [...commonQuirks(norm), ...(norm === 'l2' ? [FAB_QUIRK] : [])],
  }),
  square: kind({
    ...USUAL,
    label: 'Square',
    norms: BALLS,
    source: 'Andriushchenko et al. 2020',
    summary: 'Uses logits only, no gradients: squares at random positions that lower the margin.',
    fields: {
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
    stream: 7,
    passes: ({ queries, restarts }) => (queries + 1) * restarts,
    gradients: false,
    quirks: (norm) => [...commonQuirks(norm), SQUARE_QUIRK],
  }),
  fgsm: kind({
    ...USUAL,
    label: 'FGSM',
    norms: ALL,
    source: 'Goodfellow et al. 2015',
    summary: 'One step of size ε from the clean image.',
    fields: {},
    stream: null,
    passes: () => 3,
  }),
  pgd: kind({
    ...USUAL,
    label: 'PGD',
    norms: ALL,
    source: 'Madry et al. 2018',
    summary: 'Gradient ascent on the loss with fixed steps, each projected onto the ball.',
    fields: {
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
    stream: 4,
    passes: ({ steps, restarts, targets, loss }, others) =>
      (2 * steps + 1) * restarts * (loss === 'ce-targeted' ? Math.min(targets, others) : 1),
    startsPerTarget: ({ loss, restarts }) => (loss === 'ce-targeted' ? restarts : 0),
    iterative: {
      twiceTheSteps: (values) => ({ ...values, steps: 2 * values.steps }),
      fromRandomStart: (values) => ({ ...values, start: 'random' }),
    },
  }),
  noise: kind({
    ...USUAL,
    label: 'Random noise',
    norms: ALL,
    source: 'the control',
    summary: 'Random images of the ball: a baseline that every attack should beat.',
    fields: { tries: whole('Tries', 100, 1_000_000, 'Random images tried for each image.') },
    stream: 5,
    passes: ({ tries }) => tries,
    gradients: false,
    reportsSteps: false,
  }),
} as const;

export type AttackKind = keyof typeof ATTACK_KINDS;

/** One attack of a list. */
export type AttackEntry<K extends AttackKind = AttackKind> = {
  readonly [Kind in K]: { readonly kind: Kind } & ValuesOf<(typeof ATTACK_KINDS)[Kind]['fields']>;
}[K];

/** The definition of an attack's kind, with functions that accept the attack itself. */
export function kindOf({ kind: name }: AttackEntry): AttackKindEntry<Fields, AttackEntry> {
  return ATTACK_KINDS[name] as unknown as AttackKindEntry<Fields, AttackEntry>;
}
