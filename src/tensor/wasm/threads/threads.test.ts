import { afterEach, describe, expect, it, vi } from 'vitest';
import { openMemory } from './threads.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** `Atomics` as it is on a page's main thread. */
const withoutWaiting = {
  ...Object.fromEntries(
    Object.getOwnPropertyNames(Atomics).map((name) => [name, Atomics[name as keyof Atomics]]),
  ),
  wait: () => {
    throw new TypeError('Atomics.wait cannot be called in this context');
  },
};

describe('E7 why there is one thread only', () => {
  it('names a browser without SharedArrayBuffer, such as WebKitGTK 2.50', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(await openMemory('all', undefined)).toEqual({
      threads: 1,
      why: 'this browser has no SharedArrayBuffer',
    });
  });

  it('names a thread that may not block', async () => {
    vi.stubGlobal('Atomics', withoutWaiting);
    expect(await openMemory('all', undefined)).toEqual({
      threads: 1,
      why: 'this thread may not wait for others',
    });
  });

  it('gives no reason where threads can share memory', async () => {
    expect(await openMemory(3, undefined)).toEqual({ threads: 3, why: null });
  });
});
