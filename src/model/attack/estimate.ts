import { passesPerImage } from './cost.ts';
import { attacksOf } from './plan.ts';
import type { EvaluationProgress, EvaluationRecord, Passes } from './evaluation.ts';
import { stands } from './verdict.ts';

/** Progress of an evaluation, in passes of images through the net. */
export interface Estimate {
  /** Passes per second over the whole evaluation; NaN before the first pass. */
  readonly speed: number;
  /** Remaining passes if no further image is broken: an upper bound. */
  readonly left: number;
  /** Remaining seconds at that speed; NaN before the first pass. */
  readonly secondsLeft: number;
  /** Lower bound of the share of work done, 0 to 1. */
  readonly part: number;
}

const NONE: Passes = { forward: 0, backward: 0 };

function all({ forward, backward }: Passes): number {
  return forward + backward;
}

/** Maximum remaining passes of the running attack. */
function leftNow(
  { done, of, running, broken }: EvaluationProgress,
  { each, taken }: { readonly each: number; readonly taken: number },
): number {
  // Images that are attacked together take their steps together.
  const turn = running + broken;
  const stepped = turn === 0 ? 0 : Math.min(each, taken / turn);
  return running * (each - stepped) + Math.max(0, of - done - turn) * each;
}

/**
 * Estimates the maximum remaining work of a running evaluation from its passes so far.
 *
 * @param classes Of the net.
 */
export function estimate(
  record: EvaluationRecord,
  progress: EvaluationProgress,
  classes = record.classes.length,
): Estimate {
  const { verdicts, tallies, plan } = record;
  const each = attacksOf(plan).map((entry) => passesPerImage(entry, classes));
  const at = progress.attack ?? -1;
  const counted = tallies.reduce((sum, { passes }) => sum + all(passes), 0);
  // For the images under attack. When an earlier session stopped within this attack, this is too
  // low until they are done, and the remaining time too high.
  const turn = Math.max(0, all(progress.passes) - all(tallies[at]?.passes ?? NONE));
  const taken = counted + turn;
  const standing = at < 0 ? progress.of : verdicts.filter(stands).length - progress.broken;
  const later = each.slice(at + 1).reduce((sum, one) => sum + one, 0) * Math.max(0, standing);
  const now = at < 0 ? 0 : leftNow(progress, { each: each[at]!, taken: turn });
  const left = now + later;
  const speed = taken > 0 && progress.seconds > 0 ? taken / progress.seconds : NaN;
  return { speed, left, secondsLeft: left / speed, part: taken / Math.max(1, taken + left) };
}
