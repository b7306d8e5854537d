import type { BrokenBy, Verdict } from '../model/attack/verdict.ts';
import { rowOf } from './batch.ts';
import { firstLargest, margin } from './losses.ts';
import { distance, isAllowed, project, type ThreatModel } from './threat-model.ts';

/** An image that an attack returned, as verified by the evaluation. */
export interface Claim {
  readonly image: Float32Array;
  /** Whether it had to be projected into the ball or the box. */
  readonly projected: boolean;
}

/**
 * Projects a returned image onto the threat model; null if its entries are not numbers, or if it is
 * the clean image.
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

/**
 * An adversarial image as an 8-bit file would keep it: each pixel a multiple of 1/255, the nearest one
 * but where that leaves the ball; then the nearest one towards the clean image (which is exact for
 * clean images of 8 bits).
 */
export function roundedTo8Bits(
  threat: ThreatModel,
  image: Float32Array,
  clean: Float32Array,
): Float32Array {
  const nearest = image.map((one) => Math.round(one * 255) / 255);
  if (isAllowed(threat, nearest, clean)) return nearest;
  return image.map((one, at) => {
    const towards = one > clean[at]! ? Math.floor : Math.ceil;
    // A multiple of 1/255 in float32 may lie a rounding error beside it.
    const steps = one * 255;
    const whole = Math.round(steps);
    return (Math.abs(steps - whole) < 1e-4 ? whole : towards(steps)) / 255;
  });
}

/** Whether the net takes an image for another class than `label`, by its logits. */
function isWrong(logits: Float32Array, label: number): boolean {
  return firstLargest(logits) !== label;
}

/** A returned image after it was classified once more. */
export interface Found {
  readonly by: Pick<BrokenBy, 'attack' | 'kind' | 'restart' | 'step' | 'target'>;
  readonly image: Float32Array;
  readonly clean: Float32Array;
  readonly logits: Float32Array;
  /** Logits of the image rounded to 8 bits. */
  readonly rounded: Float32Array;
}

/** The verdict after an attack whose image was classified once more. */
export function judged(verdict: Verdict, found: Found): Verdict {
  const { by, image, clean, logits, rounded } = found;
  const attacks = by.attack + 1;
  if (!isWrong(logits, verdict.label)) return { ...verdict, attacks };
  const prediction = firstLargest(logits);
  const distances = {
    linf: distance('linf', image, clean),
    l2: distance('l2', image, clean),
    l1: distance('l1', image, clean),
  };
  const survivesRounding = isWrong(rounded, verdict.label);
  const measured = {
    prediction,
    margin: margin(logits, verdict.label),
    distances,
    survivesRounding,
  };
  const brokenBy = { ...by, ...measured };
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
