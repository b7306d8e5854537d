import type { TrustCheck } from '../../model/attack/evaluation.ts';
import { openCard, TRUST_SETTINGS, type TrustInput, type TrustSettings } from './card.ts';
import { runCheck, type Check } from './check.ts';
import { ANSWER_CHECKS } from './checks-of-answers.ts';
import { CURVE_CHECKS } from './checks-of-curves.ts';
import { GRADIENT_CHECKS } from './checks-of-gradients.ts';
import { RECORD_CHECKS } from './checks-of-record.ts';
import { STANDING_CHECKS } from './checks-of-standing.ts';
import { mapSteps } from '../../kit/steps/steps.ts';

/** Every check in the order in which they run: later ones read results of earlier ones. */
export const TRUST_CHECKS: readonly Check[] = [
  ...ANSWER_CHECKS,
  ...RECORD_CHECKS,
  ...GRADIENT_CHECKS,
  ...CURVE_CHECKS,
  ...STANDING_CHECKS,
];

/** Progress of a trust card. */
export interface TrustProgress {
  /** Checks that are done, and all. */
  readonly done: number;
  readonly of: number;
  /** The check under way: its title. */
  readonly title: string;
  /** The checks that are done. */
  readonly checks: readonly TrustCheck[];
}

/**
 * Looks for signs that a robust accuracy is wrong: attacks that were too weak, and nets that only
 * mask their gradients. The attacks it runs are verified as an evaluation's. Yields within checks
 * and after each; to stop, end the iteration: it ends within one step.
 *
 * @param settings What differs from {@link TRUST_SETTINGS}.
 * @throws RangeError when images, labels and record do not belong together.
 * @see Carlini et al. 2019, "On evaluating adversarial robustness", section 4.3; Croce & Hein's
 * AutoAttack; Pintor et al. 2022, "Indicators of attack failure".
 */
export async function* trustCard(
  input: TrustInput,
  settings: Partial<TrustSettings> = {},
): AsyncGenerator<TrustProgress, readonly TrustCheck[], undefined> {
  const of = TRUST_CHECKS.length;
  const checks: TrustCheck[] = [];
  const now = (title: string): TrustProgress => ({
    done: checks.length,
    of,
    title,
    checks: [...checks],
  });
  const opening = openCard(input, { ...TRUST_SETTINGS, ...settings });
  const card = yield* mapSteps(opening, () => now(TRUST_CHECKS[0]!.title));
  for (const check of TRUST_CHECKS) {
    checks.push(yield* mapSteps(runCheck(check, card), () => now(check.title)));
    yield now(check.title);
  }
  return checks;
}
