import type { AttackEntry, AttackKind } from './kinds.ts';

/** Passes that an attack takes for an image that it does not break: an upper bound for any other. */
const PASSES: {
  readonly [K in AttackKind]: (entry: AttackEntry<K>, others: number) => number;
} = {
  'apgd-ce': ({ iterations, restarts, eot }) => 2 * (iterations + 1) * restarts * eot,
  'apgd-dlr': ({ iterations, restarts, eot }) => 2 * (iterations + 1) * restarts * eot,
  'apgd-t': ({ iterations, restarts, eot, targets }, others) =>
    2 * (iterations + 1) * restarts * eot * Math.min(targets, others),
  'fab-t': ({ iterations, restarts, targets }, others) =>
    3 * iterations * restarts * Math.min(targets, others),
  square: ({ queries, restarts }) => (queries + 1) * restarts,
  fgsm: () => 3,
  pgd: ({ steps, restarts, targets, loss }, others) =>
    (2 * steps + 1) * restarts * (loss === 'ce-targeted' ? Math.min(targets, others) : 1),
  noise: ({ tries }) => tries,
};

/**
 * About how many passes an attack needs for one image that it does not break (fewer for any other), a backward
 * pass counted as much as a forward one.
 *
 * @param classes From 2 on.
 * @see algorithm costs in Croce & Hein 2020; here without the reference's repeated checks.
 */
export function passesPerImage(entry: AttackEntry, classes: number): number {
  const passes = PASSES[entry.kind] as (one: AttackEntry, others: number) => number;
  // One more forward pass for the clean image, which each attack classifies first.
  return 1 + passes(entry, classes - 1);
}
