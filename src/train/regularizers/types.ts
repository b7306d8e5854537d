import type { Floats, Parameter } from '../parameter.ts';
import type { HParts } from './h-parts.ts';
import type { NormFinder } from './norm-slices.ts';

/** Numbers of norm decay; β may change while a run goes on. */
export interface NormDecaySettings {
  /** Strength β. */
  readonly beta: number;
  /** How much of h is kept from step to step: 0.5 in the paper. */
  readonly gamma: number;
  /**
   * `paper`: Algorithm 1 as printed. `repo`: as the authors' released code ran it, whose push is N
   * to 2N times as strong at equal β.
   */
  readonly mode: 'paper' | 'repo';
  /** `as-released` leaves out the layers that the authors' code drops. */
  readonly layers: 'all' | 'as-released';
}

/** Numbers of singular value clipping. */
export interface SvcSettings {
  /** Largest singular value that is left, above 0. */
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

/** A regularizer and its numbers: plain data. */
export type RegularizerSettings<K extends RegularizerKind = RegularizerKind> = {
  [P in K]: { readonly kind: P } & SettingsTable[P];
}[K];

/** A layer under norm decay. */
export interface DecayedLayer {
  /** Its place among the parameters. */
  readonly at: number;
  readonly name: string;
  readonly finder: NormFinder;
  /** Algorithm 1's h, laid out as the weight. */
  readonly h: Floats;
  /** The parts of h, one a channel of M's columns (ℓ1) or rows (ℓ∞). */
  readonly parts: HParts;
}

/** What a regularizer keeps between steps. */
export interface RegularizerState {
  /** Conv and dense layers that it acts on, with their h; empty for those that keep nothing. */
  readonly layers: readonly DecayedLayer[];
}

/** What a regularizer may read and change in one step; `gradients` lie beside `parameters`. */
export interface RegularizerStep<K extends RegularizerKind> {
  readonly parameters: readonly Parameter[];
  readonly gradients: readonly Floats[];
  readonly state: RegularizerState;
  readonly settings: RegularizerSettings<K>;
  /** Place of the batch in its epoch, from 0. */
  readonly batch: number;
}

/** The places in a step where a regularizer acts. */
export interface Regularizer<K extends RegularizerKind> {
  readonly start: (
    parameters: readonly Parameter[],
    settings: RegularizerSettings<K>,
  ) => RegularizerState;
  /** λ that SGD adds as λθ to every gradient while it reads θ. */
  readonly coupledDecay: (settings: RegularizerSettings<K>) => number;
  /** Adds its gradient at the weights before the step. */
  readonly addGradients: (step: RegularizerStep<K>) => void;
  /** Changes weights before the optimizer's step; yields the fraction done. */
  readonly beforeStep: (step: RegularizerStep<K>) => Generator<number, void>;
  /** Changes weights after it. */
  readonly afterStep: (step: RegularizerStep<K>) => Generator<number, void>;
}
