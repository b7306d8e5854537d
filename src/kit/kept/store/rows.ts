import type { DBSchema, StoreNames } from 'idb';
import type { Connection } from './connection.ts';
import { Leases, type Release } from './leases.ts';
import { StorageError } from './storage-error.ts';

/** What every kept row has beside its own values. */
export interface KeptRow {
  /** Marked as deleted: it can be restored until it is purged. */
  readonly deleted: boolean;
  /** When it was deleted, in milliseconds since 1970; earlier labs did not note it. */
  readonly deletedAt?: number;
}

/** A key of a part: what it belongs to, and its place there. */
export type PartKey = [owner: string, index: number];

/** The table of the parts that belong to rows, within a transaction. */
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

/** One kind of kept things: where they are stored, and what messages call them. */
export interface RowKind<S extends DBSchema, Row> {
  readonly table: StoreNames<S>;
  /** Table of the parts that belong to the rows. */
  readonly parts: StoreNames<S>;
  /** What one is called, such as "run". */
  readonly noun: string;
  /** Says after "The run “name” " that another tab holds it, and what to do. */
  readonly held: string;
  readonly idOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  /** Milliseconds since 1970. */
  readonly createdAt: (row: Row) => number;
  /** Keys of the parts that go with a row. */
  readonly partsOf: (row: Row) => readonly IDBKeyRange[];
  /** Completes a row that an earlier lab stored. */
  readonly current: (row: Row) => Row;
}

/** What is written in the transaction of a row. */
export interface WithParts<Row, Part> {
  /** Writes the parts of a row; `before` is undefined for a new one. */
  readonly write: (parts: Parts<Part>, row: Row, before: Row | undefined) => Promise<void>;
  /** Bytes that it adds, for the message when there is no room. */
  readonly needed: number;
}

type Tables<S extends DBSchema> = {
  readonly objectStore: (name: StoreNames<S>) => unknown;
};

/**
 * Kept rows of one kind and the parts that belong to them. Every change is one transaction: after a crash
 * the storage holds the state before it or the state after it. All methods throw StorageError and nothing
 * else.
 */
export class KeptRows<S extends DBSchema, Row extends KeptRow, Part> {
  readonly #leases: Leases;
  /** Deleted rows of which a full storage could not note it. */
  readonly #unnoted = new Set<string>();

  constructor(
    private readonly connection: Connection<S>,
    private readonly kind: RowKind<S, Row>,
  ) {
    this.#leases = new Leases(`norm-lab/${kind.noun}/`);
  }

  /** All rows, those marked as deleted too, oldest first. */
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

  /** Keeps a new row. @throws StorageError when its id is taken */
  async create(row: Row, also?: WithParts<Row, Part>): Promise<void> {
    const id = this.kind.idOf(row);
    const make = (before: Row | undefined): Row => {
      if (before === undefined) return row;
      throw error(`There is already a ${this.kind.noun} ${id}; try again.`);
    };
    await this.#put(id, make, also);
  }

  /**
   * Changes a row as it is at that moment: no change in between is lost.
   *
   * @returns the row as it is kept now
   * @throws StorageError when it is gone: what was purged is not brought back
   */
  change(id: string, change: (row: Row) => Row, also?: WithParts<Row, Part>): Promise<Row> {
    const make = (before: Row | undefined): Row => {
      if (before === undefined) throw this.#gone(id);
      return change(before);
    };
    return this.#put(id, make, also);
  }

  /** Takes a row for this tab, whose jobs share it. @throws StorageError while another tab holds it */
  lease(id: string): Promise<Release> {
    return this.#leases.take(id, async () => {
      const row = await this.find(id).catch(() => null);
      const title = row === null ? `The ${this.kind.noun} ${id}` : this.#titleOf(row);
      return `${title} ${this.kind.held}`;
    });
  }

  /** Takes a row to change it. @throws StorageError while another tab holds it, and when it is deleted */
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
   * Marks a row as deleted, also where the storage is too full to note it; does nothing for one that is gone.
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
      // Deleting is the way out of a full storage: it must not need room itself.
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

  /** Removes a row with its parts for good, if there is one. */
  remove(id: string): Promise<void> {
    return this.#removeWhere((row) => this.kind.idOf(row) === id);
  }

  /** Removes for good what was deleted at least `age` milliseconds ago; at 0 all that is deleted. */
  async purge(age: number): Promise<void> {
    for (const id of age === 0 ? this.#unnoted : []) {
      await this.remove(id);
      this.#unnoted.delete(id);
    }
    const until = Date.now() - age;
    await this.#removeWhere(({ deleted, deletedAt = 0 }) => deleted && deletedAt <= until);
  }

  /** Runs one transaction that reads parts. */
  protected readParts<T>(work: (parts: Parts<Part>) => Promise<T>): Promise<T> {
    return this.connection.read([this.kind.parts], (tx) => work(this.#parts(tx)));
  }

  #rows(transaction: Tables<S>): Rows<Row> {
    return transaction.objectStore(this.kind.table) as Rows<Row>;
  }

  #parts(transaction: Tables<S>): Parts<Part> {
    return transaction.objectStore(this.kind.parts) as Parts<Part>;
  }

  /** Puts what `make` returns for the row that is there; nothing where that is undefined. */
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
