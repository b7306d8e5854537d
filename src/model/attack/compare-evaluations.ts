import { mcnemar, type McNemar } from '../../math/mcnemar.ts';
import type { EvaluationRecord } from './evaluation.ts';
import { isFormerIdentity } from './identity.ts';
import { stands } from './verdict.ts';

/** The compared fields of an evaluation. */
export type Compared = Pick<EvaluationRecord, 'subject' | 'data' | 'finished' | 'verdicts'>;

/**
 * Comparison of two evaluations of the same images: how many stand in each, with a significance
 * test.
 */
export interface Comparison extends McNemar {
  /** Images. */
  readonly n: number;
  readonly both: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly neither: number;
}

/** Why two evaluations cannot be compared image by image; null when they can. */
export function comparisonFault(a: Compared, b: Compared): string | null {
  for (const { subject, finished } of [a, b]) {
    if (!finished)
      return `The evaluation of ${subject.name} ended early; resume it to its end, then compare.`;
  }
  if (a.data !== b.data && isFormerIdentity(a.data) !== isFormerIdentity(b.data)) {
    const [older] = isFormerIdentity(a.data) ? [a] : [b];
    return (
      `The identity of the images of ${older.subject.name} was computed by an older version of the ` +
      'lab, so it cannot be verified that both are of the same images; evaluate ' +
      `${older.subject.name} again.`
    );
  }
  if (a.data !== b.data)
    return `The images are not the same (${a.data}; ${b.data}); evaluate both nets on the same set.`;
  const labels = new Map(b.verdicts.map(({ index, label }) => [index, label]));
  if (a.verdicts.length !== b.verdicts.length)
    return (
      `There are ${a.verdicts.length} and ${b.verdicts.length} images; ` +
      'evaluate both nets on the same ones.'
    );
  const other = a.verdicts.find(({ index, label }) => labels.get(index) !== label);
  if (other !== undefined)
    return (
      `Image ${other.index} with the label ${other.label} is in only one evaluation; ` +
      'evaluate both nets on the same images.'
    );
  return null;
}

/**
 * Compares two evaluations of the same images in any order: counts images that stand in both, one
 * or none, with McNemar's exact test of the difference.
 *
 * @throws RangeError with {@link comparisonFault}'s sentence when the images differ.
 */
export function compareEvaluations(a: Compared, b: Compared): Comparison {
  const fault = comparisonFault(a, b);
  if (fault !== null) throw new RangeError(fault);
  const standing = new Set(b.verdicts.filter(stands).map(({ index }) => index));
  const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 };
  for (const verdict of a.verdicts) {
    const [inA, inB] = [stands(verdict), standing.has(verdict.index)];
    if (inA) counts[inB ? 'both' : 'onlyA'] += 1;
    else counts[inB ? 'onlyB' : 'neither'] += 1;
  }
  return { n: a.verdicts.length, ...counts, ...mcnemar(counts.onlyA, counts.onlyB) };
}
