import { runEvaluation } from '../attack/evaluation-run.ts';
import { firstLargest } from '../attack/losses.ts';
import { attackPath } from '../attack/path.ts';
import { imageNumbers, type AttackTarget } from '../attack/target.ts';
import type { AttackJobs } from '../spec/attack-jobs.ts';
import { attacksOf, type AttackPlan } from '../spec/attack-plan.ts';
import type { EvaluationRecord } from '../spec/evaluation.ts';
import type { Verdict } from '../spec/verdict.ts';
import { onDevice } from './attack-device.ts';
import { openSubject } from './attack-subject.ts';
import { resultOf } from './run-job.ts';

/** A picture of a person's own as an evaluation of one image. */
export async function* ownPicture({
  subject: wanted,
  plan,
  image,
  label,
}: AttackJobs['attack-picture']['input']) {
  const subject = await openSubject(wanted);
  return yield* onDevice(subject, async function* (target) {
    const size = imageNumbers(target);
    if (image.length !== size)
      throw new RangeError(`image: ${image.length} numbers are given; the net takes ${size}.`);
    const logits = await target.logits(image);
    const truth = label ?? firstLargest(logits);
    const set = { images: image, labels: [truth], indices: Uint32Array.of(0) };
    const record = ownRecord(plan);
    const steps = runEvaluation(
      { target, set, record },
      {
        ...{ now: () => performance.now(), date: () => Date.now() },
        save: () => Promise.resolve(),
      },
    );
    let next = await steps.next();
    try {
      for (; next.done !== true; next = await steps.next()) yield next.value.progress;
    } finally {
      await steps.return(undefined as never);
    }
    const { record: found, adversarial } = next.value;
    const verdict = found.verdicts[0]!;
    const path = await wayTo(verdict, { target, plan, clean: image });
    return { verdict, logits: Array.from(logits), adversarial, path };
  });
}

function ownRecord(plan: AttackPlan): EvaluationRecord {
  return {
    ...{ id: '', subject: { kind: 'net', id: '', name: '', hash: '' }, plan, data: '' },
    ...{ created: 0, changed: 0, backend: '', classes: [], verdicts: [], tallies: [], seconds: 0 },
    ...{ finished: false, trust: null, curve: null },
  };
}

/** The way of the attack that broke an image of its own; of the first one where none did. */
async function wayTo(
  { label, prediction, brokenBy }: Verdict,
  { target, plan, clean }: { target: AttackTarget; plan: AttackPlan; clean: Float32Array },
) {
  const entry = attacksOf(plan)[brokenBy?.attack ?? 0];
  if (entry === undefined || prediction !== label) return null;
  const { threat, seed } = plan;
  return resultOf(attackPath({ target, threat, entry, clean, label, index: 0, seed }));
}
