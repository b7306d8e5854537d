import { DEFAULT_EPS, isAdversarial, type TrainedNorm } from './adversarial.ts';
import type { Experiment } from './experiment.ts';

/** The attack behind a robust accuracy: PGD from a random start. */
export interface RobustAttack {
  readonly every: number;
  /** Number of test images, limited by the set. */
  readonly images: number;
  readonly norm: TrainedNorm;
  readonly eps: number;
  readonly steps: number;
  /** Step size in units of ε. */
  readonly relativeStep: number;
}

/** The attack by which a run measures its robust accuracy; null if it measures none. */
export function robustAttackOf({
  adversarial,
  record,
}: Pick<Experiment, 'adversarial' | 'record'>): RobustAttack | null {
  const trained = isAdversarial(adversarial) ? adversarial : null;
  const { robust, robustEvery: every, robustImages: images, robustSteps: steps } = record;
  if (robust === 'never' || (robust === 'adversarial' && trained === null)) return null;
  const eps = record.robustEps > 0 ? record.robustEps : (trained?.eps ?? DEFAULT_EPS);
  return {
    every,
    images,
    norm: trained?.norm ?? 'linf',
    eps,
    steps,
    relativeStep: 2.5 / steps,
  };
}
