import { completed } from '../../model/train/experiment.ts';
import type { RunSummary } from '../../model/train/run.ts';
import { connect, type Connection, type RunRow } from '../database.ts';
import {
  areWhole,
  noteOn,
  readPieces,
  removePieces,
  writePieces,
  type StoredBytes,
} from '../../kit/kept/store/pieces.ts';
import { StorageError } from '../../kit/kept/store/storage-error.ts';

/** Checkpoints that are kept of a run: the newest, and the one before. */
const KEPT = 2;

/** Epochs of older labs say nothing of it. */
const NO_ROBUST = { robust: null };

/** A run in the storage. */
export interface KeptRun {
  readonly summary: RunSummary;
  /** Marked as deleted: it can be brought back until {@link RunStore.purge}. */
  readonly deleted: boolean;
  /** Counts its checkpoints: another one means that somebody has saved since. */
  readonly serial: number;
}

/** A checkpoint that was read and whose hash is right. */
export interface LoadedCheckpoint {
  readonly checkpoint: Uint8Array<ArrayBuffer>;
  /** True when the newest one was damaged, so that this is the one before. */
  readonly fellBack: boolean;
}

/**
 * Runs and their checkpoints. Every change is one transaction: after a crash the storage holds the
 * state before it or the state after it. All methods throw StorageError and nothing else.
 */
export interface RunStore {
  /** All runs, oldest first. */
  readonly list: () => Promise<readonly KeptRun[]>;
  /** The run; null when there is none. */
  readonly get: (id: string) => Promise<KeptRun | null>;
  /**
   * Keeps a new checkpoint beside the one before, and the summary that belongs to it; the labels
   * stay those that are kept.
   * @returns its serial
   * @throws StorageError also when the run is gone: what was purged is not brought back
   */
  readonly save: (summary: RunSummary, checkpoint: Uint8Array) => Promise<number>;
  /** Keeps a new run and its first checkpoint. @returns the checkpoint's serial */
  readonly create: (summary: RunSummary, checkpoint: Uint8Array) => Promise<number>;
  /**
   * The newest checkpoint whose hash is right; null when there is no such run, or no checkpoint of
   * it is whole. A damaged one is removed when an older one takes its place.
   */
  readonly load: (id: string) => Promise<LoadedCheckpoint | null>;
  /** Changes what the list says of a run; its checkpoints stay. */
  readonly setSummary: (id: string, change: (summary: RunSummary) => RunSummary) => Promise<void>;
  readonly setDeleted: (id: string, deleted: boolean) => Promise<void>;
  /** Removes a run for good, if there is one. */
  readonly remove: (id: string) => Promise<void>;
  /** Removes the runs that were deleted at `until` (milliseconds since 1970) or before, for good. */
  readonly purge: (until: number) => Promise<void>;
}

/**
 * Opens the runs of this browser.
 * @throws StorageError when the browser lets nothing be stored.
 */
export async function openRunStore(connection: Connection = connect()): Promise<RunStore> {
  await connection.open();
  return {
    list: () => list(connection),
    get: (id) => get(connection, id),
    save: (summary, checkpoint) => save(connection, { summary, checkpoint, isNew: false }),
    create: (summary, checkpoint) => save(connection, { summary, checkpoint, isNew: true }),
    load: (id) => load(connection, id),
    setSummary: (id, change) =>
      changeRow(connection, id, (row) => ({ ...row, summary: change(row.summary) })),
    setDeleted: (id, deleted) => setDeleted(connection, id, deleted),
    remove: (id) => removeRuns(connection, ({ summary }) => summary.id === id),
    purge: (until) => removeRuns(connection, (row) => row.deleted && (row.deletedAt ?? 0) <= until),
  };
}

/** A summary that an older lab may have kept, with what came since. */
function current(kept: RunSummary): RunSummary {
  const last = kept.last === null ? null : { ...NO_ROBUST, ...kept.last };
  return { ...kept, experiment: completed(kept.experiment), last };
}

function keptRun({ summary, deleted, serial }: RunRow): KeptRun {
  return { summary: current(summary), deleted, serial };
}

async function list(connection: Connection): Promise<KeptRun[]> {
  const rows = await connection.read(['runs'], (tx) => tx.objectStore('runs').getAll());
  return rows.map(keptRun).sort((a, b) => a.summary.created - b.summary.created);
}

async function get(connection: Connection, id: string): Promise<KeptRun | null> {
  const row = await connection.read(['runs'], (tx) => tx.objectStore('runs').get(id));
  return row === undefined ? null : keptRun(row);
}

interface Saved {
  readonly summary: RunSummary;
  readonly checkpoint: Uint8Array;
  readonly isNew: boolean;
}

async function save(
  connection: Connection,
  { summary, checkpoint, isNew }: Saved,
): Promise<number> {
  const whole = await noteOn(checkpoint);
  return connection.write(
    ['runs', 'checkpoints'],
    async (tx) => {
      const [runs, pieces] = [tx.objectStore('runs'), tx.objectStore('checkpoints')];
      const old = await runs.get(summary.id);
      if (old === undefined && !isNew) throw gone(summary.id);
      const serial = (old?.serial ?? 0) + 1;
      const note: StoredBytes = { owner: `${summary.id}/${serial}`, ...whole };
      const all = [note, ...(old?.checkpoints ?? [])];
      await writePieces(pieces, note, checkpoint);
      for (const dropped of all.slice(KEPT)) await removePieces(pieces, dropped);
      const checkpoints = all.slice(0, KEPT);
      // Words are changed without the run's lock, by another tab too.
      const labels = old?.summary.labels ?? summary.labels;
      const row = { deleted: false, ...old, summary: { ...summary, labels }, checkpoints, serial };
      await runs.put(row, summary.id);
      return serial;
    },
    checkpoint.length,
  );
}

async function load(connection: Connection, id: string): Promise<LoadedCheckpoint | null> {
  const row = await connection.read(['runs'], (tx) => tx.objectStore('runs').get(id));
  const damaged: StoredBytes[] = [];
  for (const note of row?.checkpoints ?? []) {
    const checkpoint = await readWhole(connection, note);
    if (checkpoint === null) {
      damaged.push(note);
      continue;
    }
    // So that the next save drops the damaged one, and not this one, as the one before.
    if (damaged.length > 0) await forget(connection, id, damaged);
    return { checkpoint, fellBack: damaged.length > 0 };
  }
  return null;
}

/** Null for bytes that are not what they were, and for bytes that the browser cannot read. */
async function readWhole(
  connection: Connection,
  note: StoredBytes,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const bytes = await connection.read(['checkpoints'], (tx) =>
      readPieces(tx.objectStore('checkpoints'), note),
    );
    return bytes !== null && (await areWhole(bytes, note)) ? bytes : null;
  } catch {
    return null;
  }
}

function forget(
  connection: Connection,
  id: string,
  damaged: readonly StoredBytes[],
): Promise<void> {
  const owners = damaged.map(({ owner }) => owner);
  return connection.write(['runs', 'checkpoints'], async (tx) => {
    const row = await tx.objectStore('runs').get(id);
    if (row === undefined) return;
    for (const note of damaged) await removePieces(tx.objectStore('checkpoints'), note);
    const checkpoints = row.checkpoints.filter(({ owner }) => !owners.includes(owner));
    await tx.objectStore('runs').put({ ...row, checkpoints }, id);
  });
}

function changeRow(
  connection: Connection,
  id: string,
  change: (row: RunRow) => RunRow,
): Promise<void> {
  return connection.write(['runs'], async (tx) => {
    const row = await tx.objectStore('runs').get(id);
    if (row === undefined) throw gone(id);
    await tx.objectStore('runs').put(change(row), id);
  });
}

function gone(id: string): StorageError {
  return new StorageError(
    'storage',
    `The run ${id} is not in this browser's storage any more: it was deleted in another tab, or ` +
      'the browser cleared its data.',
  );
}

function setDeleted(connection: Connection, id: string, deleted: boolean): Promise<void> {
  const deletedAt = deleted ? Date.now() : 0;
  return changeRow(connection, id, (row) => ({ ...row, deleted, deletedAt }));
}

function removeRuns(connection: Connection, which: (row: RunRow) => boolean): Promise<void> {
  return connection.write(['runs', 'checkpoints'], async (tx) => {
    const [runs, pieces] = [tx.objectStore('runs'), tx.objectStore('checkpoints')];
    for (const row of (await runs.getAll()).filter(which)) {
      for (const note of row.checkpoints) await removePieces(pieces, note);
      await runs.delete(row.summary.id);
    }
  });
}
