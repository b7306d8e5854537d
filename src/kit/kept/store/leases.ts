import { KeyedMutex } from '../../keyed-mutex.ts';
import { StorageError } from './storage-error.ts';

/** Releases a lease; resolves once it is free. */
export type Release = () => Promise<void>;

function lockManager(): LockManager | undefined {
  const { navigator } = globalThis as { navigator?: { readonly locks?: LockManager } };
  return navigator?.locks;
}

/**
 * Acquires a lock that one tab (or worker) holds at a time. It ends with its tab, even after a
 * crash. Where a browser has no locks (plain http from another machine) every tab acquires it:
 * saves are still atomic, but the last one wins.
 */
function lock(name: string, refusal: () => Promise<string>): Promise<Release> {
  const locks = lockManager();
  if (locks === undefined) return Promise.resolve(() => Promise.resolve());
  return new Promise((resolve, reject) => {
    const free = locks.request(name, { ifAvailable: true }, async (held) => {
      if (held === null) throw new StorageError('storage', await refusal());
      await new Promise<void>((end) => {
        resolve(async () => {
          end();
          await free;
        });
      });
    });
    free.catch(reject);
  });
}

interface Held {
  readonly release: Release;
  users: number;
}

/**
 * Leases between tabs. Users in one worker share a lease: the first acquires it, the last releases
 * it.
 */
export class Leases {
  readonly #held = new Map<string, Held>();
  readonly #mutex = new KeyedMutex();

  /** @param prefix prefix of the lock names */
  constructor(private readonly prefix: string) {}

  /**
   * Joins the users of a lease in this worker, or acquires it.
   *
   * @param refusal the message when another tab holds it
   * @throws StorageError `storage` with that message
   */
  take(id: string, refusal: () => Promise<string>): Promise<Release> {
    return this.#mutex.run(id, async () => {
      const held = this.#held.get(id) ?? {
        release: await lock(this.prefix + id, refusal),
        users: 0,
      };
      held.users += 1;
      this.#held.set(id, held);
      return () => this.#leave(id, held);
    });
  }

  #leave(id: string, held: Held): Promise<void> {
    return this.#mutex.run(id, async () => {
      held.users -= 1;
      if (held.users > 0) return;
      this.#held.delete(id);
      await held.release();
    });
  }
}
