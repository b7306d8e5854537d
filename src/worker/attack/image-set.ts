import type { EvaluationSet } from '../../attack/evaluation-set.ts';
import { imageSize, type ImageSet } from '../../data/dataset.ts';
import { selectImages } from '../../data/select.ts';
import { makeShapes } from '../../data/shapes.ts';
import { sha256 } from '../../math/sha256.ts';
import { AttackPlanError, IMAGE_FIELDS, type AttackPlan } from '../../model/attack/plan.ts';
import { foundSet } from '../train/open-runs.ts';

/** The images of a plan. */
export interface PlannedSet {
  readonly set: EvaluationSet;
  /** [H, W, C]. */
  readonly shape: readonly [number, number, number];
  readonly classes: readonly string[];
  /** SHA-256 of images and labels. */
  readonly data: string;
}

function rangeOf(set: ImageSet, { from, count, part }: AttackPlan['images']): ImageSet {
  const all = set.labels.length;
  if (from + count > all) {
    const field = from >= all ? 'images.from' : 'images.count';
    throw new AttackPlanError(
      field,
      `${set.name} has ${all} ${part === 'test' ? 'test' : 'training'} images, the last of them ` +
        `is number ${all - 1}; images ${from} to ${from + count - 1} are wanted.`,
    );
  }
  const size = imageSize(set);
  return {
    ...set,
    images: set.images.subarray(from * size, (from + count) * size),
    labels: set.labels.subarray(from, from + count),
  };
}

/** The set of the plan that was asked for last: a gallery asks for its pages one by one. */
let last: { readonly key: string; readonly set: Promise<PlannedSet> } | null = null;

/**
 * The images that a plan names; the arrays belong to every caller and are not changed.
 *
 * @throws AttackPlanError when there are not so many; FileError when the set is not kept here.
 */
export function plannedSet({ images }: AttackPlan): Promise<PlannedSet> {
  // Sets of the storage can be replaced under their names; generated images cannot.
  if (images.source !== 'shapes') return makeSet(images);
  const key = JSON.stringify(images);
  if (last?.key !== key) last = { key, set: makeSet(images) };
  return last.set;
}

/** Generated images have no end; a plan counts them as far as its first one may be. */
const SHAPES = IMAGE_FIELDS.from.max + 1;

function shapesOf({ seed, part, from, count }: AttackPlan['images']): ImageSet {
  if (from + count > SHAPES)
    throw new AttackPlanError(
      'images.from',
      `generated images are numbered from 0 to ${SHAPES - 1}; images ${from} to ` +
        `${from + count - 1} are wanted.`,
    );
  return makeShapes({ seed, count, first: from, part });
}

/** The wanted part of a set in the storage, or of generated images. */
async function partOf(wanted: AttackPlan['images']): Promise<ImageSet> {
  const { source, own, seed, part } = wanted;
  const found = await foundSet({ source, own });
  if (found === null) return shapesOf(wanted);
  return rangeOf(selectImages({ source, own, seed, train: 0, test: 0 }, found)[part], wanted);
}

async function makeSet(wanted: AttackPlan['images']): Promise<PlannedSet> {
  const { from, count } = wanted;
  const { images, labels, classes, height, width, channels } = await partOf(wanted);
  const hash = sha256();
  hash.update(images);
  hash.update(Uint8Array.from(Int32Array.from(labels)));
  return {
    set: {
      images: Float32Array.from(images, (byte) => byte / 255),
      labels: Int32Array.from(labels),
      indices: Uint32Array.from({ length: count }, (_, n) => from + n),
    },
    shape: [height, width, channels],
    classes,
    data: `sha256 ${hash.hex()}`,
  };
}

/** @throws AttackPlanError when a net does not take such images, or has not so many classes. */
export function checkFits(
  { shape, classes, set }: PlannedSet,
  net: { readonly shape: readonly number[]; readonly classes: number },
): void {
  const words = ([height, width, channels]: readonly number[]): string =>
    `${height}×${width} with ${channels} ${channels === 1 ? 'channel' : 'channels'}`;
  if (shape.join() !== net.shape.join())
    throw new AttackPlanError(
      'images.source',
      `the net takes images of ${words(net.shape)}, these have ${words(shape)}; take those that ` +
        'it was trained on.',
    );
  const most = set.labels.length === 0 ? 0 : Math.max(...Array.from(set.labels));
  if (most >= net.classes)
    throw new AttackPlanError(
      'images.source',
      `there are images of class ${most} (${classes[most] ?? ''}), but the net has the classes 0 ` +
        `to ${net.classes - 1}; take those that it was trained on.`,
    );
}
