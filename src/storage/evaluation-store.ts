import type { EvaluationRecord } from '../spec/evaluation.ts';
import { connect, type Connection, type EvaluationRow } from './database.ts';
import { StorageError } from './storage-error.ts';

/** An evaluation in the storage. */
export interface KeptEvaluation {
  readonly record: EvaluationRecord;
  /** Marked as deleted: it can be brought back until {@link EvaluationStore.purge}. */
  readonly deleted: boolean;
}

/**
 * Evaluations and their adversarial images. Every change is one transaction: after a crash the
 * storage holds the state before it or the state after it. All methods throw StorageError and
 * nothing else.
 */
export interface EvaluationStore {
  /** All evaluations, oldest first. */
  readonly list: () => Promise<readonly KeptEvaluation[]>;
  /** @throws StorageError when there is no such evaluation */
  readonly get: (id: string) => Promise<EvaluationRecord>;
  /** Keeps a record, and the adversarial images that are new, [H, W, C] each, by their rows. */
  readonly save: (
    record: EvaluationRecord,
    broken?: ReadonlyMap<number, Float32Array>,
  ) => Promise<void>;
  /** The adversarial images that are kept, by row; of `rows`, or of all. */
  readonly images: (
    id: string,
    rows?: readonly number[],
  ) => Promise<ReadonlyMap<number, Float32Array>>;
  readonly setDeleted: (id: string, deleted: boolean) => Promise<void>;
  /** Removes the evaluations that are marked as deleted, with their images. */
  readonly purge: () => Promise<void>;
}

/**
 * Opens the evaluations of this browser.
 * @throws StorageError when the browser lets nothing be stored.
 */
export async function openEvaluationStore(
  connection: Connection = connect(),
): Promise<EvaluationStore> {
  await connection.open();
  return {
    list: () => list(connection),
    get: async (id) => (await rowOf(connection, id)).record,
    save: (record, broken = new Map()) => save(connection, record, broken),
    images: (id, rows) => images(connection, id, rows),
    setDeleted: (id, deleted) => setDeleted(connection, id, deleted),
    purge: () => purge(connection),
  };
}

async function list(connection: Connection): Promise<KeptEvaluation[]> {
  const rows = await connection.read(['evaluations'], (tx) =>
    tx.objectStore('evaluations').getAll(),
  );
  return rows
    .map(({ record, deleted }) => ({ record, deleted }))
    .sort((a, b) => a.record.created - b.record.created);
}

function gone(id: string): StorageError {
  return new StorageError(
    'storage',
    `The evaluation ${id} is not in this browser's storage any more: it was deleted in another ` +
      'tab, or the browser cleared its data.',
  );
}

async function rowOf(connection: Connection, id: string): Promise<EvaluationRow> {
  const row = await connection.read(['evaluations'], (tx) => tx.objectStore('evaluations').get(id));
  if (row === undefined) throw gone(id);
  return row;
}

/** Bytes of a verdict and of a record's other parts, for the sentence when there is no room. */
const VERDICT_BYTES = 300;

async function save(
  connection: Connection,
  record: EvaluationRecord,
  broken: ReadonlyMap<number, Float32Array>,
): Promise<void> {
  const bytes = [...broken.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  await connection.write(
    ['evaluations', 'adversarials'],
    async (tx) => {
      const pictures = tx.objectStore('adversarials');
      for (const [row, image] of broken) await pictures.put(image, [record.id, row]);
      const rows = tx.objectStore('evaluations');
      const deleted = (await rows.get(record.id))?.deleted ?? false;
      await rows.put({ record, deleted }, record.id);
    },
    bytes + VERDICT_BYTES * record.verdicts.length,
  );
}

/** All keys of an evaluation's images. */
function keysOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

function images(
  connection: Connection,
  id: string,
  rows?: readonly number[],
): Promise<Map<number, Float32Array>> {
  return connection.read(['adversarials'], async (tx) => {
    const pictures = tx.objectStore('adversarials');
    const wanted = rows ?? (await pictures.getAllKeys(keysOf(id))).map(([, row]) => row);
    const found = await Promise.all(wanted.map((row) => pictures.get([id, row])));
    return new Map(
      wanted.flatMap((row, at): [number, Float32Array][] => {
        const image = found[at];
        return image === undefined ? [] : [[row, image]];
      }),
    );
  });
}

function setDeleted(connection: Connection, id: string, deleted: boolean): Promise<void> {
  return connection.write(['evaluations'], async (tx) => {
    const rows = tx.objectStore('evaluations');
    const row = await rows.get(id);
    if (row === undefined) throw gone(id);
    await rows.put({ ...row, deleted }, id);
  });
}

function purge(connection: Connection): Promise<void> {
  return connection.write(['evaluations', 'adversarials'], async (tx) => {
    const rows = tx.objectStore('evaluations');
    for (const { record, deleted } of await rows.getAll()) {
      if (!deleted) continue;
      await tx.objectStore('adversarials').delete(keysOf(record.id));
      await rows.delete(record.id);
    }
  });
}
