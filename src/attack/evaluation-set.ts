import { imageNumbers, type AttackTarget } from './target.ts';

/** Images to be attacked, with their true classes. */
export interface EvaluationSet {
  /** Float32 [n, H, W, C] in [0, 1]. */
  readonly images: Float32Array;
  /** Whole numbers from 0 to classes − 1. */
  readonly labels: ArrayLike<number>;
  /** Place of each image in the set it is from: random numbers depend on it. */
  readonly indices: Uint32Array;
}

function checkCounts(target: AttackTarget, { images, labels, indices }: EvaluationSet): void {
  const numbers = imageNumbers(target);
  if (indices.length === 0)
    throw new RangeError('images: there are none; choose at least one image.');
  if (images.length !== indices.length * numbers)
    throw new RangeError(
      `images: ${images.length} numbers are not those of ${indices.length} images of ` +
        `[${target.shape.join(', ')}]; the net takes images of that size only.`,
    );
  if (labels.length !== indices.length)
    throw new RangeError(
      `labels: ${labels.length} for ${indices.length} images; give one for each.`,
    );
  if (new Set(indices).size !== indices.length)
    throw new RangeError('indices: an image is named twice; name each once.');
}

/**
 * Checks that a set can be attacked.
 *
 * @throws RangeError naming the invalid field, its value, and how to fix it.
 */
export function checkSet(target: AttackTarget, set: EvaluationSet): void {
  checkCounts(target, set);
  const { images, labels, indices } = set;
  const bad = images.findIndex((one) => !(one >= 0 && one <= 1));
  if (bad >= 0)
    throw new RangeError(
      `images: image ${indices[Math.floor(bad / imageNumbers(target))]!} holds ${images[bad]!}, ` +
        'outside [0, 1]; divide bytes by 255.',
    );
  for (let n = 0; n < labels.length; n++) {
    const label = labels[n]!;
    if (!(Number.isInteger(label) && label >= 0 && label < target.classes))
      throw new RangeError(
        `labels: image ${indices[n]!} has the label ${label}, but the net has the classes 0 to ` +
          `${target.classes - 1}; take the net and the set that belong together.`,
      );
  }
}
