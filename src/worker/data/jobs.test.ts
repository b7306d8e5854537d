import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { gz, makeCifarBinary, makeIdx } from '../../data/testing/official-files.ts';
import type { InputFile } from '../../files/tensors.ts';
import { mnistBytes } from '../../math/testing/fixtures.ts';
import type { JobOutcome } from '../../model/jobs.ts';
import type { FileHandle } from '../../model/net/net.ts';
import { DATA_JOBS, loadSet } from './jobs.ts';
import { runJob, type Job } from '../run-job.ts';

function handle({ name, bytes }: InputFile): FileHandle {
  const slice = (from: number, to: number) => ({
    arrayBuffer: () => Promise.resolve(bytes.slice(from, to).buffer),
  });
  return { name, size: bytes.length, slice };
}

const run = <E, R>(job: Job<E, R>): Promise<JobOutcome<R>> =>
  runJob(job, { aborted: () => false, onEvent: () => undefined });

async function valueOf<E, R>(job: Job<E, R>): Promise<R> {
  const outcome = await run(job);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value;
}

async function refusalOf<E, R>(job: Job<E, R>): Promise<string> {
  const outcome = await run(job);
  return outcome.ok ? 'no failure' : `${outcome.failure.code}: ${outcome.failure.message}`;
}

const stored = async () => (await valueOf(DATA_JOBS['data-list']())).stored;

const OWN = {
  name: 'pets',
  images: Uint8Array.from({ length: 10 * 12 }, (_, k) => k),
  labels: Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1),
  classes: ['cat', 'dog'],
  height: 2,
  width: 2,
  channels: 3 as const,
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('ST8 the jobs on data sets', () => {
  it('keep official files under the id of their set, and list what is kept and known', async () => {
    const files = [
      { name: 'data_batch_1.bin', bytes: makeCifarBinary([3, 1, 4]) },
      gz({ name: 'test_batch.bin', bytes: makeCifarBinary([1, 5]) }),
    ];
    const kept = await valueOf(DATA_JOBS['data-add']({ files: files.map(handle) }));
    expect(kept).toMatchObject({ name: 'cifar-10', own: false, train: 3, test: 2, channels: 3 });
    expect(kept.notes.join()).toContain('3 of the 50,000 official training images');
    const { stored: all, known } = await valueOf(DATA_JOBS['data-list']());
    expect(all).toEqual([kept]);
    expect(known.map(({ id }) => id)).toEqual(['mnist', 'fashion-mnist', 'cifar-10']);
    const { train, test } = await loadSet('cifar-10');
    expect([...train.labels, ...test!.labels]).toEqual([3, 1, 4, 1, 5]);
    expect(await valueOf(DATA_JOBS['data-remove']({ name: 'cifar-10' }))).toBeNull();
    expect(await stored()).toEqual([]);
    await expect(loadSet('cifar-10')).rejects.toThrow(/CIFAR-10: .*fetch it, or drop/);
  });

  it('refuse test images alone, files of no set, and drops over the cap, unread', async () => {
    const alone = handle({ name: 'test_batch.bin', bytes: makeCifarBinary([1, 5]) });
    expect(await refusalOf(DATA_JOBS['data-add']({ files: [alone] }))).toMatch(
      /^file: CIFAR-10: only test images/,
    );
    const text = handle({ name: 'a.txt', bytes: new TextEncoder().encode('hello') });
    expect(await refusalOf(DATA_JOBS['data-add']({ files: [text] }))).toMatch(/^file: a\.txt/);
    const huge = { ...text, size: 2 ** 31 };
    expect(await refusalOf(DATA_JOBS['data-add']({ files: [huge] }))).toMatch(/over the cap/);
    expect(await stored()).toEqual([]);
  });

  it('keep idx files of a set that the lab does not know as own images', async () => {
    const labels = Uint8Array.from({ length: 20 }, (_, k) => k % 10);
    const files = [
      { name: 'train-images-idx3-ubyte', bytes: makeIdx([20, 2, 2], new Uint8Array(80)) },
      { name: 'train-labels-idx1-ubyte', bytes: makeIdx([20], labels) },
    ];
    const kept = await valueOf(DATA_JOBS['data-add']({ files: files.map(handle) }));
    expect(kept).toMatchObject({ name: 'idx set', own: true, train: 20, test: 0 });
    await valueOf(DATA_JOBS['data-remove']({ name: 'idx set' }));
  });

  it('keep own images whole, to be split by whoever trains on them', async () => {
    const kept = await valueOf(DATA_JOBS['data-add-own'](OWN));
    expect(kept).toMatchObject({ name: 'pets', own: true, train: 10, test: 0, bytes: 160 });
    expect(await loadSet('pets')).toMatchObject({
      train: { images: OWN.images, labels: OWN.labels, classes: ['cat', 'dog'] },
      test: null,
    });
    await valueOf(DATA_JOBS['data-remove']({ name: 'pets' }));
  });

  it('refuse own images that cannot be trained on, naming the field', async () => {
    const refusal = (change: Partial<typeof OWN>) =>
      refusalOf(DATA_JOBS['data-add-own']({ ...OWN, ...change }));
    expect(await refusal({ name: ' ' })).toMatch(/^file: .*give the set a name/);
    expect(await refusal({ name: 'mnist' })).toMatch(/^file: mnist: .*give another one/);
    expect(await refusal({ height: 3 })).toMatch(/^file: pets: 10 labels of 3x2x3 images need/);
    expect(await refusal({ labels: OWN.labels.with(2, 2) })).toMatch(/label of image 2 is 2/);
    expect(await refusal({ labels: new Int32Array(10).with(0, 1) })).toMatch(
      /class "dog" has one image/,
    );
    expect(await stored()).toEqual([]);
  });

  it('fetch nothing that is unknown or has no room, and leave nothing when no server has it', async () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (address: string) => {
      asked.push(new URL(address).host);
      return Promise.reject(new TypeError('Failed to fetch'));
    });
    expect(await refusalOf(DATA_JOBS['data-fetch']({ id: 'imagenet' }))).toMatch(
      /^file: imagenet: .*mnist, fashion-mnist, cifar-10/,
    );
    const estimate = () => Promise.resolve({ usage: 0, quota: 50e6 });
    vi.stubGlobal('navigator', { storage: { estimate, persisted: () => Promise.resolve(true) } });
    expect(await refusalOf(DATA_JOBS['data-fetch']({ id: 'mnist' }))).toMatch(
      /^storage-full: .*needs 55\.0 MB, and 50\.0 MB of 50\.0 MB are free/,
    );
    expect(asked).toEqual([]);
    vi.stubGlobal('navigator', {});
    expect(await refusalOf(DATA_JOBS['data-fetch']({ id: 'cifar-10' }))).toMatch(
      /^network: CIFAR-10 could not .*binary\.tar\.gz.*Get cifar-10-binary\.tar\.gz or cifar-10-python\.tar\.gz from/,
    );
    expect(asked).toEqual(['www.cs.toronto.edu', 'www.cs.toronto.edu']);
    const database = await openDB('norm-lab');
    expect(await database.count('pictures')).toBe(0);
    database.close();
  });

  it('keep MNIST from its four files, byte for byte', async () => {
    const { images, labels } = mnistBytes();
    const pixels = 28 * 28;
    // The first labels, by which the set is recognised, are those of its test set in both parts.
    const parts = [
      ['train', 400],
      ['t10k', 500],
    ] as const;
    const files = parts.flatMap(([part, count]) => [
      {
        name: `${part}-images-idx3-ubyte`,
        bytes: makeIdx([count, 28, 28], images.subarray(0, count * pixels)),
      },
      { name: `${part}-labels-idx1-ubyte`, bytes: makeIdx([count], labels.subarray(0, count)) },
    ]);
    const kept = await valueOf(DATA_JOBS['data-add']({ files: files.map(gz).map(handle) }));
    const bytes = 900 * (pixels + 1);
    expect(kept).toMatchObject({ name: 'mnist', train: 400, test: 500, bytes });
    const { train, test } = await loadSet('mnist');
    expect(train.images).toEqual(images.slice(0, 400 * pixels));
    expect(test!.images).toEqual(images);
    expect([...train.labels, ...test!.labels]).toEqual([...labels.slice(0, 400), ...labels]);
  });
});
