import { runEvaluation } from '../../attack/evaluation-run.ts';
import { newRecord } from '../../attack/inputs/record.ts';
import { attackPath } from '../../attack/trajectory.ts';
import { imageNumbers, type AttackTarget } from '../../attack/target.ts';
import { cleanVerdicts } from '../../attack/verdict.ts';
import type { AttackJobs } from '../../model/attack/jobs.ts';
import { attacksOf, type AttackPlan } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import type { Verdict } from '../../model/attack/verdict.ts';
import { withNet } from './device.ts';
import { openSubject } from './subject.ts';
import { mapSteps } from '../../kit/steps/steps.ts';

/** Evaluates a single image given by the user. */
export async function* ownImage({
  subject: wanted,
  plan,
  image,
  label,
}: AttackJobs['attack-image']['input']) {
  const subject = await openSubject(wanted);
  return yield* withNet(subject, async function* (target) {
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
    const {
      record: found,
      adversarial,
      progress,
    } = yield* mapSteps(steps, (step) => step.progress);
    const verdict = found.verdicts[0]!;
    const path = yield* mapSteps(
      trajectoryOf(verdict, { target, plan, clean: image }),
      () => progress,
    );
    return { verdict, logits: Array.from(logits), adversarial, path };
  });
}

function ownRecord(plan: AttackPlan): EvaluationRecord {
  const subject = { kind: 'net', id: '', name: '', hash: '' } as const;
  return newRecord({ id: '', subject, plan, data: '', classes: [], backend: '' }, 0);
}

/** Trajectory of the attack that broke the image; of the first attack when none did. */
async function* trajectoryOf(
  { label, prediction, brokenBy }: Verdict,
  { target, plan, clean }: { target: AttackTarget; plan: AttackPlan; clean: Float32Array },
) {
  const entry = attacksOf(plan)[brokenBy?.attack ?? 0];
  if (entry === undefined || prediction !== label) return null;
  const { threat, seed } = plan;
  return yield* attackPath({ target, threat, entry, clean, label, index: 0, seed });
}
