import { subset, type ImageSet } from '../../data/dataset.ts';
import { imagesIdentity } from '../../data/images-identity.ts';
import { makeShapes } from '../../data/shapes.ts';
import { AttackPlanError, IMAGE_FIELDS, type AttackPlan } from '../../model/attack/plan.ts';
import type { EvaluationSet } from '../evaluation-set.ts';
import { formerImages } from './former-identity.ts';

type PlanImages = AttackPlan['images'];

/** The images of an evaluation. The arrays are shared by all users and must not be changed. */
export interface AttackImages {
  /** Images in [0, 1], their labels and their numbers in the part. */
  readonly set: EvaluationSet;
  /** [H, W, C]. */
  readonly shape: readonly [number, number, number];
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** `imagesIdentity`. */
  readonly data: string;
  /** What earlier versions of the lab called the same images; computed on each call. */
  readonly former: () => readonly string[];
}

/** Generated images have no end; a plan counts them as far as its first one may be. */
export const GENERATED_IMAGES = IMAGE_FIELDS.from.max + 1;

function generated({ seed, part, from, count }: PlanImages): ImageSet {
  if (from + count > GENERATED_IMAGES)
    throw new AttackPlanError(
      'images.from',
      `generated images are numbered from 0 to ${GENERATED_IMAGES - 1}; images ${from} to ` +
        `${from + count - 1} are wanted.`,
    );
  return makeShapes({ seed, count, first: from, part });
}

function inRange(all: ImageSet, { from, count, part }: PlanImages): ImageSet {
  const total = all.labels.length;
  if (from + count > total)
    throw new AttackPlanError(
      from >= total ? 'images.from' : 'images.count',
      `${all.name} has ${total} ${part === 'test' ? 'test' : 'training'} images, the last of them ` +
        `is number ${total - 1}; images ${from} to ${from + count - 1} are wanted.`,
    );
  return subset(
    all,
    Uint32Array.from({ length: count }, (_, n) => from + n),
  );
}

/**
 * The images that a plan names.
 *
 * @param all All images of the plan's part; null for generated ones.
 * @throws AttackPlanError when there are not as many.
 */
export function attackImages(wanted: PlanImages, all: ImageSet | null): AttackImages {
  const chosen = all === null ? generated(wanted) : inRange(all, wanted);
  const { from, count } = wanted;
  return {
    set: {
      images: Float32Array.from(chosen.images, (byte) => byte / 255),
      labels: Int32Array.from(chosen.labels),
      indices: Uint32Array.from({ length: count }, (_, n) => from + n),
    },
    shape: [chosen.height, chosen.width, chosen.channels],
    classes: chosen.classes,
    data: imagesIdentity(chosen),
    former: () => formerImages(chosen, wanted),
  };
}
