import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { connect, type Connection, type EvaluationRow } from '../database.ts';
import { StorageError } from '../../kit/kept/store/storage-error.ts';

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
  /** The evaluation; null when there is none. */
  readonly find: (id: string) => Promise<KeptEvaluation | null>;
  /** @throws StorageError when there is no such evaluation */
  readonly get: (id: string) => Promise<EvaluationRecord>;
  /** Keeps a new one. @throws StorageError when there is one of its id already */
  readonly create: (record: EvaluationRecord) => Promise<void>;
  /**
   * Keeps what an attack found, and the adversarial images that are new, [H, W, C] each, by their
   * rows. Curve and trust card stay as they are kept: they are made beside the attack.
   *
   * @returns the record as it is kept now
   * @throws StorageError when the evaluation is gone: what was purged is not brought back
   */
  readonly save: (
    record: EvaluationRecord,
    broken?: ReadonlyMap<number, Float32Array>,
  ) => Promise<EvaluationRecord>;
  /**
   * Changes a record as it is kept at that moment, in one transaction: no save in between is lost.
   *
   * @returns the record as it is kept now
   * @throws StorageError when the evaluation is gone
   */
  readonly change: (
    id: string,
    change: (record: EvaluationRecord) => EvaluationRecord,
  ) => Promise<EvaluationRecord>;
  /** The adversarial images that are kept, by row; of `rows`, or of all. */
  readonly images: (
    id: string,
    rows?: readonly number[],
  ) => Promise<ReadonlyMap<number, Float32Array>>;
  /**
   * Marks as deleted, or brings back; of one that is gone nothing is left to delete.
   *
   * @throws StorageError when one that is gone is to be brought back
   */
  readonly setDeleted: (id: string, deleted: boolean) => Promise<void>;
  /** Removes an evaluation with its images for good, if there is one. */
  readonly remove: (id: string) => Promise<void>;
  /**
   * Removes the evaluations that were deleted at `until` (milliseconds since 1970) or before, with their
   * images, for good.
   */
  readonly purge: (until: number) => Promise<void>;
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
    find: (id) => find(connection, id),
    get: async (id) => {
      const kept = await find(connection, id);
      if (kept === null) throw gone(id);
      return kept.record;
    },
    create: (record) => create(connection, record),
    save: (record, broken = new Map()) => save(connection, record, broken),
    change: (id, change) =>
      connection.write(['evaluations'], (tx) =>
        changeRow(tx.objectStore('evaluations'), id, change),
      ),
    images: (id, rows) => images(connection, id, rows),
    setDeleted: (id, deleted) => setDeleted(connection, id, deleted),
    remove: (id) => removeRows(connection, ({ record }) => record.id === id),
    purge: (until) =>
      removeRows(connection, ({ deleted, deletedAt = 0 }) => deleted && deletedAt <= until),
  };
}

async function list(connection: Connection): Promise<KeptEvaluation[]> {
  const rows = await connection.read(['evaluations'], (tx) =>
    tx.objectStore('evaluations').getAll(),
  );
  return rows.map(keptOf).sort((a, b) => a.record.created - b.record.created);
}

function keptOf({ record, deleted }: EvaluationRow): KeptEvaluation {
  return { record, deleted };
}

function gone(id: string): StorageError {
  return new StorageError(
    'storage',
    `The evaluation ${id} is not in this browser's storage any more: it was deleted in another ` +
      'tab, or the browser cleared its data.',
  );
}

async function find(connection: Connection, id: string): Promise<KeptEvaluation | null> {
  const row = await connection.read(['evaluations'], (tx) => tx.objectStore('evaluations').get(id));
  return row === undefined ? null : keptOf(row);
}

/** Bytes of a verdict and of a record's other parts, for the sentence when there is no room. */
const VERDICT_BYTES = 300;

function create(connection: Connection, record: EvaluationRecord): Promise<void> {
  return connection.write(['evaluations'], async (tx) => {
    const rows = tx.objectStore('evaluations');
    if ((await rows.getKey(record.id)) !== undefined)
      throw new StorageError('storage', `There is an evaluation ${record.id} already; try again.`);
    await rows.put({ record, deleted: false }, record.id);
  });
}

interface Rows {
  readonly get: (id: string) => Promise<EvaluationRow | undefined>;
  readonly put: (row: EvaluationRow, id: string) => Promise<string>;
}

async function changeRow(
  rows: Rows,
  id: string,
  change: (record: EvaluationRecord) => EvaluationRecord,
): Promise<EvaluationRecord> {
  const row = await rows.get(id);
  if (row === undefined) throw gone(id);
  const record = change(row.record);
  await rows.put({ ...row, record }, id);
  return record;
}

async function save(
  connection: Connection,
  record: EvaluationRecord,
  broken: ReadonlyMap<number, Float32Array>,
): Promise<EvaluationRecord> {
  const bytes = [...broken.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  return connection.write(
    ['evaluations', 'adversarials'],
    async (tx) => {
      const kept = await changeRow(
        tx.objectStore('evaluations'),
        record.id,
        ({ trust, trustAfter, curve }) => ({
          ...record,
          trust,
          curve,
          ...(trustAfter !== undefined && { trustAfter }),
        }),
      );
      const adversarials = tx.objectStore('adversarials');
      for (const [row, image] of broken) await adversarials.put(image, [record.id, row]);
      return kept;
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
    const adversarials = tx.objectStore('adversarials');
    const wanted = rows ?? (await adversarials.getAllKeys(keysOf(id))).map(([, row]) => row);
    const found = await Promise.all(wanted.map((row) => adversarials.get([id, row])));
    return new Map(
      wanted.flatMap((row, at): [number, Float32Array][] => {
        const image = found[at];
        return image === undefined ? [] : [[row, image]];
      }),
    );
  });
}

function setDeleted(connection: Connection, id: string, deleted: boolean): Promise<void> {
  const deletedAt = deleted ? Date.now() : 0;
  return connection.write(['evaluations'], async (tx) => {
    const rows = tx.objectStore('evaluations');
    const row = await rows.get(id);
    if (row !== undefined) await rows.put({ ...row, deleted, deletedAt }, id);
    else if (!deleted) throw gone(id);
  });
}

function removeRows(connection: Connection, which: (row: EvaluationRow) => boolean): Promise<void> {
  return connection.write(['evaluations', 'adversarials'], async (tx) => {
    const rows = tx.objectStore('evaluations');
    for (const { record } of (await rows.getAll()).filter(which)) {
      await tx.objectStore('adversarials').delete(keysOf(record.id));
      await rows.delete(record.id);
    }
  });
}
