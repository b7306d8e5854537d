import { kindOf, type AttackEntry } from './kinds.ts';

/**
 * Approximate number of passes of an attack for one image that it does not break (an upper bound
 * for others); a backward pass counts as one, like a forward pass.
 *
 * @param classes From 2 on.
 * @see algorithm costs in Croce & Hein 2020; here without the reference's repeated checks.
 */
export function passesPerImage(entry: AttackEntry, classes: number): number {
  // One more forward pass for the clean image, which each attack classifies first.
  return 1 + kindOf(entry).passes(entry, classes - 1);
}
