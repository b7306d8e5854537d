import { StorageError } from '../kit/kept/store/storage-error.ts';

/** A store whose entries are marked as deleted before they are removed for good. */
interface DeletingStore {
  readonly setDeleted: (id: string, deleted: boolean) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  readonly purge: (until: number) => Promise<void>;
}

/** Deletes entries of a store, also while it is too full to note that they are deleted. */
export class Deletions {
  /** Deleted entries of which a full storage could not note it. */
  readonly #unnoted = new Set<string>();

  constructor(private readonly store: () => Promise<DeletingStore>) {}

  /** @throws StorageError when the storage failed otherwise than by being full */
  async delete(id: string): Promise<void> {
    try {
      await (await this.store()).setDeleted(id, true);
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'storage-full') throw error;
      // Deleting is the way out of a full storage: it must not need room itself.
      this.#unnoted.add(id);
    }
  }

  async bringBack(id: string): Promise<void> {
    if (!this.#unnoted.delete(id)) await (await this.store()).setDeleted(id, false);
  }

  /** Removes for good what was deleted at least `age` milliseconds ago; at 0 all that is deleted. */
  async purge(age: number): Promise<void> {
    const store = await this.store();
    for (const id of age === 0 ? this.#unnoted : []) {
      await store.remove(id);
      this.#unnoted.delete(id);
    }
    await store.purge(Date.now() - age);
  }
}
