import { StorageError } from './storage-error.ts';

function lockManager(): LockManager | undefined {
  const { navigator } = globalThis as { navigator?: { readonly locks?: LockManager } };
  return navigator?.locks;
}

/** Gives what was locked free again; fulfilled when it is free. */
export type Release = () => Promise<void>;

/**
 * Takes a name for this tab. The lock goes with the tab: one that crashed holds nothing. Where a browser
 * has no locks (plain http from another machine) every tab gets it; each save is then still whole, but
 * the last tab to save wins.
 *
 * @throws StorageError `storage`, with the sentence `refusal`, when another tab (or another worker of
 * this one) has it.
 */
function lock(name: string, refusal: string): Promise<Release> {
  const locks = lockManager();
  if (locks === undefined) return Promise.resolve(() => Promise.resolve());
  return new Promise((resolve, reject) => {
    const free = locks.request(name, { ifAvailable: true }, (held) => {
      if (held === null) throw new StorageError('storage', refusal);
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

/** Takes a run, so that two tabs do not train it at once. @throws StorageError */
export function lockRun(id: string): Promise<Release> {
  return lock(
    `norm-lab/run/${id}`,
    'This run trains in another tab, or has steps there that could not be saved. Pause it there (or ' +
      'close that tab), then try again.',
  );
}

/**
 * Takes an evaluation, so that two tabs do not work on it at once.
 *
 * @param words What it is called.
 * @throws StorageError
 */
export function lockEvaluation(id: string, words: string): Promise<Release> {
  return lock(
    `norm-lab/evaluation/${id}`,
    `The evaluation “${words}” is under way in another tab: its attack, its curve or its checks. Stop ` +
      'it there (or close that tab), then try again.',
  );
}
