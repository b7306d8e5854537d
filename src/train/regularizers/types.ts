import type { RegularizerKind, RegularizerSettings } from '../../model/train/regularizer.ts';
import type { Floats, Parameter } from '../parameter.ts';
import type { HParts } from './h-parts.ts';
import type { NormFinder } from './norm-slices.ts';

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

/** State of a regularizer between steps. */
export interface RegularizerState {
  /** Conv and dense layers that it acts on, with their h; empty for those that keep nothing. */
  readonly layers: readonly DecayedLayer[];
}

/** What a regularizer may read and change in one step; `gradients` are parallel to `parameters`. */
export interface RegularizerStep<K extends RegularizerKind> {
  readonly parameters: readonly Parameter[];
  readonly gradients: readonly Floats[];
  readonly state: RegularizerState;
  readonly settings: RegularizerSettings<K>;
  /** Place of the batch in its epoch, from 0. */
  readonly batch: number;
}

/** The hooks of a step where a regularizer acts. */
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
