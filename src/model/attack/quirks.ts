import { kindOf, type AttackEntry, type AttackNorm } from './kinds.ts';
import { isComplete, type AutoAttackVersion } from './lists.ts';

/** Differences of these attacks from the reference, one sentence each. */
export function attackQuirks(attacks: readonly AttackEntry[], norm: AttackNorm): string[] {
  return [...new Set(attacks.flatMap((entry) => kindOf(entry).quirks(norm)))];
}

/** How a version of AutoAttack differs from the reference's list; null if it does not. */
export function listDifference(version: AutoAttackVersion, norm: AttackNorm): string | null {
  if (isComplete(version, norm)) return null;
  if (norm === 'l1' && version === 'rand')
    return 'For ℓ1 the radius falls in three stages; the reference’s “rand” keeps it fixed.';
  return norm === 'l1'
    ? 'For ℓ1 the list has APGD only, without FAB-T and Square: it is not the full AutoAttack.'
    : 'The list leaves out untargeted FAB, and runs FAB-T with as many restarts instead.';
}
