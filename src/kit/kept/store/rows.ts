import type { DBSchema, StoreNames } from 'idb';
import type { Connection } from './connection.ts';
import { Leases, type Release } from './leases.ts';
import { StorageError } from './storage-error.ts';

/** Fields of every stored row besides its own values. */
export interface KeptRow {
  /** Marked as deleted: it can be restored until it is purged. */
  readonly deleted: boolean;
  /** When it was deleted, in milliseconds since 1970; earlier versions did not record it. */
  readonly deletedAt?: number;
}

/** A key of a part: its owner, and its index. */
export type PartKey = [owner: string, index: number];

/** The table of the rows' parts, within a transaction. */
export interface Parts<Part> {
  readonly get: (key: PartKey) => Promise<Part | undefined>;
  readonly getAllKeys: (range: IDBKeyRange) => Promise<PartKey[]>;
  readonly put: (part: Part, key: PartKey) => Promise<unknown>;
  readonly delete: (range: IDBKeyRange) => Promise<void>;
}

interface Rows<Row> {
  readonly get: (id: string) => Promise<Row | undefined>;
  readonly getAll: () => Promise<Row[]>;
  readonly put: (row: Row, id: string) => Promise<unknown>;
  readonly delete: (id: string) => Promise<void>;
}

/** One kind of stored rows: their tables, and their name in messages. */
export interface RowKind<S extends DBSchema, Row> {
  readonly table: StoreNames<S>;
  /** Table of the rows' parts. */
  readonly parts: StoreNames<S>;
  /** Name of one row, such as "run". */
  readonly noun: string;
  /** Completes "The run “name” …" for one held by another tab, and says what to do. */
  readonly held: string;
  readonly idOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  /** Milliseconds since 1970. */
  readonly createdAt: (row: Row) => number;
  /** Keys of the parts of a row. */
  readonly partsOf: (row: Row) => readonly IDBKeyRange[];
  /** Completes a row stored by an earlier version. */
  readonly current: (row: Row) => Row;
}

/** Writes in the transaction of a row. */
export interface WithParts<Row, Part> {
  /** Writes the parts of a row; `before` is undefined for a new row. */
  readonly write: (parts: Parts<Part>, row: Row, before: Row | undefined) => Promise<void>;
  /** Bytes added, for the error message when storage is full. */
  readonly needed: number;
}

type Tables<S extends DBSchema> = {
  readonly objectStore: (name: StoreNames<S>) => unknown;
};

/**
 * Stored rows of one kind and their parts. Every change is one transaction: after a crash the
 * storage holds either the old or the new state. All methods throw StorageError only.
 */
export class KeptRows<S extends DBSchema, Row extends KeptRow, Part> {
  readonly #leases: Leases;
  /** Deleted rows that could not be marked because the storage is full. */
  readonly #unnoted = new Set<string>();

  constructor(
    private readonly connection: Connection<S>,
    private readonly kind: RowKind<S, Row>,
  ) {
    this.#leases = new Leases(`norm-lab/${kind.noun}/`);
  }

  /** All rows including those marked as deleted, oldest first. */
  async list(): Promise<readonly Row[]> {
    const { table, current, createdAt } = this.kind;
    const rows = await this.connection.read([table], (tx) => this.#rows(tx).getAll());
    return rows.map(current).sort((a, b) => createdAt(a) - createdAt(b));
  }

  /** The rows that are not marked as deleted, oldest first. */
  async listed(): Promise<readonly Row[]> {
    return (await this.list()).filter(({ deleted }) => !deleted);
  }

  /** The row; null when there is none. */
  async find(id: string): Promise<Row | null> {
    const { table, current } = this.kind;
    const row = await this.connection.read([table], (tx) => this.#rows(tx).get(id));
    return row === undefined ? null : current(row);
  }

  /** @throws StorageError when there is no such row */
  async get(id: string): Promise<Row> {
    const row = await this.find(id);
    if (row === null) throw this.#gone(id);
    return row;
  }

  /** Stores a new row. @throws StorageError when its id is taken */
  async create(row: Row, also?: WithParts<Row, Part>): Promise<void> {
    const id = this.kind.idOf(row);
    const make = (before: Row | undefined): Row => {
      if (before === undefined) return row;
      throw error(`There is already a ${this.kind.noun} ${id}; try again.`);
    };
    await this.#put(id, make, also);
  }

  /**
   * Updates the current row atomically, so that no concurrent change is lost.
   *
   * @returns the stored row
   * @throws StorageError when it is gone; purged rows are not restored
   */
  change(id: string, change: (row: Row) => Row, also?: WithParts<Row, Part>): Promise<Row> {
    const make = (before: Row | undefined): Row => {
      if (before === undefined) throw this.#gone(id);
      return change(before);
    };
    return this.#put(id, make, also);
  }

  /**
   * Acquires a row for this tab, whose jobs share it. @throws StorageError while another tab holds
   * it
   */
  lease(id: string): Promise<Release> {
    return this.#leases.take(id, async () => {
      const row = await this.find(id).catch(() => null);
      const title = row === null ? `The ${this.kind.noun} ${id}` : this.#titleOf(row);
      return `${title} ${this.kind.held}`;
    });
  }

  /**
   * Acquires a row to change it. @throws StorageError while another tab holds it, and when it is
   * deleted
   */
  async take(id: string): Promise<Release> {
    const release = await this.lease(id);
    try {
      const row = await this.find(id);
      if (row?.deleted !== true) return release;
      throw error(
        `${this.#titleOf(row)} was deleted in another tab. Restore it there, then continue here.`,
      );
    } catch (failure) {
      await release();
      throw failure;
    }
  }

  /**
   * Marks a row as deleted, even when the storage is full; does nothing for one that is gone.
   *
   * @throws StorageError while another tab holds it
   */
  async delete(id: string): Promise<void> {
    const release = await this.lease(id);
    try {
      const deletedAt = Date.now();
      await this.#put(id, (row) => row && { ...row, deleted: true, deletedAt });
    } catch (failure) {
      if (!(failure instanceof StorageError) || failure.code !== 'storage-full') throw failure;
      // Deleting frees a full storage, so it must not need space itself.
      this.#unnoted.add(id);
    } finally {
      await release();
    }
  }

  /** Restores a row that is marked as deleted. @throws StorageError when it is gone */
  async restore(id: string): Promise<void> {
    if (this.#unnoted.delete(id)) return;
    await this.change(id, (row) => ({ ...row, deleted: false, deletedAt: 0 }));
  }

  /** Permanently removes a row with its parts, if it exists. */
  remove(id: string): Promise<void> {
    return this.#removeWhere((row) => this.kind.idOf(row) === id);
  }

  /**
   * Permanently removes rows deleted at least `age` milliseconds ago; 0 removes all deleted rows.
   */
  async purge(age: number): Promise<void> {
    for (const id of age === 0 ? this.#unnoted : []) {
      await this.remove(id);
      this.#unnoted.delete(id);
    }
    const until = Date.now() - age;
    await this.#removeWhere(({ deleted, deletedAt = 0 }) => deleted && deletedAt <= until);
  }

  /** Runs one read transaction on the parts. */
  protected readParts<T>(work: (parts: Parts<Part>) => Promise<T>): Promise<T> {
    return this.connection.read([this.kind.parts], (tx) => work(this.#parts(tx)));
  }

  #rows(transaction: Tables<S>): Rows<Row> {
    return transaction.objectStore(this.kind.table) as Rows<Row>;
  }

  #parts(transaction: Tables<S>): Parts<Part> {
    return transaction.objectStore(this.kind.parts) as Parts<Part>;
  }

  /** Stores the result of `make` for the current row; nothing when it is undefined. */
  #put<Made extends Row | undefined>(
    id: string,
    make: (before: Row | undefined) => Made,
    also?: WithParts<Row, Part>,
  ): Promise<Made> {
    const { table, parts, current } = this.kind;
    const work = async (tx: Tables<S>): Promise<Made> => {
      const stored = await this.#rows(tx).get(id);
      const before = stored && current(stored);
      const row = make(before);
      if (row === undefined) return row;
      await also?.write(this.#parts(tx), row, before);
      await this.#rows(tx).put(row, id);
      return row;
    };
    return this.connection.write(also ? [table, parts] : [table], work, also?.needed);
  }

  #removeWhere(which: (row: Row) => boolean): Promise<void> {
    const { table, parts, idOf, partsOf } = this.kind;
    return this.connection.write([table, parts], async (tx) => {
      for (const row of (await this.#rows(tx).getAll()).filter(which)) {
        for (const range of partsOf(row)) await this.#parts(tx).delete(range);
        await this.#rows(tx).delete(idOf(row));
      }
    });
  }

  #titleOf(row: Row): string {
    return `The ${this.kind.noun} “${this.kind.nameOf(row)}”`;
  }

  #gone(id: string): StorageError {
    return error(
      `The ${this.kind.noun} ${id} is no longer in this browser's storage: it was deleted in another tab, ` +
        'or the browser cleared its data.',
    );
  }
}

function error(message: string): StorageError {
  return new StorageError('storage', message);
}
