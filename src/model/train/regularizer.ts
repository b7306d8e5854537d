import type { ChoiceField, KindEntry, NumberField } from '../../kit/document/field.ts';

/** Settings of norm decay; β may change during a run. */
export interface NormDecaySettings {
  /** Strength β. */
  readonly beta: number;
  /** Memory of h from step to step: 0.5 in the paper. */
  readonly gamma: number;
  /**
   * `paper`: Algorithm 1 as printed. `repo`: as the authors' released code ran it, whose push is N
   * to 2N times as strong at equal β.
   */
  readonly mode: 'paper' | 'repo';
  /** `as-released` leaves out the layers that the authors' code drops. */
  readonly layers: 'all' | 'as-released';
}

/** Settings of singular value clipping. */
export interface SvcSettings {
  /** Largest singular value after clipping, above 0. */
  readonly clipTo: number;
  /**
   * `every-100`: before the steps of batches 1, 101, 201, … of an epoch, as the authors' code.
   * `every-step`: after every step.
   */
  readonly schedule: 'every-100' | 'every-step';
  /**
   * `circular`: the kernel's stride-1 circular convolution on the input size, groups, dilation and
   * padding ignored, as the authors' code. `layer`: the layer's own stride, dilation and groups, on
   * the padded input; the layer's M is a submatrix of that operator.
   */
  readonly operator: 'circular' | 'layer';
}

interface SettingsTable {
  readonly none: unknown;
  readonly 'weight-decay': {
    /** λ: the gradient of every parameter gets λθ. */
    readonly lambda: number;
  };
  readonly 'norm-decay-l1': NormDecaySettings;
  readonly 'norm-decay-linf': NormDecaySettings;
  readonly svc: SvcSettings;
}

export type RegularizerKind = keyof SettingsTable;

/** A regularizer and its settings: plain data. */
export type RegularizerSettings<K extends RegularizerKind = RegularizerKind> = {
  [P in K]: { readonly kind: P } & SettingsTable[P];
}[K];

const BETA: NumberField = {
  kind: 'number',
  label: 'Strength β',
  fallback: 1e-3,
  min: 0,
  max: 10,
  help: 'Strength of norm decay; can be changed during the run.',
  source: 'Algorithm 1; 1e-5 to 1e-2 in Table 2',
};
const GAMMA: NumberField = {
  kind: 'number',
  label: 'Memory γ',
  fallback: 0.5,
  min: 0,
  max: 1,
  help: 'Memory of h from step to step.',
  source: 'Algorithm 1; 0.5 in the paper',
};
const MODE: ChoiceField<NormDecaySettings['mode']> = {
  kind: 'choice',
  label: 'Mode',
  fallback: 'paper',
  choices: { paper: 'as printed (Algorithm 1)', repo: 'as the authors’ code ran it' },
  help: 'At equal β the code pushes N to 2N times as hard as Algorithm 1, N the number of layers.',
  source: 'Algorithm 1; the released code',
};
const LAYERS: ChoiceField<NormDecaySettings['layers']> = {
  kind: 'choice',
  label: 'Layers',
  fallback: 'all',
  choices: { all: 'every conv and dense layer', 'as-released': 'without those the code drops' },
  help: 'The released code leaves out grouped convolutions and those on very small inputs.',
  source: 'the released code',
};
const NORM_DECAY = { beta: BETA, gamma: GAMMA, mode: MODE, layers: LAYERS };

const LAMBDA: NumberField = {
  kind: 'number',
  label: 'Strength λ',
  fallback: 1e-3,
  min: 0,
  max: 10,
  help: 'λθ is added to the gradient of every parameter θ; can be changed during the run.',
  source: '1e-5 to 1e-2 in Table 2',
};

const CLIP_TO: NumberField = {
  kind: 'number',
  label: 'Clip to',
  fallback: 1,
  min: 0,
  above: true,
  max: 100,
  help: 'Largest singular value of a clipped convolution.',
  source: '2.0, 1.5, 1.0, 0.5 in Table 2',
};
const SCHEDULE: ChoiceField<SvcSettings['schedule']> = {
  kind: 'choice',
  label: 'When',
  fallback: 'every-100',
  choices: { 'every-100': 'every 100 batches', 'every-step': 'after every step' },
  help: 'The paper’s code clips before the steps of batches 1, 101, 201, … of an epoch.',
  source: 'the released code',
};
const OPERATOR: ChoiceField<SvcSettings['operator']> = {
  kind: 'choice',
  label: 'Operator',
  fallback: 'circular',
  choices: { circular: 'stride-1 circular convolution', layer: 'the layer’s own operator' },
  help: 'The operator that is clipped; the code ignores stride, padding and groups.',
  source: 'Sedghi, Gupta & Long 2019; the released code',
};

/** Definition of a regularizer besides its code (train/regularizers/table.ts). */
export interface RegularizerEntry extends KindEntry {
  /** Norm that Algorithm 1 reduces; null if it is not norm decay. */
  readonly decays: 'l1' | 'linf' | null;
}

/** All regularizers, in the order of the menu. */
export const REGULARIZER_FIELDS = {
  none: {
    label: 'None',
    summary: 'Plain SGD with momentum.',
    source: 'Table 2, plain',
    fields: {},
    decays: null,
  },
  'weight-decay': {
    label: 'Weight decay',
    summary: 'Pulls every parameter towards zero.',
    source: 'Table 2, WD',
    fields: { lambda: LAMBDA },
    decays: null,
  },
  'norm-decay-linf': {
    label: 'Norm decay, ℓ∞',
    summary: 'Reduces the row of M that attains each layer’s ℓ∞ norm.',
    source: 'Algorithm 1; Table 2, ND ℓ∞',
    fields: NORM_DECAY,
    decays: 'linf',
  },
  'norm-decay-l1': {
    label: 'Norm decay, ℓ1',
    summary: 'Reduces the column of M that attains each layer’s ℓ1 norm.',
    source: 'Algorithm 1; Table 2, ND ℓ1',
    fields: NORM_DECAY,
    decays: 'l1',
  },
  svc: {
    label: 'Singular value clipping',
    summary: 'Clips the singular values of every convolution (Sedghi et al.).',
    source: 'Table 2, SVC',
    fields: { clipTo: CLIP_TO, schedule: SCHEDULE, operator: OPERATOR },
    decays: null,
  },
} as const satisfies Readonly<Record<RegularizerKind, RegularizerEntry>>;
