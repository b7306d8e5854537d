import type { EvaluationSet } from '../../attack/evaluation-set.ts';
import { isSameImages, isSameNet } from '../../attack/inputs/checks.ts';
import type { AttackImages } from '../../attack/inputs/images.ts';
import type { OpenSubject } from '../../attack/inputs/net.ts';
import type { OtherImages } from '../../attack/trust/card.ts';
import { AttackPlanError } from '../../model/attack/plan.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import type { Verdict } from '../../model/attack/verdict.ts';
import { EvaluationStore } from '../../storage/attack/evaluation-store.ts';
import { StorageError } from '../../kit/kept/store/storage-error.ts';
import { plannedSet } from './image-set.ts';
import { openSubject } from './subject.ts';

/** The evaluations in the storage. */
export const evaluations = new EvaluationStore();

/**
 * Runs work that changes an evaluation in this tab only; several jobs of this tab may do so
 * concurrently.
 *
 * @throws StorageError while another tab works on it, and when it is deleted
 */
export async function* taking<E, R>(
  id: string,
  work: () => AsyncGenerator<E, R, undefined>,
): AsyncGenerator<E, R, undefined> {
  const release = await evaluations.take(id);
  try {
    return yield* work();
  } finally {
    await release();
  }
}

/** An evaluation with exactly its original net and images. */
export interface Reopened extends AttackImages {
  readonly record: EvaluationRecord;
  readonly subject: OpenSubject;
}

/** The images of an evaluation. @throws AttackPlanError when they have changed. */
export async function setOf(record: EvaluationRecord): Promise<AttackImages> {
  const images = await plannedSet(record.plan);
  if (isSameImages(record, images)) return images;
  throw new AttackPlanError(
    '',
    'the images have changed since this evaluation was begun; begin a new one.',
  );
}

/** @throws AttackPlanError when net or images have changed. */
export async function reopen(id: string): Promise<Reopened> {
  const { record } = await evaluations.get(id);
  const subject = await openSubject(record.subject);
  if (!isSameNet(record, subject))
    throw new AttackPlanError(
      '',
      `${record.subject.name} has changed since this evaluation was begun (its weights are ` +
        'others); begin a new one.',
    );
  return { record, subject, ...(await setOf(record)) };
}

type Images = ReadonlyMap<number, Float32Array>;

/** The first of `rows` (or of all) that is broken but whose image is not stored. */
function lostVerdict(
  { verdicts }: EvaluationRecord,
  kept: Images,
  rows: Iterable<number> = verdicts.keys(),
): Verdict | null {
  for (const row of rows) if (verdicts[row]?.brokenBy && !kept.has(row)) return verdicts[row];
  return null;
}

/**
 * The adversarial images [H, W, C] of an evaluation, by row; of `rows`, or of all.
 *
 * @throws StorageError when the image of a broken one is no longer stored: the clean one in its
 * place would be mistaken for it.
 */
export async function fallenImages(
  record: EvaluationRecord,
  rows?: readonly number[],
): Promise<Images> {
  const kept = await evaluations.images(record.id, rows);
  const lost = lostVerdict(record, kept, rows);
  if (lost === null) return kept;
  throw new StorageError(
    'storage',
    `The adversarial image of image ${lost.index} is not in this browser's storage any more: ` +
      'the evaluation was deleted in another tab, or the browser cleared its data. Begin a new one.',
  );
}

function filled({ images: clean, indices }: EvaluationSet, kept: Images): Float32Array {
  const images = clean.slice();
  const size = clean.length / indices.length;
  kept.forEach((image, row) => images.set(image, row * size));
  return images;
}

/**
 * An evaluation's adversarial images [n, H, W, C]; clean ones in place of unbroken ones.
 *
 * @throws StorageError when one is no longer stored
 */
export async function imagesOf(
  record: EvaluationRecord,
  set: EvaluationSet,
): Promise<Float32Array> {
  return filled(set, await fallenImages(record));
}

/**
 * The adversarial images of several evaluations of one set, one evaluation after the other: each is
 * as large as the set. One whose images are not kept any more has null to give.
 */
export async function* imagesOfEach(
  records: readonly EvaluationRecord[],
  set: EvaluationSet,
): AsyncGenerator<OtherImages, void, undefined> {
  for (const record of records) {
    const kept = await evaluations.images(record.id);
    const lost = lostVerdict(record, kept) !== null;
    yield { name: record.subject.name, adversarial: lost ? null : filled(set, kept) };
  }
}
