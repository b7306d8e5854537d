import { formatPlan } from '../../model/attack/labels.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { lockEvaluation, type Release } from '../../kit/kept/store/locks.ts';
import { StorageError } from '../../kit/kept/store/storage-error.ts';
import { evaluations } from './open-evaluation.ts';
import { SharedLocks } from '../shared-locks.ts';

const locks = new SharedLocks();

/** What the list calls an evaluation. */
function nameOf({ subject, plan }: EvaluationRecord): string {
  return `${subject.name}, ${formatPlan(plan)}`;
}

/**
 * Takes an evaluation for this tab, whose jobs may work on it side by side.
 *
 * @throws StorageError while another tab works on it
 */
export async function takeEvaluation(id: string): Promise<Release> {
  const kept = await (await evaluations()).find(id);
  return locks.take(id, () => lockEvaluation(id, kept === null ? id : nameOf(kept.record)));
}

/**
 * Work that changes an evaluation, in this tab alone.
 *
 * @throws StorageError while another tab works on it, and when it is deleted
 */
export async function* whileOurs<E, R>(
  id: string,
  work: () => AsyncGenerator<E, R, undefined>,
): AsyncGenerator<E, R, undefined> {
  const release = await takeEvaluation(id);
  try {
    const kept = await (await evaluations()).find(id);
    if (kept?.deleted === true) throw deleted(kept.record);
    return yield* work();
  } finally {
    await release();
  }
}

function deleted(record: EvaluationRecord): StorageError {
  return new StorageError(
    'storage',
    `The evaluation “${nameOf(record)}” was deleted in another tab. Bring it back there, then go on ` +
      'with it here.',
  );
}
