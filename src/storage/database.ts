import type { DBSchema } from 'idb';
import {
  connectTo,
  type Connection as ConnectionTo,
  type Database,
} from '../kit/kept/store/connection.ts';
import type { StoredBytes } from '../kit/kept/store/pieces.ts';
import type { KeptRow, PartKey } from '../kit/kept/store/rows.ts';
import type { EvaluationRecord } from '../model/attack/evaluation.ts';
import type { StoredSet } from '../model/data/jobs.ts';
import type { RunLabels, RunSummary } from '../model/train/run.ts';

/** A run as it is stored; the bytes of its checkpoints are pieces. */
export interface RunRow extends KeptRow {
  readonly summary: RunSummary;
  /** Newest first; the previous one is kept in case the newest is damaged. */
  readonly checkpoints: readonly StoredBytes[];
  /** Counts all checkpoints ever written, so that no two share keys. */
  readonly serial: number;
}

/** One part of a stored set. */
export interface PartRow {
  readonly images: StoredBytes;
  readonly labels: StoredBytes;
  /** Labels take one byte each, or four for sets with wider labels. */
  readonly labelBytes: 1 | 4;
}

/** A set of images as it is stored. */
export interface SetRow {
  readonly stored: StoredSet;
  readonly train: PartRow;
  readonly test: PartRow | null;
  readonly serial: number;
}

/** An evaluation as it is stored; its adversarial images are separate rows. */
export interface EvaluationRow extends KeptRow {
  readonly record: EvaluationRecord;
}

/**
 * The lab's database. Runs and images have separate tables of pieces, so that neither waits for the
 * other.
 */
export interface LabSchema extends DBSchema {
  runs: { key: string; value: RunRow };
  checkpoints: { key: PartKey; value: Uint8Array };
  sets: { key: string; value: SetRow };
  pictures: { key: PartKey; value: Uint8Array };
  evaluations: { key: string; value: EvaluationRow };
  adversarials: { key: PartKey; value: Float32Array };
}

export type Connection = ConnectionTo<LabSchema>;

const DATABASE_NAME = 'norm-lab';
const VERSION = 3;

/** The tables added by each version of the database. */
const TABLES = {
  1: ['runs', 'checkpoints', 'sets', 'pictures'],
  2: ['evaluations', 'adversarials'],
} as const;

type Upgrade = Parameters<Database<LabSchema>['upgrade']>;

/** Up to version 2 (lab 0.1.0) the labels of a run were stored as `words`. */
async function renameWords(transaction: Upgrade[2]): Promise<void> {
  const runs = transaction.objectStore('runs');
  for (let at = await runs.openCursor(); at !== null; at = await at.continue()) {
    const { words, ...summary } = at.value.summary as RunSummary & { readonly words: RunLabels };
    await at.update({ ...at.value, summary: { ...summary, labels: words } });
  }
}

async function upgrade(...[database, from, transaction]: Upgrade): Promise<void> {
  for (const [version, tables] of Object.entries(TABLES)) {
    if (Number(version) <= from) continue;
    for (const table of tables) database.createObjectStore(table);
  }
  if (from < 3) await renameWords(transaction);
}

/** Returns a connection to the lab's database in this browser; it opens on first use. */
export function connect(name: string = DATABASE_NAME): Connection {
  return connectTo({ name, version: VERSION, upgrade });
}
