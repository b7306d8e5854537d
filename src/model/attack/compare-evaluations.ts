import { mcnemar, type McNemar } from '../../math/mcnemar.ts';
import type { EvaluationRecord } from './evaluation.ts';
import { isFormerIdentity } from './identity.ts';
import { stands } from './verdict.ts';

/** What is compared of an evaluation. */
export type Compared = Pick<EvaluationRecord, 'subject' | 'data' | 'finished' | 'verdicts'>;

/** Two evaluations of the same images: how many stand in which, and what chance makes of it. */
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
      return `The evaluation of ${subject.name} ended early; go on with it to the end, then compare.`;
  }
  if (a.data !== b.data && isFormerIdentity(a.data) !== isFormerIdentity(b.data)) {
    const [older] = isFormerIdentity(a.data) ? [a] : [b];
    return (
      `The identity of the images of ${older.subject.name} was computed by an older version of the ` +
      'lab, so it cannot be checked whether both are of the same images; evaluate ' +
      `${older.subject.name} again.`
    );
  }
  if (a.data !== b.data)
    return `The images are not the same (${a.data}; ${b.data}); evaluate both nets on one set.`;
  const labels = new Map(b.verdicts.map(({ index, label }) => [index, label]));
  if (a.verdicts.length !== b.verdicts.length)
    return (
      `There are ${a.verdicts.length} and ${b.verdicts.length} images; ` +
      'evaluate both nets on the same ones.'
    );
  const other = a.verdicts.find(({ index, label }) => labels.get(index) !== label);
  if (other !== undefined)
    return (
      `Image ${other.index} with the label ${other.label} is in one evaluation alone; ` +
      'evaluate both nets on the same images.'
    );
  return null;
}

/**
 * Compares two evaluations of the same images, whatever their order: images that are right and stand
 * in both, one or none, and McNemar's exact test of whether chance explains the difference.
 *
 * @throws RangeError with {@link comparisonFault}'s sentence when they are not of the same images.
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
