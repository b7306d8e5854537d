import { afterEach, describe, expect, it, vi } from 'vitest';
import { lockRun } from './run-lock.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Locks as browsers give them where `ifAvailable` is asked for, in one process. */
function stubLocks(): void {
  const held = new Set<string>();
  const request = async (
    name: string,
    _options: LockOptions,
    work: (lock: { name: string } | null) => Promise<void>,
  ): Promise<void> => {
    if (held.has(name)) return work(null);
    held.add(name);
    await work({ name });
    held.delete(name);
  };
  vi.stubGlobal('navigator', { locks: { request } });
}

describe('ST5 the lock of a run', () => {
  it('is held by one at a time, run by run, and is free again after its release', async () => {
    stubLocks();
    const release = await lockRun('a');
    await lockRun('b');
    await expect(lockRun('a')).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringMatching(/open in another tab\. Pause it there/) as string,
    });
    release();
    await Promise.resolve();
    await Promise.resolve();
    (await lockRun('a'))();
  });

  it('is given to everyone where the browser has no locks', async () => {
    vi.stubGlobal('navigator', {});
    (await lockRun('a'))();
    (await lockRun('a'))();
  });
});
