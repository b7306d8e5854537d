import {
  openDB,
  type DBSchema,
  type IDBPDatabase,
  type IDBPTransaction,
  type StoreNames,
} from 'idb';
import type { StoredSet } from '../model/data/jobs.ts';
import type { EvaluationRecord } from '../model/attack/evaluation.ts';
import type { RunSummary } from '../model/train/run.ts';
import type { StoredBytes } from './pieces.ts';
import { storageFailure, StorageError } from './storage-error.ts';
import { storageRoom } from './storage-room.ts';

/** A run as it is stored; the bytes of its checkpoints are pieces. */
export interface RunRow {
  readonly summary: RunSummary;
  readonly deleted: boolean;
  /** When it was deleted, in milliseconds since 1970; older labs did not note it. */
  readonly deletedAt?: number;
  /** Newest first; the one before is kept for the case that the newest is damaged. */
  readonly checkpoints: readonly StoredBytes[];
  /** Counts the checkpoints that were ever written: no two share keys. */
  readonly serial: number;
}

/** One part of a stored set. */
export interface PartRow {
  readonly images: StoredBytes;
  readonly labels: StoredBytes;
  /** Labels take a byte each, or four where the set has them so. */
  readonly labelBytes: 1 | 4;
}

/** A set of pictures as it is stored. */
export interface SetRow {
  readonly stored: StoredSet;
  readonly train: PartRow;
  readonly test: PartRow | null;
  readonly serial: number;
}

/** An evaluation as it is stored; its adversarial images are beside it, one by one. */
export interface EvaluationRow {
  readonly record: EvaluationRecord;
  readonly deleted: boolean;
  /** When it was deleted, in milliseconds since 1970; older labs did not note it. */
  readonly deletedAt?: number;
}

/** The lab's database. Runs and pictures have pieces of their own: neither waits for the other. */
export interface LabSchema extends DBSchema {
  runs: { key: string; value: RunRow };
  checkpoints: { key: [string, number]; value: Uint8Array };
  sets: { key: string; value: SetRow };
  pictures: { key: [string, number]; value: Uint8Array };
  evaluations: { key: string; value: EvaluationRow };
  adversarials: { key: [string, number]; value: Float32Array };
}

type Name = StoreNames<LabSchema>;
type Tables<N extends Name, M extends 'readonly' | 'readwrite'> = IDBPTransaction<
  LabSchema,
  N[],
  M
>;

/** A connection to the database that opens itself again where the browser closed it. */
export interface Connection {
  /** Opens it, or says why that cannot be. @throws StorageError */
  readonly open: () => Promise<void>;
  /** One transaction that reads. @throws StorageError */
  readonly read: <N extends Name, T>(
    tables: N[],
    work: (transaction: Tables<N, 'readonly'>) => Promise<T>,
  ) => Promise<T>;
  /**
   * One transaction that writes: all of it is on the disk when this resolves, or nothing changed.
   * `needed` is how many bytes it adds, for the sentence when there is no room.
   * @throws StorageError
   */
  readonly write: <N extends Name, T>(
    tables: N[],
    work: (transaction: Tables<N, 'readwrite'>) => Promise<T>,
    needed?: number,
  ) => Promise<T>;
  readonly close: () => Promise<void>;
}

export const DATABASE_NAME = 'norm-lab';
/** Version 2 brought the evaluations. */
const VERSION = 2;
const TABLES = {
  1: ['runs', 'checkpoints', 'sets', 'pictures'],
  2: ['evaluations', 'adversarials'],
} as const;

/** A connection to the lab's database in this browser; nothing is opened before it is used. */
export function connect(name: string = DATABASE_NAME): Connection {
  let opened: Promise<IDBPDatabase<LabSchema>> | null = null;

  const forget = (): void => {
    opened = null;
  };
  const database = (): Promise<IDBPDatabase<LabSchema>> => {
    opened ??= openTables(name, forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opened;
  };

  async function begin<N extends Name, M extends 'readonly' | 'readwrite'>(
    tables: N[],
    mode: M,
  ): Promise<Tables<N, M>> {
    const options = { durability: mode === 'readwrite' ? 'strict' : 'default' } as const;
    try {
      return (await database()).transaction(tables, mode, options);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'InvalidStateError')) throw error;
      // The browser closed the connection (its data were cleared, or a newer lab took over).
      forget();
      return (await database()).transaction(tables, mode, options);
    }
  }

  async function run<N extends Name, M extends 'readonly' | 'readwrite', T>(
    begun: Promise<Tables<N, M>>,
    work: (transaction: Tables<N, M>) => Promise<T>,
    needed: number,
  ): Promise<T> {
    let ended: Promise<unknown> = Promise.resolve(null);
    try {
      const transaction = await begun;
      ended = transaction.done.then(
        () => null,
        (cause: unknown) => cause,
      );
      const value = await orAbort(work, transaction);
      const cause = await ended;
      if (cause !== null) throw cause as Error;
      return value;
    } catch (error) {
      throw storageFailure(error, await ended, { needed, room: await storageRoom() });
    }
  }

  return {
    open: () => run(begin(['runs'], 'readonly'), () => Promise.resolve(), 0),
    read: (tables, work) => run(begin(tables, 'readonly'), work, 0),
    write: (tables, work, needed = 0) => run(begin(tables, 'readwrite'), work, needed),
    close: async () => {
      if (opened !== null) (await opened).close();
      forget();
    },
  };
}

async function orAbort<X extends { abort: () => void }, T>(
  work: (transaction: X) => Promise<T>,
  transaction: X,
): Promise<T> {
  try {
    return await work(transaction);
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended already: that is often why the work failed.
    }
    throw error;
  }
}

function openTables(name: string, onClosed: () => void): Promise<IDBPDatabase<LabSchema>> {
  if (!('indexedDB' in globalThis)) return Promise.reject(noStorage());
  return openDB<LabSchema>(name, VERSION, {
    upgrade: (database, from) => {
      for (const [version, tables] of Object.entries(TABLES)) {
        if (Number(version) <= from) continue;
        for (const table of tables) database.createObjectStore(table);
      }
    },
    blocking: (_current, _wanted, event) => {
      onClosed();
      (event.target as IDBDatabase).close();
    },
    terminated: onClosed,
  });
}

function noStorage(): StorageError {
  return new StorageError(
    'storage',
    'This browser lets the lab store nothing, so no run and no data set can be kept. Allow the ' +
      'site to store data, or leave the private window.',
  );
}
