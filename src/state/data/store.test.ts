import { describe, expect, it } from 'vitest';
import type { DataListing, StoredSet } from '../../model/data/jobs.ts';
import { DEFAULT_EXPERIMENT } from '../../model/train/experiment.ts';
import type { JobFailure, JobOutcome } from '../../model/jobs.ts';
import { createDataStore, missingFor, sampleKey, storedFor, type DataStore } from './store.ts';

const MNIST: StoredSet = {
  name: 'mnist',
  own: false,
  train: 60_000,
  test: 10_000,
  height: 28,
  width: 28,
  channels: 1,
  classes: [],
  bytes: 1,
  notes: [],
};
const DATA = DEFAULT_EXPERIMENT.data;

interface Begun {
  readonly kind: string;
  readonly input: unknown;
  readonly tell: (event: unknown) => void;
  readonly end: (outcome: JobOutcome<unknown>) => void;
  aborted: boolean;
}

/** A store whose jobs the test ends. */
function scripted(): { store: DataStore; jobs: Begun[] } {
  const jobs: Begun[] = [];
  const start = ((kind: string, input: unknown, tell: Begun['tell']) => {
    let end: Begun['end'] = () => undefined;
    const outcome = new Promise<JobOutcome<unknown>>((resolve) => (end = resolve));
    const job: Begun = { kind, input, tell, end, aborted: false };
    jobs.push(job);
    return { outcome, abort: () => (job.aborted = true) };
  }) as unknown as Parameters<typeof createDataStore>[0];
  return { store: createDataStore(start), jobs };
}

const listing = (stored: StoredSet[]): JobOutcome<DataListing> => {
  return { ok: true, value: { stored, known: [], room: { usage: 1, quota: 2, persisted: false } } };
};
const failed = (code: JobFailure['code']): JobOutcome<never> => {
  return { ok: false, failure: { code, message: 'why' } };
};
const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('images that are missing', () => {
  const known = {
    id: 'mnist',
    name: 'MNIST',
    about: '',
    page: '',
    cite: '',
    download: 11,
    stored: 22,
  };
  const here = (stored: StoredSet[]): DataListing => {
    return { stored, known: [known], room: { usage: null, quota: null, persisted: false } };
  };
  const own = { ...DATA, source: 'own', own: 'pets' } as const;

  it('P11 are those of a known set that is not stored, and own ones that are gone or not chosen', () => {
    const mnist = { ...DATA, source: 'mnist' } as const;
    expect(missingFor(mnist, here([]))).toEqual({ kind: 'known', known });
    expect(missingFor(mnist, here([MNIST]))).toBeNull();
    expect(missingFor(own, here([MNIST]))).toEqual({ kind: 'own', name: 'pets' });
    expect(missingFor({ ...own, own: '' }, here([]))).toEqual({ kind: 'own', name: '' });
    expect(missingFor(own, here([{ ...MNIST, name: 'pets', own: true }]))).toBeNull();
  });

  it('P11 are none for shapes, and none before the stored sets are known', () => {
    expect(missingFor(DATA, here([]))).toBeNull();
    expect(missingFor(own, null)).toBeNull();
  });
});

describe('the store of data sets', () => {
  it('shows a download’s progress, then the set, and refreshes the list', async () => {
    const { store, jobs } = scripted();
    const fetched = store.getState().fetch('mnist');
    const progress = { host: 'a.example', file: 'x.gz', done: 1, total: 2, failed: ['b failed'] };
    jobs[0]!.tell(progress);
    expect(store.getState().work).toEqual({ kind: 'fetch', name: 'mnist', progress });
    jobs[0]!.end({ ok: true, value: MNIST });
    await settle();
    expect(jobs.map(({ kind }) => kind)).toEqual(['data-fetch', 'data-list']);
    jobs[1]!.end(listing([MNIST]));
    expect(await fetched).toBe(MNIST);
    expect(store.getState()).toMatchObject({ work: null, added: MNIST, failure: null });
    expect(storedFor({ ...DATA, source: 'mnist' }, store.getState().listing)).toBe(MNIST);
  });

  it('stores and reports nothing of a cancelled download', async () => {
    const { store, jobs } = scripted();
    const fetched = store.getState().fetch('mnist');
    store.getState().stop();
    expect(jobs[0]!.aborted).toBe(true);
    jobs[0]!.end(failed('aborted'));
    jobs[0]!.tell({ done: 1 });
    expect(await fetched).toBeNull();
    expect(store.getState()).toMatchObject({ work: null, failure: null, added: null });
  });

  it('shows why a set could not be added, until that is dismissed', async () => {
    const { store, jobs } = scripted();
    const added = store.getState().addFiles([]);
    jobs[0]!.end(failed('file'));
    expect(await added).toBeNull();
    expect(store.getState().failure).toEqual({ code: 'file', message: 'why' });
    store.getState().dismiss();
    expect(store.getState().failure).toBeNull();
  });

  it('requests no images of a missing set, and of each set once', async () => {
    const { store, jobs } = scripted();
    await store.getState().look({ ...DATA, source: 'mnist' });
    expect(jobs).toEqual([]);
    const looked = store.getState().look(DATA);
    const sample = { images: new Uint8Array(), labels: [], height: 1, width: 1, channels: 1 };
    jobs[0]!.end({ ok: true, value: sample });
    await looked;
    await store.getState().look({ ...DATA, train: 7 });
    expect(jobs.length).toBe(1);
    expect(store.getState().sample).toEqual({ key: sampleKey(DATA), sample });
  });

  it('removes a set and its sample, and refreshes the list', async () => {
    const { store, jobs } = scripted();
    const removed = store.getState().remove('mnist');
    jobs[0]!.end({ ok: true, value: null });
    await settle();
    jobs[1]!.end(listing([]));
    await removed;
    expect(store.getState().listing?.stored).toEqual([]);
  });
});
