import { runEvaluation } from '../../attack/evaluation-run.ts';
import { newRecord } from '../../attack/inputs/record.ts';
import { attackPath } from '../../attack/trajectory.ts';
import { imageNumbers, type AttackTarget } from '../../attack/target.ts';
import { cleanVerdicts } from '../../attack/verdict.ts';
import type { AttackJobs } from '../../model/attack/jobs.ts';
import { attacksOf, type AttackPlan } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import type { Verdict } from '../../model/attack/verdict.ts';
import { onDevice } from './device.ts';
import { openSubject } from './subject.ts';

/** An image of a person's own as an evaluation of one image. */
export async function* ownImage({
  subject: wanted,
  plan,
  image,
  label,
}: AttackJobs['attack-image']['input']) {
  const subject = await openSubject(wanted);
  return yield* onDevice(subject, async function* (target) {
    const size = imageNumbers(target);
    if (image.length !== size)
      throw new RangeError(`image: ${image.length} numbers are given; the net takes ${size}.`);
    const logits = await target.logits(image);
    const [own] = cleanVerdicts(logits, [label ?? 0], Uint32Array.of(0));
    const truth = label ?? own!.prediction;
    const set = { images: image, labels: [truth], indices: Uint32Array.of(0) };
    const record = ownRecord(plan);
    const steps = runEvaluation(
      { target, set, record },
      {
        now: () => performance.now(),
        date: () => Date.now(),
        save: () => Promise.resolve(),
      },
    );
    const { record: found, adversarial, progress } = yield* told(steps, (step) => step.progress);
    const verdict = found.verdicts[0]!;
    const path = yield* told(wayTo(verdict, { target, plan, clean: image }), () => progress);
    return { verdict, logits: Array.from(logits), adversarial, path };
  });
}

/** Work to its end; each of its steps is told in the caller's way, so that it can be left there. */
async function* told<E, T, R>(
  work: AsyncGenerator<E, R, undefined>,
  tell: (step: E) => T,
): AsyncGenerator<T, R, undefined> {
  try {
    for (;;) {
      const next = await work.next();
      if (next.done === true) return next.value;
      yield tell(next.value);
    }
  } finally {
    await work.return(undefined as never);
  }
}

function ownRecord(plan: AttackPlan): EvaluationRecord {
  const subject = { kind: 'net', id: '', name: '', hash: '' } as const;
  return newRecord({ id: '', subject, plan, data: '', classes: [], backend: '' }, 0);
}

/** The way of the attack that broke an image of its own; of the first one where none did. */
async function* wayTo(
  { label, prediction, brokenBy }: Verdict,
  { target, plan, clean }: { target: AttackTarget; plan: AttackPlan; clean: Float32Array },
) {
  const entry = attacksOf(plan)[brokenBy?.attack ?? 0];
  if (entry === undefined || prediction !== label) return null;
  const { threat, seed } = plan;
  return yield* attackPath({ target, threat, entry, clean, label, index: 0, seed });
}
