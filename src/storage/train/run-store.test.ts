import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, type LabSchema, type RunRow } from '../database.ts';
import { sha256Of } from '../../kit/kept/store/hash.ts';
import { PIECE_BYTES } from '../../kit/kept/store/pieces.ts';
import { DEFAULT_EXPERIMENT, type Experiment } from '../../model/train/experiment.ts';
import type { EpochRecord } from '../../model/train/run.ts';
import { RunStore } from './run-store.ts';
import { failCommits, failPuts } from '../../kit/kept/store/testing/put-faults.fake.ts';
import { runSummary, someBytes } from '../testing/run-summary.ts';

let count = 0;
let name = '';

function fresh(): RunStore {
  name = `test ${++count}`;
  return new RunStore(connect(name));
}

/** The database on the disk, read without the store under test. */
const raw = () => openDB<LabSchema>(name);

async function keys(): Promise<string[]> {
  const database = await raw();
  const found = await database.getAllKeys('checkpoints');
  database.close();
  return found.map(([owner, index]) => `${owner}#${index}`);
}

async function damage(owner: string, change: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const database = await raw();
  const bytes = (await database.get('checkpoints', [owner, 0]))!;
  await database.put('checkpoints', change(bytes), [owner, 0]);
  database.close();
}

const flipped = (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length >> 1, 255);
const cut = (bytes: Uint8Array): Uint8Array => bytes.slice(0, -1);

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('ST1 a run in the storage', () => {
  it('gives back the bytes of its newest checkpoint and the summary saved with it', async () => {
    const store = fresh();
    expect(await store.list()).toEqual([]);
    expect(await store.load('a')).toBeNull();
    for (const step of [0, 1, 2]) {
      await store[step === 0 ? 'add' : 'save'](runSummary('a', { step }), someBytes(1000, step));
    }
    expect(await store.load('a')).toEqual({ checkpoint: someBytes(1000, 2), fellBack: false });
    const kept = { summary: runSummary('a', { step: 2 }), deleted: false, serial: 3 };
    expect(await store.list()).toMatchObject([kept]);
    expect(await store.find('a')).toMatchObject(kept);
    expect(await store.find('b')).toBeNull();
    const again = new RunStore(connect(name));
    expect((await again.load('a'))?.checkpoint).toEqual(someBytes(1000, 2));
  });

  it('X9 completes the summary of an older version', async () => {
    const store = fresh();
    const { training, record } = DEFAULT_EXPERIMENT;
    const old = {
      ...DEFAULT_EXPERIMENT,
      adversarial: undefined,
      training: { ...training, loss: undefined },
      record: { normsEvery: record.normsEvery },
    };
    const kept = JSON.parse(JSON.stringify(old)) as Experiment;
    const last = { epoch: 1 } as EpochRecord;
    await store.add(runSummary('a', { experiment: kept, last }), someBytes(10, 1));
    const [{ summary }] = (await store.list()) as [RunRow];
    expect(summary.experiment).toEqual(DEFAULT_EXPERIMENT);
    expect(summary.last).toEqual({ epoch: 1, robust: null });
  });

  it('keeps the newest two checkpoints and no piece of the others', async () => {
    const store = fresh();
    for (const step of [0, 1, 2, 3])
      await store[step === 0 ? 'add' : 'save'](runSummary('a'), someBytes(9, step));
    expect(await keys()).toEqual(['a/3#0', 'a/4#0']);
  });

  it('takes checkpoints of many pieces, of none, and views into larger buffers', async () => {
    const store = fresh();
    const large = someBytes(2 * PIECE_BYTES + 5, 1);
    await store.add(runSummary('a'), large);
    expect((await keys()).length).toBe(3);
    expect(Buffer.compare((await store.load('a'))!.checkpoint, large)).toBe(0);
    await store.save(runSummary('a'), large.subarray(7, 12));
    expect((await store.load('a'))?.checkpoint).toEqual(large.slice(7, 12));
    const database = await raw();
    expect((await database.get('checkpoints', ['a/2', 0]))?.buffer.byteLength).toBe(5);
    database.close();
    await store.save(runSummary('a'), new Uint8Array(0));
    expect((await store.load('a'))?.checkpoint.length).toBe(0);
  });

  it('ST5 keeps labels changed separately, also when it is saved with others', async () => {
    const store = fresh();
    await store.add(runSummary('a'), someBytes(5, 1));
    const labels = { name: 'run a', note: 'best', color: 3 };
    await store.setSummary('a', (kept) => ({ ...kept, labels }));
    await store.save(runSummary('a', { step: 1 }), someBytes(5, 2));
    expect((await store.get('a')).summary).toEqual(runSummary('a', { step: 1, labels }));
  });
});

describe('ST2 a damaged checkpoint', () => {
  for (const [what, change] of Object.entries({ flipped, cut })) {
    it(`is replaced by the previous one when bytes are ${what}, and removed`, async () => {
      const store = fresh();
      for (const step of [0, 1])
        await store[step === 0 ? 'add' : 'save'](runSummary('a'), someBytes(1000, step));
      await damage('a/2', change);
      expect(await store.load('a')).toEqual({ checkpoint: someBytes(1000, 0), fellBack: true });
      expect(await store.load('a')).toEqual({ checkpoint: someBytes(1000, 0), fellBack: false });
      await store.save(runSummary('a'), someBytes(1000, 2));
      expect(await keys()).toEqual(['a/1#0', 'a/3#0']);
      await damage('a/3', change);
      expect((await store.load('a'))?.checkpoint).toEqual(someBytes(1000, 0));
    });
  }

  it('counts as damaged when the browser cannot read it', async () => {
    const store = fresh();
    for (const step of [0, 1])
      await store[step === 0 ? 'add' : 'save'](runSummary('a'), someBytes(1000, step));
    const get = Reflect.get<IDBObjectStore, 'get'>(IDBObjectStore.prototype, 'get');
    vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (
      this: IDBObjectStore,
      key: IDBValidKey | IDBKeyRange,
    ) {
      if (Array.isArray(key) && key[0] === 'a/2') throw new DOMException('bad', 'DataError');
      return Reflect.apply(get, this, [key]);
    });
    expect(await store.load('a')).toEqual({ checkpoint: someBytes(1000, 0), fellBack: true });
  });

  it('is null when no checkpoint is intact', async () => {
    const store = fresh();
    for (const step of [0, 1])
      await store[step === 0 ? 'add' : 'save'](runSummary('a'), someBytes(1000, step));
    for (const owner of ['a/1', 'a/2']) await damage(owner, flipped);
    expect(await store.load('a')).toBeNull();
    expect((await store.list()).length).toBe(1);
  });
});

describe('ST3 a save that fails', () => {
  async function twoSaves(fail: () => void, size = 2000): Promise<unknown> {
    const store = fresh();
    await store.add(runSummary('a', { step: 1 }), someBytes(1000, 1));
    fail();
    const error = await store
      .save(runSummary('a', { step: 2 }), someBytes(size, 2))
      .catch((reason: unknown) => reason);
    vi.restoreAllMocks();
    expect(await store.load('a')).toEqual({ checkpoint: someBytes(1000, 1), fellBack: false });
    expect((await store.list())[0]?.summary.step).toBe(1);
    expect(await keys()).toEqual(['a/1#0']);
    await store.save(runSummary('a', { step: 3 }), someBytes(1000, 3));
    expect((await store.load('a'))?.checkpoint).toEqual(someBytes(1000, 3));
    return error;
  }

  it('for lack of space reports the needed and free space, and keeps the old state', async () => {
    const estimate = () => Promise.resolve({ usage: 10_499_000, quota: 10_500_000 });
    const persisted = () => Promise.resolve(false);
    vi.stubGlobal('navigator', { storage: { estimate, persisted } });
    const full = {
      name: 'StorageError',
      code: 'storage-full',
      message: expect.stringMatching(
        /needs 2\.0 kB, and 1\.0 kB of 10\.5 MB are free.*Delete runs or data sets/,
      ) as string,
    };
    expect(await twoSaves(() => failPuts('checkpoints', 1))).toMatchObject(full);
    expect(await twoSaves(() => failPuts('runs', 1))).toMatchObject(full);
    expect(await twoSaves(() => failCommits('checkpoints'))).toMatchObject(full);
    const third = await twoSaves(() => failPuts('checkpoints', 3), 2 * PIECE_BYTES + 1);
    expect(third).toMatchObject({ code: 'storage-full' });
    const claims = () => Promise.resolve({ usage: 0, quota: 10e9 });
    vi.stubGlobal('navigator', { storage: { estimate: claims, persisted } });
    expect(String(await twoSaves(() => failPuts('runs', 1)))).toContain(
      'the browser stored no more, although it reports 10.0 GB as free',
    );
  });

  it('for another reason reports it, and keeps the old state', async () => {
    const error = await twoSaves(() => failCommits('checkpoints', 'UnknownError'));
    expect(error).toMatchObject({
      code: 'storage',
      message: expect.stringContaining('UnknownError injected') as string,
    });
  });

  it('is rolled back when the process dies in the middle', async () => {
    const store = fresh();
    await store.add(runSummary('a', { step: 1 }), someBytes(1000, 1));
    const database = await raw();
    const half = database.transaction(['runs', 'checkpoints'], 'readwrite');
    await half.objectStore('checkpoints').put(someBytes(1000, 2), ['a/2', 0]);
    // As browsers do with an open transaction when the tab or the browser crashes.
    half.abort();
    await half.done.catch(() => undefined);
    database.close();
    expect(await keys()).toEqual(['a/1#0']);
    expect((await store.load('a'))?.checkpoint).toEqual(someBytes(1000, 1));
  });

  it('reports that the browser has no storage', async () => {
    vi.stubGlobal('indexedDB', undefined);
    Reflect.deleteProperty(globalThis, 'indexedDB');
    await expect(new RunStore(connect('none')).list()).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining('does not allow storage') as string,
    });
  });
});

describe('ST4 a connection', () => {
  it('reopens after the browser closed it, and yields to a newer version', async () => {
    const connection = connect(`test ${++count}`);
    const store = new RunStore(connection);
    await store.add(runSummary('a'), someBytes(10, 1));
    await connection.close();
    expect((await store.list()).length).toBe(1);
    const newer = await openDB(`test ${count}`, 99);
    newer.close();
    await expect(store.list()).rejects.toMatchObject({ code: 'storage' });
  });
});

describe('the hash', () => {
  it("is Node's SHA-256, with the browser's own and without", async () => {
    const bytes = someBytes(100_003, 4);
    const sum = createHash('sha256').update(bytes).digest('hex');
    expect(await sha256Of(bytes)).toBe(sum);
    vi.stubGlobal('crypto', {});
    expect(await sha256Of(bytes)).toBe(sum);
  });
});
