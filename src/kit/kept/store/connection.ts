import {
  openDB,
  type DBSchema,
  type IDBPDatabase,
  type IDBPTransaction,
  type StoreNames,
} from 'idb';
import { storageFailure, StorageError } from './storage-error.ts';
import { storageRoom } from './storage-room.ts';

type Mode = 'readonly' | 'readwrite';

/** A database and its upgrade from older versions. */
export interface Database<S extends DBSchema> {
  readonly name: string;
  readonly version: number;
  /** Upgrades a database from version `from` (0: new) to `version`, in one transaction. */
  readonly upgrade: (
    database: IDBPDatabase<S>,
    from: number,
    transaction: IDBPTransaction<S, StoreNames<S>[], 'versionchange'>,
  ) => Promise<void>;
}

/** A connection to a database. Reopens when the browser has closed it. */
export interface Connection<S extends DBSchema> {
  /** Runs one read transaction. @throws StorageError */
  readonly read: <N extends StoreNames<S>, T>(
    tables: N[],
    work: (transaction: IDBPTransaction<S, N[]>) => Promise<T>,
  ) => Promise<T>;
  /**
   * Runs one write transaction: when this resolves, all of it is stored; when it rejects, nothing
   * has changed.
   *
   * @param needed number of bytes added, for the error message when storage is full
   * @throws StorageError
   */
  readonly write: <N extends StoreNames<S>, T>(
    tables: N[],
    work: (transaction: IDBPTransaction<S, N[], 'readwrite'>) => Promise<T>,
    needed?: number,
  ) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Returns a connection to a database of this browser; it opens on first use. */
export function connectTo<S extends DBSchema>(wanted: Database<S>): Connection<S> {
  let opened: Promise<IDBPDatabase<S>> | null = null;

  const forget = (): void => {
    opened = null;
  };
  const database = (): Promise<IDBPDatabase<S>> => {
    opened ??= openDatabase(wanted, forget).catch((error: unknown) => {
      forget();
      throw error;
    });
    return opened;
  };

  async function begin<N extends StoreNames<S>, M extends Mode>(
    tables: N[],
    mode: M,
  ): Promise<IDBPTransaction<S, N[], M>> {
    const options = { durability: mode === 'readwrite' ? 'strict' : 'default' } as const;
    try {
      return (await database()).transaction(tables, mode, options);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'InvalidStateError')) throw error;
      // The browser closed the connection: its data were cleared, or a newer version took over.
      forget();
      return (await database()).transaction(tables, mode, options);
    }
  }

  return {
    read: (tables, work) => complete(begin(tables, 'readonly'), work, 0),
    write: (tables, work, needed = 0) => complete(begin(tables, 'readwrite'), work, needed),
    close: async () => {
      if (opened !== null) (await opened).close();
      forget();
    },
  };
}

interface Completable {
  readonly done: Promise<unknown>;
  readonly abort: () => void;
}

/** Runs work in a transaction and waits for its end. @throws StorageError */
async function complete<X extends Completable, T>(
  begun: Promise<X>,
  work: (transaction: X) => Promise<T>,
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

async function orAbort<X extends Completable, T>(
  work: (transaction: X) => Promise<T>,
  transaction: X,
): Promise<T> {
  try {
    return await work(transaction);
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has already ended, which is often why the work failed.
    }
    throw error;
  }
}

function openDatabase<S extends DBSchema>(
  { name, version, upgrade }: Database<S>,
  onClosed: () => void,
): Promise<IDBPDatabase<S>> {
  if (!('indexedDB' in globalThis)) return Promise.reject(noStorage());
  return openDB<S>(name, version, {
    upgrade: (database, from, _to, transaction) => {
      // A database that cannot be upgraded stays unchanged; opening it fails with the reason.
      transaction.done.catch(() => undefined);
      upgrade(database, from, transaction).catch(() => transaction.abort());
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
    'This browser does not allow storage, so no run and no data set can be saved. Allow the ' +
      'site to store data, or leave the private window.',
  );
}
