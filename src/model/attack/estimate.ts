import { passesPerImage } from './cost.ts';
import { attacksOf } from './plan.ts';
import type { EvaluationProgress, EvaluationRecord, Passes } from './evaluation.ts';
import { stands } from './verdict.ts';

/** How far an evaluation is, in passes of images through the net. */
export interface Estimate {
  /** Passes a second, of the whole evaluation; NaN before any. */
  readonly speed: number;
  /** Passes to come if no further image fell: the most that there can be. */
  readonly left: number;
  /** Seconds to come at that speed; NaN before any pass. */
  readonly secondsLeft: number;
  /** Share of the work that is done, at least; 0 to 1. */
  readonly part: number;
}

const NONE: Passes = { forward: 0, backward: 0 };

function all({ forward, backward }: Passes): number {
  return forward + backward;
}

/** Passes that the attack under way can still take. */
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
 * What is left to do of an evaluation under way, at most, from the passes that it has taken.
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
  // Of the images under attack now. Where an earlier session was within this attack, it is known too
  // low until they are done, and the time left too high.
  const turn = Math.max(0, all(progress.passes) - all(tallies[at]?.passes ?? NONE));
  const taken = counted + turn;
  const standing = at < 0 ? progress.of : verdicts.filter(stands).length - progress.broken;
  const later = each.slice(at + 1).reduce((sum, one) => sum + one, 0) * Math.max(0, standing);
  const now = at < 0 ? 0 : leftNow(progress, { each: each[at]!, taken: turn });
  const left = now + later;
  const speed = taken > 0 && progress.seconds > 0 ? taken / progress.seconds : NaN;
  return { speed, left, secondsLeft: left / speed, part: taken / Math.max(1, taken + left) };
}
