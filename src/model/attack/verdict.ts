import type { AttackKind } from './kinds.ts';

/** Where an attack broke an image. */
export interface AttackSuccess {
  /** 0-based. */
  readonly restart: number;
  /** Steps done: 0 is the start. */
  readonly step: number;
  /** Target class of a targeted attack. */
  readonly target?: number;
}

/** What broke an image. */
export interface BrokenBy extends AttackSuccess {
  /** Index of the attack in the list. */
  readonly attack: number;
  readonly kind: AttackKind;
  /** Predicted class of the adversarial image; −1 if its logits are not finite. */
  readonly prediction: number;
  /** z_y − max_{c≠y} z_c at the adversarial image. */
  readonly margin: number;
  /** ‖z − x‖ of the adversarial image. */
  readonly distances: { readonly linf: number; readonly l2: number; readonly l1: number };
  /**
   * Whether the image rounded to 8 bits (and put back within ε where rounding left it) is still
   * misclassified.
   */
  readonly survivesRounding: boolean;
}

/** The result for one image. */
export interface Verdict {
  /** Index of the image in its set. */
  readonly index: number;
  readonly label: number;
  /** Predicted class of the clean image. */
  readonly prediction: number;
  /** z_y − max_{c≠y} z_c at the clean image. */
  readonly margin: number;
  /** Number of attacks of the list finished for this image. */
  readonly attacks: number;
  readonly brokenBy: BrokenBy | null;
}

/** Whether the net classifies the clean image correctly. */
export function isRight({ prediction, label }: Verdict): boolean {
  return prediction === label;
}

/** Whether the net classifies the clean image correctly and no attack has broken it. */
export function stands(verdict: Verdict): boolean {
  return isRight(verdict) && verdict.brokenBy === null;
}

/** Whether the image still stands after attack `attack` of the list. */
export function standsAfter(verdict: Verdict, attack: number): boolean {
  const { brokenBy } = verdict;
  return isRight(verdict) && (brokenBy === null || brokenBy.attack > attack);
}
