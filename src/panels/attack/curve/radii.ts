import type { RadiusCurve } from '../../../model/attack/evaluation.ts';
import type { AttackEntry } from '../../../model/attack/kinds.ts';
import { type AttackPlan, attacksOf, formatRadius } from '../../../model/attack/plan.ts';
import { parseFraction } from '../../../kit/document/text.ts';
import { defaultAttack } from '../../../model/attack/lists.ts';
import { CURVE_TEXT } from './messages.ts';

const MESSAGES = CURVE_TEXT.fieldErrors;
/** Most radii of a curve: each is an attack on all images. */
const MOST_RADII = 24;
const LARGEST = 1000;
/** Radii that are offered, in units of the plan's. */
const USUAL = [0, 1 / 4, 1 / 2, 1, 2, 4];

/** Radii around a plan's own, as a person would type them. */
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

/** Radii as a person typed them: rising, each once, 0 among them; or why they are none. */
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

/** Place of the attack that a curve begins with: the kept curve's, else the plan's only one, else PGD. */
export function firstChoice(plan: AttackPlan, kept: RadiusCurve | null): number {
  const same = curveAttacks(plan).findIndex(
    (entry) => kept !== null && JSON.stringify(entry) === JSON.stringify(kept.attack),
  );
  if (same >= 0) return same;
  return attacksOf(plan).length === 1 ? curveAttacks(plan).length - 1 : 0;
}

/** The radii of a curve that is kept, with those that it was stopped before. */
export function curveRadii({ points, left = [] }: RadiusCurve): string {
  return formatRadii([...points.map(({ eps }) => eps), ...left]);
}
