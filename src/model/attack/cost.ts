import { kindOf, type AttackEntry } from './kinds.ts';

/**
 * About how many passes an attack needs for one image that it does not break (fewer for any other), a backward
 * pass counted as much as a forward one.
 *
 * @param classes From 2 on.
 * @see algorithm costs in Croce & Hein 2020; here without the reference's repeated checks.
 */
export function passesPerImage(entry: AttackEntry, classes: number): number {
  // One more forward pass for the clean image, which each attack classifies first.
  return 1 + kindOf(entry).passes(entry, classes - 1);
}
