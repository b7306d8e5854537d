import { StorageError } from './storage-error.ts';

function lockManager(): LockManager | undefined {
  const { navigator } = globalThis as { navigator?: { readonly locks?: LockManager } };
  return navigator?.locks;
}

/**
 * Takes a run for this tab, so that two tabs do not train it at once. The lock goes with the tab:
 * one that crashed holds nothing. Where a browser has no locks (plain http from another machine)
 * every tab gets it; each checkpoint is then still whole, but the last tab to save wins.
 *
 * @returns what gives the run free again.
 * @throws StorageError `storage` when another tab (or another worker of this one) has it.
 */
export function lockRun(id: string): Promise<() => void> {
  const locks = lockManager();
  if (locks === undefined) return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    locks
      .request(`norm-lab/run/${id}`, { ifAvailable: true }, (lock) => {
        if (lock === null) throw heldElsewhere();
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}

function heldElsewhere(): StorageError {
  return new StorageError(
    'storage',
    'This run is open in another tab. Pause it there (or close that tab), then go on with it here.',
  );
}
