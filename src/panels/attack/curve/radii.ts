import type { RadiusCurve } from '../../../model/attack/evaluation.ts';
import type { AttackEntry } from '../../../model/attack/kinds.ts';
import { type AttackPlan, attacksOf, formatRadius } from '../../../model/attack/plan.ts';
import { parseFraction } from '../../../kit/document/text.ts';
import { defaultAttack } from '../../../model/attack/lists.ts';
import { CURVE_TEXT } from './messages.ts';

const MESSAGES = CURVE_TEXT.fieldErrors;
/** Maximum number of radii of a curve: each is an attack on all images. */
const MOST_RADII = 24;
const LARGEST = 1000;
/** Suggested radii, in units of the plan's. */
const USUAL = [0, 1 / 4, 1 / 2, 1, 2, 4];

/** Text of suggested radii around the plan's own. */
export function usualRadii(eps: number): string {
  const radii = eps > 0 ? USUAL.map((part) => part * eps) : [0, 1 / 255, 2 / 255, 4 / 255, 8 / 255];
  return formatRadii(radii.filter((radius) => radius <= LARGEST));
}

export function formatRadii(radii: readonly number[]): string {
  return radii.map(formatRadius).join(', ');
}

/** A comma parts radii where a space, a semicolon or nothing but digits and a slash surround it. */
function labelOf(text: string): string[] {
  return text
    .split(/[;\s]+|,(?=\s|$)/)
    .map((word) => word.replace(/,$/, ''))
    .filter((word) => word !== '');
}

/** Parses typed radii: increasing, unique, including 0; or returns the error. */
export function parseRadii(
  text: string,
): { readonly radii: readonly number[] } | { readonly error: string } {
  const words = labelOf(text);
  if (words.length === 0) return { error: MESSAGES.none };
  const wrong = words.find((word) => !(parseFraction(word) >= 0 && parseFraction(word) <= LARGEST));
  if (wrong !== undefined) return { error: MESSAGES.word(wrong) };
  const radii = [...new Set([0, ...words.map(parseFraction)])].sort((a, b) => a - b);
  return radii.length > MOST_RADII ? { error: MESSAGES.most(MOST_RADII) } : { radii };
}

/** Attacks that a curve can be drawn with: PGD, and those of the plan's list. */
export function curveAttacks(plan: AttackPlan): readonly AttackEntry[] {
  const pgd = defaultAttack('pgd');
  const own = attacksOf(plan).filter((entry) => JSON.stringify(entry) !== JSON.stringify(pgd));
  return [pgd, ...own];
}

/**
 * Index of the initial attack of a curve: the stored curve's, else the plan's only one, else PGD.
 */
export function firstChoice(plan: AttackPlan, kept: RadiusCurve | null): number {
  const same = curveAttacks(plan).findIndex(
    (entry) => kept !== null && JSON.stringify(entry) === JSON.stringify(kept.attack),
  );
  if (same >= 0) return same;
  return attacksOf(plan).length === 1 ? curveAttacks(plan).length - 1 : 0;
}

/** The radii of a stored curve, including those not computed. */
export function curveRadii({ points, left = [] }: RadiusCurve): string {
  return formatRadii([...points.map(({ eps }) => eps), ...left]);
}
