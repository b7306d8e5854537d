import { evaluate } from '../attack/evaluate.ts';
import type { EvaluationSet } from '../attack/evaluation-set.ts';
import type { AttackTarget } from '../attack/target.ts';

import { batchAt } from '../data/batches.ts';
import type { ImageSet } from '../data/dataset.ts';
import type { AttackEntry } from '../model/attack/kinds.ts';
import { stands } from '../model/attack/verdict.ts';
import type { RobustAttack } from '../model/train/robust.ts';
import type { RobustCount } from '../model/train/run.ts';
import { mapSteps } from '../kit/steps/steps.ts';

/** Images attacked at the same time: few enough for a prompt stop. */
const TOGETHER = 64;

/** The first images of a set, as an evaluation takes them. */
function firstImages(set: ImageSet, count: number): EvaluationSet {
  const batchSize = Math.min(count, set.labels.length);
  const plan = { seed: 0, epoch: 0, batch: 0, batchSize, augment: false, shuffle: false };
  const { images, labels, indices } = batchAt(set, plan);
  return { images, labels, indices };
}

function entryOf({ steps, relativeStep }: RobustAttack): AttackEntry<'pgd'> {
  return {
    kind: 'pgd',
    steps,
    relativeStep,
    restarts: 1,
    start: 'random',
    loss: 'ce',
    targets: 1,
    counts: 'any',
  };
}

/**
 * How many of the first images of a set withstand PGD: right, and no iterate misclassified. Same
 * images and same starts each time, so that epochs and runs are comparable. AutoAttack would
 * usually find fewer. Yields after each step of the attack.
 *
 * @param seed of the run.
 * @throws RangeError when the net's answers are not numbers.
 */
export async function* robustAccuracy(
  target: AttackTarget,
  set: ImageSet,
  { attack, seed }: { readonly attack: RobustAttack; readonly seed: number },
): AsyncGenerator<undefined, RobustCount, undefined> {
  const { norm, eps } = attack;
  const settings = { threat: { norm, eps }, attacks: [entryOf(attack)], seed, together: TOGETHER };
  const work = evaluate(target, firstImages(set, attack.images), settings);
  const { verdicts } = yield* mapSteps(work, () => undefined);
  return { correct: verdicts.filter(stands).length, count: verdicts.length };
}
