import { attackImages, type AttackImages } from '../../attack/inputs/images.ts';
import { selectImages } from '../../data/select.ts';
import type { AttackPlan } from '../../model/attack/plan.ts';
import { foundSet } from '../train/open-runs.ts';

/** The last generated set: a gallery requests its pages one by one. */
let last: { readonly key: string; readonly set: Promise<AttackImages> } | null = null;

/**
 * The images that a plan names; callers share the arrays and must not change them.
 *
 * @throws AttackPlanError when there are fewer; FileError when the set is not stored here.
 */
export function plannedSet({ images }: AttackPlan): Promise<AttackImages> {
  // Sets of the storage can be replaced under their names; generated images cannot.
  if (images.source !== 'shapes') return makeSet(images);
  const key = JSON.stringify(images);
  if (last?.key !== key) last = { key, set: makeSet(images) };
  return last.set;
}

/** The wanted part of a set in the storage, or of generated images. */
async function makeSet(wanted: AttackPlan['images']): Promise<AttackImages> {
  const { source, own, seed, part } = wanted;
  const found = await foundSet({ source, own });
  if (found === null) return attackImages(wanted, null);
  const parts = selectImages({ source, own, seed, train: 0, test: 0 }, found);
  return attackImages(wanted, parts[part]);
}
