import type { PlaneNorm } from './fab-projection.ts';

/** Settings of FAB-T. */
export interface FabSettings {
  readonly norm: PlaneNorm;
  /** Radius within which an adversarial image counts; Infinity takes any. */
  readonly eps: number;
  readonly iterations: number;
  /** Largest share of the move from the clean image. */
  readonly alphaMax: number;
  /** Overshoot over the plane. */
  readonly eta: number;
  /** How much of the perturbation stays after a success. */
  readonly beta: number;
  /** For each target: the first starts at the clean image, each further one at random. */
  readonly restarts: number;
  /**
   * Ranks of the target classes by clean logit, 2 = the class next to the largest. Those beyond the
   * number of classes are left out.
   */
  readonly ranks: readonly number[];
  /**
   * Whether an image is dropped as soon as it is broken within ε: the same flags with fewer passes.
   * Otherwise all iterations towards a class run, and find the smallest perturbation.
   */
  readonly untilBroken: boolean;
  /** Called with the state of each image (by its index in the set) after each of its iterations. */
  readonly watch?: (image: number, state: FabState) => void;
}

/** State after each iteration. */
export interface FabState {
  readonly rank: number;
  /** The target class. */
  readonly target: number;
  /** 0-based; numbering continues from one target class to the next. */
  readonly restart: number;
  /** Iterations done. */
  readonly step: number;
  /** The smallest distance so far at which this restart found the image misclassified. */
  readonly distance: number;
  /** Where the iteration led, misclassified or not. */
  readonly point: Float32Array;
  readonly wrong: boolean;
}

/**
 * The reference's defaults: 100 iterations, 9 targets (as far as there are classes), one restart.
 *
 * @see Croce & Hein 2020, "Reliable evaluation of adversarial robustness with an ensemble of diverse
 * parameter-free attacks".
 */
export function fabDefaults({ norm, eps }: Pick<FabSettings, 'norm' | 'eps'>): FabSettings {
  const ranks = [2, 3, 4, 5, 6, 7, 8, 9, 10];
  const steps = { iterations: 100, alphaMax: 0.1, eta: 1.05, beta: 0.9, restarts: 1 };
  return { norm, eps, ...steps, ranks, untilBroken: true };
}
