import type { AttackKind } from './kinds.ts';

/** Where an attack broke an image. */
export interface AttackSuccess {
  /** 0-based. */
  readonly restart: number;
  /** Steps done: 0 is the start. */
  readonly step: number;
  /** The class that a targeted attack went to. */
  readonly target?: number;
}

/** What broke an image. */
export interface BrokenBy extends AttackSuccess {
  /** Place of the attack in the list. */
  readonly attack: number;
  readonly kind: AttackKind;
  /** The class that the net then takes the image for; −1 where its logits are not numbers. */
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

/** What is known of one image. */
export interface Verdict {
  /** Place of the image in its set. */
  readonly index: number;
  readonly label: number;
  /** Class of the clean image. */
  readonly prediction: number;
  /** z_y − max_{c≠y} z_c at the clean image. */
  readonly margin: number;
  /** Attacks of the list that are done with this image, from the first on. */
  readonly attacks: number;
  readonly brokenBy: BrokenBy | null;
}

/** Whether the net is right about the clean image. */
export function isRight({ prediction, label }: Verdict): boolean {
  return prediction === label;
}

/** Whether the net is right about the clean image, and no attack has broken it. */
export function stands(verdict: Verdict): boolean {
  return isRight(verdict) && verdict.brokenBy === null;
}

/** Whether the net was right about the image, and the attack `attack` of the list left it so. */
export function standsAfter(verdict: Verdict, attack: number): boolean {
  const { brokenBy } = verdict;
  return isRight(verdict) && (brokenBy === null || brokenBy.attack > attack);
}
