import { describe, expect, it } from 'vitest';
import { ThreadPool, ThreadPoolError } from './thread-pool.ts';
import { calls, makeModule, sleep } from './testing/pool-module.fake.ts';

describe('E8 a crew of threads', () => {
  it('runs every task once, however many there are and whoever takes them', async () => {
    const module = makeModule();
    const threadPool = await ThreadPool.start(module, 4);
    const counts = new Int32Array(module.memory.buffer, 0, 4000);
    for (let round = 1; round <= 50; round++) {
      expect(threadPool.share(calls(counts.length, 'increment'))).toBe(true);
      expect(counts.every((count) => count === round)).toBe(true);
    }
    threadPool.end();
  });

  it('shares work after the memory has grown', async () => {
    const module = makeModule();
    const threadPool = await ThreadPool.start(module, 2);
    module.memory.grow(3);
    const counts = new Int32Array(module.memory.buffer);
    threadPool.share(calls(counts.length, 'increment'));
    expect(counts.every((count) => count === 1)).toBe(true);
    // An instruction whose bounds the engine checks by a size that it keeps.
    threadPool.share(calls(counts.length, 'wipe'));
    expect(counts.every((count) => count === 0)).toBe(true);
    threadPool.end();
  });

  it('leaves to the caller what is too long for its list, and everything once it is over', async () => {
    const threadPool = await ThreadPool.start(makeModule(), 2);
    expect(threadPool.share(calls(2 ** 17, 'increment'))).toBe(false);
    threadPool.end();
    expect(threadPool.share(calls(2, 'increment'))).toBe(false);
  });

  it('gives up a helper that stays silent', async () => {
    const threadPool = await ThreadPool.start(makeModule({ spin: sleep }), 2, {
      start: 10_000,
      silence: 200,
    });
    expect(() => threadPool.share(calls(4, 'spin'))).toThrow(
      new ThreadPoolError('A thread of WebAssembly finished nothing for 0.2 s.'),
    );
    expect(threadPool.share(calls(4, 'increment'))).toBe(false);
  });

  it('tells when a kernel fails on a helper', async () => {
    const threadPool = await ThreadPool.start(makeModule({ trap: sleep }), 2);
    expect(() => threadPool.share(calls(4, 'trap'))).toThrow(ThreadPoolError);
    expect(threadPool.share(calls(4, 'increment'))).toBe(false);
  });

  it('does not start where a helper cannot, or is not ready in time', async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
    const module = new WebAssembly.Module(
      new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 2, 8, 1, 1, 0x61, 1, 0x62, 2, 0, 1]),
    );
    await expect(ThreadPool.start({ ...makeModule(), module, memory }, 2)).rejects.toThrow(
      /import/i,
    );
    const limits = { start: 0, silence: 1000 };
    await expect(ThreadPool.start(makeModule(), 3, limits)).rejects.toThrow(
      'were not ready after 0 s',
    );
  });
});
