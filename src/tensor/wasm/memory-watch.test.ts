import { backend, matMul, relu } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceError } from '../device-error.ts';
import { deviceReason, onDeviceTrouble, type DeviceTrouble } from '../device.ts';
import { startBackend } from '../backends.ts';
import { dispose, tidy, type Tensor2D } from '../engine.ts';
import { read } from '../read.ts';
import { runSelfTest } from '../self-test.ts';
import { fromArray } from '../tensors.ts';
import { heapOf } from './runtime.ts';
import { refuseToGrow } from './testing/memory-limit.fake.ts';
import { ThreadPool } from './threads/thread-pool.ts';
import { calls, makeModule, sleep } from './threads/testing/pool-module.fake.ts';

/** More numbers than a module of 16 MiB or so can have beside what it has. */
const MANY = 2 ** 25;
const SIDE = 1200;

async function troubleOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return deviceReason(error);
  }
  return null;
}

/** The sum of 1 · 2 over all entries of a row, from the wasm backend in use. */
async function product(): Promise<ArrayLike<number>> {
  const y = tidy(() => matMul(fromArray([1, 1], [1, 2]) as Tensor2D, fromArray([2, 2], [2, 1])));
  const values = await read(y);
  dispose(y);
  return values;
}

describe.each([1, 2])('E10 wasm on %d threads that gets no more memory', (threads) => {
  let told: DeviceTrouble[] = [];
  let forget: () => void;
  beforeEach(async () => {
    told = [];
    forget = onDeviceTrouble((trouble) => told.push(trouble));
    await startBackend('wasm', { threads });
  });
  afterEach(() => {
    forget();
  });

  const outputOf = (size: number) => (): unknown => heapOf(backend()).output([size]);
  const ways: readonly [string, () => unknown][] = [
    ["a kernel's output", outputOf(MANY)],
    ['scratch memory', () => heapOf(backend()).scratch((take) => take(4 * MANY))],
    ['an upload', () => fromArray(new Float32Array(MANY), [MANY])],
    [
      "tfjs's own kernel",
      () => tidy(() => relu(fromArray(new Float32Array(MANY / 4), [MANY / 4]))),
    ],
  ];

  it.each(ways)('names %s, tells it once, and starts with a fresh module', async (_, work) => {
    const held = fromArray([1], [1]);
    const old = refuseToGrow();
    const first = await troubleOf(work);
    expect(first).toBeInstanceOf(DeviceError);
    expect((first as DeviceError).trouble.code).toBe('out-of-memory');
    expect((first as Error).message).toMatch(/full: [\d,]+ bytes more .* smaller batch/);
    await troubleOf(work);
    expect(told.map(({ code }) => code)).toEqual(['out-of-memory']);
    await startBackend('wasm', { threads });
    expect(backend()).not.toBe(old);
    // What the old module held is let go without a word to it.
    dispose(held);
    expect(await product()).toEqual(Float32Array.of(4));
    expect((await runSelfTest()).failures).toEqual([]);
  });

  it('names XNNPACK, which would leave its output as it was', async () => {
    const x = fromArray(new Float32Array(SIDE * SIDE), [SIDE, SIDE]) as Tensor2D;
    refuseToGrow();
    const found = await troubleOf(() => {
      for (let time = 0; time < 100; time++) matMul(x, x);
    });
    expect((found as Error).message).toMatch(/full: tfjs asked for more/);
    dispose(x);
  });

  it('names an abort of its own code, which gives no reason', async () => {
    const { tfjs } = (backend() as unknown as Pick<BackendWasm, 'wasm'>).wasm;
    refuseToGrow();
    const found = await troubleOf(() => {
      // Its table of tensors grows.
      for (let id = 1e6; id < 1e7; id++) tfjs.registerTensor(id, 1, 16);
    });
    expect((found as Error).message).toMatch(/full: tfjs asked for more/);
    await startBackend('wasm', { threads });
    expect(await product()).toEqual(Float32Array.of(4));
  });

  it('names a trap, after which nobody knows what its memory holds', async () => {
    const found = await deviceReason(new WebAssembly.RuntimeError('unreachable'));
    expect((found as DeviceError).trouble.code).toBe('device-error');
    const old = backend();
    await startBackend('wasm', { threads });
    expect(backend()).not.toBe(old);
  });

  it('keeps the module when nothing has failed', async () => {
    const there = backend();
    await startBackend('wasm', { threads });
    expect(backend()).toBe(there);
  });
});

describe('E10 wasm whose threads fail', () => {
  it.each([
    ['a silent thread', 'spin', 'A thread of WebAssembly finished nothing for 0.1 s.'],
    ['a trap on a thread', 'trap', 'A WebAssembly kernel failed on one of its threads.'],
  ])('names %s, and starts with a fresh module and all threads', async (_, kernel, message) => {
    const told: DeviceTrouble[] = [];
    const forget = onDeviceTrouble((trouble) => told.push(trouble));
    await startBackend('wasm', { threads: 2 });
    const heap = heapOf(backend());
    heap.threadPool!.end();
    const limits = { start: 10_000, silence: 100 };
    heap.threadPool = await ThreadPool.start(makeModule({ [kernel]: sleep }), 2, limits);
    const work = { ...calls(4, kernel), size: Infinity };
    await expect(troubleOf(() => heap.share(work))).resolves.toEqual(
      new DeviceError({ code: 'device-error', message }),
    );
    forget();
    expect(told).toHaveLength(1);
    const old = backend();
    await startBackend('wasm', { threads: 2 });
    expect(backend()).not.toBe(old);
    expect(heapOf(backend()).threadPool).toMatchObject({ threads: 2, isOver: false });
  });
});
