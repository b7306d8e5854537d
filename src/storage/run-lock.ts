import { StorageError } from './storage-error.ts';

function lockManager(): LockManager | undefined {
  const { navigator } = globalThis as { navigator?: { readonly locks?: LockManager } };
  return navigator?.locks;
}

/** Gives a run free again; fulfilled when it is free. */
export type Release = () => Promise<void>;

/**
 * Takes a run for this tab, so that two tabs do not train it at once. The lock goes with the tab:
 * one that crashed holds nothing. Where a browser has no locks (plain http from another machine)
 * every tab gets it; each checkpoint is then still whole, but the last tab to save wins.
 *
 * @throws StorageError `storage` when another tab (or another worker of this one) has it.
 */
export function lockRun(id: string): Promise<Release> {
  const locks = lockManager();
  if (locks === undefined) return Promise.resolve(() => Promise.resolve());
  return new Promise((resolve, reject) => {
    const free = locks.request(`norm-lab/run/${id}`, { ifAvailable: true }, (lock) => {
      if (lock === null) throw heldElsewhere();
      return new Promise<void>((end) => {
        resolve(async () => {
          end();
          await free;
        });
      });
    });
    free.catch(reject);
  });
}

function heldElsewhere(): StorageError {
  return new StorageError(
    'storage',
    'This run trains in another tab, or has steps there that could not be saved. Pause it there (or ' +
      'close that tab), then try again.',
  );
}
