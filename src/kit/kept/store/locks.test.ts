import { afterEach, describe, expect, it, vi } from 'vitest';
import { lockEvaluation, lockRun } from './locks.ts';
import { stubLocks } from './testing/locks.fake.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('ST5 the lock of a run', () => {
  it('is held by one at a time, run by run, and is free again after its release', async () => {
    stubLocks();
    const release = await lockRun('a');
    await lockRun('b');
    await expect(lockRun('a')).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringMatching(/trains in another tab.*Pause it there/) as string,
    });
    await release();
    await (
      await lockRun('a')
    )();
  });

  it('Y29 is another one than an evaluation’s, whose refusal names it', async () => {
    stubLocks();
    await lockRun('a');
    await lockEvaluation('a', 'Tiny, FGSM');
    await expect(lockEvaluation('a', 'Tiny, FGSM')).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringMatching(/“Tiny, FGSM” is under way in another tab.*Stop it/) as string,
    });
  });

  it('is given to everyone where the browser has no locks', async () => {
    vi.stubGlobal('navigator', {});
    await (
      await lockRun('a')
    )();
    await (
      await lockRun('a')
    )();
  });
});
