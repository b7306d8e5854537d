import type { AttackKind } from './autoattack.ts';
import { rowOf } from './batch.ts';
import type { AttackSuccess } from './lanes.ts';
import { firstLargest, margin } from './losses.ts';
import { distance, isAllowed, project, type ThreatModel } from './threat-model.ts';

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

/** Whether the net is right about the clean image, and no attack has broken it. */
export function stands({ prediction, label, brokenBy }: Verdict): boolean {
  return prediction === label && brokenBy === null;
}

/** An image that an attack returned, as the evaluation sees it. */
export interface Claim {
  readonly image: Float32Array;
  /** Whether it had to be put back into the ball or the box. */
  readonly projected: boolean;
}

/**
 * An image that an attack returned, made one that the threat model allows; null where that cannot
 * be (entries that are not numbers), and where it is the clean image.
 */
export function admit(
  threat: ThreatModel,
  returned: Float32Array,
  clean: Float32Array,
): Claim | null {
  if (returned.every((one, at) => one === clean[at])) return null;
  if (isAllowed(threat, returned, clean)) return { image: returned, projected: false };
  const back = Float64Array.from(returned);
  project(threat, back, clean);
  const image = new Float32Array(back);
  return isAllowed(threat, image, clean) ? { image, projected: true } : null;
}

/** The verdict after an attack whose image was classified once more; `logits` null: no image. */
export function judged(
  verdict: Verdict,
  found: {
    readonly by: Omit<BrokenBy, 'prediction' | 'margin' | 'distances'>;
    readonly image: Float32Array;
    readonly clean: Float32Array;
    readonly logits: Float32Array;
  },
): Verdict {
  const { by, image, clean, logits } = found;
  const attacks = by.attack + 1;
  const prediction = firstLargest(logits);
  if (prediction === verdict.label) return { ...verdict, attacks };
  const distances = {
    linf: distance('linf', image, clean),
    l2: distance('l2', image, clean),
    l1: distance('l1', image, clean),
  };
  const brokenBy = { ...by, prediction, margin: margin(logits, verdict.label), distances };
  return { ...verdict, attacks, brokenBy };
}

/** Verdicts on clean images from their logits, before any attack. */
export function cleanVerdicts(
  logits: Float32Array,
  labels: ArrayLike<number>,
  indices: Uint32Array,
): Verdict[] {
  const classes = logits.length / indices.length;
  return Array.from(indices, (index, n) => {
    const row = rowOf(logits, n, classes);
    const prediction = firstLargest(row);
    if (prediction < 0)
      throw new RangeError(
        `logits: the net's answer for image ${index} is not of numbers (${Array.from(row).join(', ')}); ` +
          'its weights may be broken: train it again, or check the file.',
      );
    const label = labels[n]!;
    return { index, label, prediction, margin: margin(row, label), attacks: 0, brokenBy: null };
  });
}
