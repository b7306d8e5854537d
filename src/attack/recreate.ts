import { attacksOf } from '../model/attack/plan.ts';
import type { EvaluationRecord } from '../model/attack/evaluation.ts';
import { rowOf } from './batch.ts';
import { evaluate } from './evaluate.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { imageNumbers, type AttackTarget } from './target.ts';
import { mapSteps } from '../kit/steps/steps.ts';

function part({ images, labels, indices }: EvaluationSet, rows: readonly number[]): EvaluationSet {
  const size = images.length / indices.length;
  const chosen = new Float32Array(rows.length * size);
  rows.forEach((row, n) => chosen.set(rowOf(images, row, size), n * size));
  return {
    images: chosen,
    labels: rows.map((row) => labels[row]!),
    indices: Uint32Array.from(rows, (row) => indices[row]!),
  };
}

/**
 * Recomputes the adversarial images of a record by the attacks that found them: the same bits where
 * the backend gives the same bits, since the attack on an image depends on nothing else (rule A6).
 * Yields after each step; to stop, end the iteration.
 *
 * @returns `[n, H, W, C]`: clean images where none was broken.
 * @throws RangeError when an image is not broken again: another backend, net or machine.
 */
export async function* recreateAdversarial(
  target: AttackTarget,
  set: EvaluationSet,
  { plan, verdicts }: Pick<EvaluationRecord, 'plan' | 'verdicts'>,
): AsyncGenerator<undefined, Float32Array, undefined> {
  const found = set.images.slice();
  const size = imageNumbers(target);
  for (const [at, attack] of attacksOf(plan).entries()) {
    const rows = verdicts.flatMap(({ brokenBy }, row) => (brokenBy?.attack === at ? [row] : []));
    if (rows.length === 0) continue;
    const settings = { threat: plan.threat, attacks: [attack], seed: plan.seed };
    const steps = evaluate(target, part(set, rows), settings);
    const again = yield* mapSteps(steps, () => undefined);
    again.verdicts.forEach(({ index, brokenBy }, n) => {
      if (brokenBy === null)
        throw new RangeError(
          `image ${index}: ${attack.kind} broke it before and does not now; take the backend ` +
            'that the evaluation was started on, or start a new one.',
        );
      found.set(rowOf(again.adversarial, n, size), rows[n]! * size);
    });
  }
  return found;
}
