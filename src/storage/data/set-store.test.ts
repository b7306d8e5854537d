import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ImageSet } from '../../data/dataset.ts';
import { connect, type LabSchema } from '../database.ts';
import { setStore, type KeptSet } from './set-store.ts';
import { failPuts } from '../../kit/kept/store/testing/put-faults.fake.ts';
import { someBytes } from '../testing/run-summary.ts';

let count = 0;
const fresh = () => setStore(connect(`sets ${++count}`));
const raw = () => openDB<LabSchema>(`sets ${count}`);

function images(labels: ImageSet['labels'], seed: number): ImageSet {
  const images = someBytes(labels.length * 12, seed);
  return {
    name: 'pets',
    images,
    labels,
    classes: ['cat', 'dog'],
    height: 2,
    width: 2,
    channels: 3,
  };
}

const PETS: KeptSet = {
  name: 'pets',
  own: true,
  notes: ['a note'],
  train: images(Uint8Array.of(0, 1, 1), 1),
  test: images(Int32Array.of(1, 0), 2),
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('ST6 a stored set of images', () => {
  it('is read back unchanged, both kinds of labels, with and without a test part', async () => {
    const store = fresh();
    expect(await store.get('pets')).toBeNull();
    const stored = await store.put(PETS);
    expect(stored).toEqual({
      name: 'pets',
      own: true,
      train: 3,
      test: 2,
      height: 2,
      width: 2,
      channels: 3,
      classes: ['cat', 'dog'],
      bytes: 3 * 13 + 2 * 16,
      notes: ['a note'],
    });
    expect(await store.list()).toEqual([stored]);
    expect(await store.get('pets')).toEqual(PETS);
    await store.put({ ...PETS, test: null });
    expect(await store.get('pets')).toEqual({ ...PETS, test: null });
  });

  it('replaces one of the same name, and leaves no byte when it is removed', async () => {
    const store = fresh();
    await store.put(PETS);
    await store.put({ ...PETS, train: images(Uint8Array.of(1), 5) });
    const database = await raw();
    expect(await database.count('pictures')).toBe(4);
    await store.remove('pets');
    await store.remove('pets');
    expect([await database.count('pictures'), await database.count('sets')]).toEqual([0, 0]);
    database.close();
  });

  it('is rejected when a byte of it has changed', async () => {
    const store = fresh();
    await store.put(PETS);
    const database = await raw();
    await database.put('pictures', someBytes(36, 9), ['pets/1/train/images', 0]);
    database.close();
    await expect(store.get('pets')).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringMatching(/stored copy of pets is damaged.*add it again/) as string,
    });
  });

  it('is unchanged when there is no space for the new one', async () => {
    const store = fresh();
    await store.put(PETS);
    failPuts('pictures', 3);
    const larger = { ...PETS, train: images(new Uint8Array(100), 3) };
    await expect(store.put(larger)).rejects.toMatchObject({ code: 'storage-full' });
    vi.restoreAllMocks();
    expect(await store.get('pets')).toEqual(PETS);
    const database = await raw();
    expect(await database.count('pictures')).toBe(4);
    database.close();
  });
});
