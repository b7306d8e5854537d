import type { AttackBatch } from './batch.ts';
import { fabSpace, keepAndStepBack, moveToPlane, type FabSpace, type Point } from './fab-point.ts';
import { randomStart } from './fab-start.ts';
import type { FabSettings } from './fab-types.ts';
import { attackLanes, type LaneImage, type LaneOutcome } from './lane-attack.ts';
import type { Answer, Lane, LanesProgress, Question } from './lanes.ts';
import { byFallingLogit, firstLargest, type LossAt } from './losses.ts';
import { imageNumbers, type AttackTarget } from './target.ts';

/** The difference z_τ − z_y, as a loss. */
function difference(label: number, target: number): (logits: Float32Array) => LossAt {
  return (logits) => {
    const direction = new Float64Array(logits.length);
    direction[target] = 1;
    direction[label] = -1;
    return { rank: logits[target]! - logits[label]!, direction, scale: 1 };
  };
}

/** Whether a point lies within ε rounded to float32, since float32 tensors compare so. */
function isWithin({ best }: Point, eps: number): boolean {
  return best !== null && best.distance <= Math.fround(eps);
}

/** Which class a restart goes to. */
interface Goal {
  readonly rank: number;
  readonly target: number;
  readonly restart: number;
  /** Of this restart among those towards all classes, as other attacks count them. */
  readonly place: number;
}

function openPoint({ settings }: FabSpace, image: LaneImage, goal: Goal): Point {
  const { clean, seed, index } = image;
  const { rank, restart } = goal;
  const start = { seed, image: index, rank, restart };
  return { clean, now: restart === 0 ? clean : randomStart(clean, settings, start), best: null };
}

/** One restart towards one class. */
function* towards(
  space: FabSpace,
  image: LaneImage,
  goal: Goal,
): Generator<Question, Point, Answer> {
  const { settings } = space;
  const loss = difference(image.label, goal.target);
  const point = openPoint(space, image, goal);
  for (let step = 1; step <= settings.iterations; step++) {
    const { lossGradient } = yield { point: point.now, loss };
    const plane = { f: lossGradient!.loss.rank, w: lossGradient!.gradient };
    const reached = moveToPlane(space, point, plane);
    point.now = reached;
    const { logits } = yield { point: reached };
    // Any other class counts, not only the target; ties go to the first class, possibly the label.
    const wrong = firstLargest(logits) !== image.label;
    if (wrong) keepAndStepBack(settings, point, step);
    const distance = point.best?.distance ?? Infinity;
    const { rank, target, place: restart } = goal;
    const state = { rank, target, restart, step, distance, point: reached, wrong };
    settings.watch?.(image.index, state);
    if (settings.untilBroken && isWithin(point, settings.eps)) break;
  }
  return point;
}

function* attackImage(space: FabSpace, image: LaneImage, logits: Float32Array): Lane {
  const { ranks, restarts, eps } = space.settings;
  const rivals = byFallingLogit(logits).filter((c) => c !== image.label);
  for (const [at, rank] of ranks.entries()) {
    const target = rivals[rank - 2];
    if (target === undefined) continue;
    for (let restart = 0; restart < restarts; restart++) {
      const place = at * restarts + restart;
      const point = yield* towards(space, image, { rank, target, restart, place });
      if (!isWithin(point, eps)) continue;
      const { image: found, step } = point.best!;
      return { image: found, by: { restart: place, step, target } };
    }
  }
  return null;
}

/**
 * FAB-T on a batch: for one target class after the other, walks along the boundary to it, as near
 * to the clean image as it can. An image that is misclassified from the start is skipped; one that
 * is broken within ε is not attacked again. Each iteration queries twice: for a gradient, and for
 * logits. Yields after each of them; to stop, end the iteration.
 *
 * @throws RangeError when ε is not a radius, or a rank is below 2.
 * @see Croce & Hein 2020, "Minimally distorted adversarial examples with a fast adaptive boundary
 * attack", and the reference's FABAttack (targeted).
 */
export async function* fabT(
  target: AttackTarget,
  batch: AttackBatch,
  settings: FabSettings,
): AsyncGenerator<LanesProgress, LaneOutcome, undefined> {
  checkSettings(settings);
  const space = fabSpace(settings, imageNumbers(target));
  return yield* attackLanes(target, batch, (image, logits) => attackImage(space, image, logits));
}

function checkSettings({ eps, ranks }: FabSettings): void {
  // Infinity asks for the smallest perturbation, whatever its size.
  if (!(eps >= 0))
    throw new RangeError(`eps: ${eps} is not a radius; give a number from 0, such as 8/255.`);
  for (const rank of ranks)
    if (!Number.isInteger(rank) || rank < 2)
      throw new RangeError(
        `ranks: ${rank} names no target class; rank 2 is the class next to the largest.`,
      );
}
