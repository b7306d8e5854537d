import { ATTACK_KINDS, type AttackEntry, type AttackNorm } from '../../../model/attack/kinds.ts';
import { formatRadius } from '../../../model/attack/plan.ts';
import { formatNumber } from '../../../ui/format.ts';
import { IMAGE_TEXT } from './messages.ts';

/** Name of a class, or its number if it has none; −1 is a prediction that is not finite. */
export function className(classes: readonly string[], label: number): string {
  return label < 0 ? IMAGE_TEXT.notNumber : (classes[label] ?? String(label));
}

export function attackName(entry: AttackEntry | undefined): string {
  return entry === undefined ? '' : ATTACK_KINDS[entry.kind].label;
}

/** The same, with the number of steps where the name needs it. */
export function sizedAttackName(entry: AttackEntry): string {
  return entry.kind === 'pgd' ? IMAGE_TEXT.pgd(entry.steps) : attackName(entry);
}

/** Meaning of the colours of a difference, with the scale ending at `full`, or (null) per image. */
export function formatScale(
  { norm, eps }: { readonly norm: AttackNorm; readonly eps: number },
  channels: number,
  full: number | null,
): string {
  const { scale } = IMAGE_TEXT;
  const words = scale[channels === 1 ? 'grey' : 'colour'];
  const factor = (most: number): string => formatNumber(1 / (2 * most), 3);
  if (norm === 'linf' && eps > 0 && (full === null || full === eps))
    return words(scale.eps(formatRadius(eps), factor(eps)));
  if (full === null || full === 0) return words(scale.largest);
  return words(scale.exact(formatNumber(full), factor(full)));
}
