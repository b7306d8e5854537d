import type { AttackEntry, AttackNorm } from './kinds.ts';
import { isComplete, type AutoAttackVersion } from './lists.ts';

/** Ways of the reference that move iterates and that no paper has; kept, and told. */
const APGD = [
  'APGD: the first checkpoint compares with a loss of 0, as the reference does.',
  'APGD: the step is halved where at most ρ of the losses rose (the paper prints <).',
  'APGD: going back to the best point keeps the momentum of the point that was left.',
] as const;
const L2 = 'ℓ2: a point is put into the ball first and into the box then, as the reference does.';
const FAB_L2 = 'FAB-T, ℓ2: a gradient’s entry below 1e-8 counts as 0, as in the reference.';
const SQUARE =
  'Square: each image has its own random squares (the reference draws one for the whole batch).';

/** What a reader who compares with the reference must know of these attacks, a sentence each. */
export function attackQuirks(attacks: readonly AttackEntry[], norm: AttackNorm): string[] {
  const kinds = new Set(attacks.map(({ kind }) => kind));
  const apgd = [...kinds].some((kind) => kind.startsWith('apgd')) && norm !== 'l1';
  return [
    ...(apgd ? APGD : []),
    ...(norm === 'l2' && kinds.size > 0 ? [L2] : []),
    ...(norm === 'l2' && kinds.has('fab-t') ? [FAB_L2] : []),
    ...(kinds.has('square') ? [SQUARE] : []),
  ];
}

/** In which way a version of AutoAttack is not the reference's list; null where it is. */
export function listDifference(version: AutoAttackVersion, norm: AttackNorm): string | null {
  if (isComplete(version, norm)) return null;
  if (norm === 'l1' && version === 'rand')
    return 'For ℓ1 the radius falls in three stages; the reference’s “rand” keeps it as it is.';
  return norm === 'l1'
    ? 'For ℓ1 the list has APGD alone, without FAB-T and Square: it is not the whole AutoAttack.'
    : 'The list leaves out untargeted FAB, and runs FAB-T with as many restarts instead.';
}
