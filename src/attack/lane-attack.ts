import type { GradientCounts, Passes } from '../model/attack/evaluation.ts';
import type { AttackSuccess } from '../model/attack/verdict.ts';
import { rowOf, type AttackBatch } from './batch.ts';
import { runLanes, type Lane, type LanesProgress } from './lanes.ts';
import { firstLargest } from './losses.ts';
import { imageNumbers, type AttackTarget } from './target.ts';

/** One image of a batch, as its attack sees it. */
export interface LaneImage {
  readonly clean: Float32Array;
  readonly label: number;
  readonly seed: number;
  /** Place of the image in its set. */
  readonly index: number;
}

/** How an attack on a batch ended; every list has an entry for each image. */
export interface LaneOutcome {
  /** `[n, H, W, C]`: the adversarial image, or the clean one where there is none. */
  readonly images: Float32Array;
  /** Whether this attack broke an image that was right. */
  readonly broken: readonly boolean[];
  readonly by: readonly (AttackSuccess | null)[];
  readonly gradients: readonly GradientCounts[];
  readonly passes: Passes;
}

/** The attack on an image that was right; `logits` are the clean image's. */
export type LaneAttack = (image: LaneImage, logits: Float32Array) => Lane;

function* unlessWrong(image: LaneImage, attack: LaneAttack): Lane {
  const { logits } = yield { point: image.clean };
  if (firstLargest(logits) !== image.label) return null;
  return yield* attack(image, logits.slice());
}

/**
 * Attacks every image of a batch that is right. Yields after each round of passes; to stop, end the
 * iteration.
 */
export async function* attackLanes(
  target: AttackTarget,
  batch: AttackBatch,
  attack: LaneAttack,
): AsyncGenerator<LanesProgress, LaneOutcome, undefined> {
  const size = imageNumbers(target);
  const { seed, indices } = batch.seed;
  const laneOf = (n: number): Lane => {
    const clean = rowOf(batch.images, n, size);
    return unlessWrong({ clean, label: batch.labels[n]!, seed, index: indices[n]! }, attack);
  };
  const count = batch.labels.length;
  const queue = { count, laneOf, width: batch.width ?? count };
  const { ends, passes, gradients } = yield* runLanes(target, queue);
  const images = batch.images.slice();
  ends.forEach((end, n) => {
    if (end !== null) images.set(end.image, n * size);
  });
  const by = ends.map((end) => end?.by ?? null);
  return { images, broken: ends.map((end) => end !== null), by, gradients, passes };
}
