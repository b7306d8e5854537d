import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  DataListing,
  FetchProgress,
  FolderFile,
  FolderProgress,
  KnownSet,
  OwnSize,
  ImageSample,
  StoredSet,
} from '../../model/data/jobs.ts';
import type { Experiment } from '../../model/train/experiment.ts';
import type { JobFailure } from '../../model/jobs.ts';
import type { FileHandle } from '../../model/net/net.ts';
import { startJob } from '../worker-client.ts';

/** The running download or import, and its progress. */
export interface DataWork {
  readonly kind: 'fetch' | 'files' | 'folder';
  /** Id of the set being fetched, or the name of the first file. */
  readonly name: string;
  readonly progress: FetchProgress | FolderProgress | null;
}

/** Sample images and the set that they belong to. */
export interface ShownSample {
  readonly key: string;
  readonly sample: ImageSample;
}

export interface DataState {
  /** Stored and known sets; null until they have been listed. */
  readonly listing: DataListing | null;
  readonly work: DataWork | null;
  /** Why the last request failed. */
  readonly failure: JobFailure | null;
  /** The last set added, with its warnings. */
  readonly added: StoredSet | null;
  readonly sample: ShownSample | null;
}

export interface DataActions {
  readonly list: () => Promise<void>;
  /** Fetches a known set; resolves to it, or null when that failed. */
  readonly fetch: (id: string) => Promise<StoredSet | null>;
  /** Reads official files. */
  readonly addFiles: (files: readonly FileHandle[]) => Promise<StoredSet | null>;
  /** Reads a folder of class folders. */
  readonly addFolder: (files: readonly FolderFile[], size: OwnSize) => Promise<StoredSet | null>;
  /** Cancels the running download or import; nothing of it is stored. */
  readonly stop: () => void;
  readonly remove: (name: string) => Promise<void>;
  readonly dismiss: () => void;
  /** Loads sample images of an experiment; none when its set is missing. */
  readonly look: (data: Experiment['data']) => Promise<void>;
}

export type DataStore = StoreApi<DataState & DataActions>;

/** Images of a sample. */
const SAMPLE = 10;

const START: DataState = { listing: null, work: null, failure: null, added: null, sample: null };

/** The set of an experiment, and the seed of generated images. */
export function sampleKey({ source, own, seed }: Experiment['data']): string {
  return source === 'shapes' ? `shapes ${seed}` : `${source} ${own}`;
}

/** The stored set of an experiment; undefined when it is missing, or is `shapes`. */
export function storedFor(
  { source, own }: Experiment['data'],
  listing: DataListing | null,
): StoredSet | undefined {
  const wanted = source === 'own' ? own : source;
  return listing?.stored.find(({ name }) => name === wanted);
}

/** Images of an experiment that are missing in this browser. */
export type MissingImages =
  | { readonly kind: 'known'; readonly known: KnownSet }
  /** Name of a set of own images; '' when none was chosen yet. */
  | { readonly kind: 'own'; readonly name: string };

/** The images missing for an experiment; null when all are there, or not listed yet. */
export function missingFor(
  data: Experiment['data'],
  listing: DataListing | null,
): MissingImages | null {
  if (data.source === 'shapes' || listing === null) return null;
  if (storedFor(data, listing) !== undefined) return null;
  if (data.source === 'own') return { kind: 'own', name: data.own };
  const known = listing.known.find(({ id }) => id === data.source);
  return known === undefined ? null : { kind: 'known', known };
}

/**
 * The sets of images stored in or available to this browser. The images themselves stay in the
 * worker.
 *
 * @param start starts a job of the worker (replaced in tests)
 */
export function createDataStore(start: typeof startJob = startJob): DataStore {
  return createStore<DataState & DataActions>()((set, get) => {
    let running: { readonly abort: () => void } | null = null;
    const list = async (): Promise<void> => {
      const outcome = await start('data-list', null).outcome;
      if (outcome.ok) set({ listing: outcome.value });
      else set({ failure: outcome.failure });
    };
    const work = async <K extends 'data-fetch' | 'data-add' | 'data-add-folder'>(
      words: Omit<DataWork, 'progress'>,
      begin: (
        onEvent: (progress: FetchProgress | FolderProgress) => void,
      ) => ReturnType<typeof start<K>>,
    ): Promise<StoredSet | null> => {
      running?.abort();
      set({ work: { ...words, progress: null }, failure: null, added: null });
      const job = begin((progress) => {
        if (running === job) set({ work: { ...words, progress } });
      });
      running = job;
      const outcome = await job.outcome;
      // Another request has replaced it, or the user has cancelled it.
      if (running !== job) return null;
      running = null;
      set({ work: null });
      if (!outcome.ok) {
        if (outcome.failure.code !== 'aborted') set({ failure: outcome.failure });
        return null;
      }
      const added = outcome.value;
      // A sample of a replaced set of the same name is outdated.
      set({ added, sample: null });
      await list();
      return added;
    };
    return {
      ...START,
      list,
      fetch: (id) =>
        work<'data-fetch'>({ kind: 'fetch', name: id }, (onEvent) =>
          start('data-fetch', { id }, onEvent),
        ),
      addFiles: (files) =>
        work<'data-add'>({ kind: 'files', name: files[0]?.name ?? '' }, (onEvent) =>
          start('data-add', { files }, onEvent),
        ),
      addFolder: (files, size) =>
        work<'data-add-folder'>(
          { kind: 'folder', name: files[0]?.path.split('/')[0] ?? '' },
          (onEvent) => start('data-add-folder', { files, size }, onEvent),
        ),
      stop: () => {
        running?.abort();
        running = null;
        set({ work: null });
      },
      remove: async (name) => {
        const outcome = await start('data-remove', { name }).outcome;
        if (!outcome.ok) set({ failure: outcome.failure });
        else set(({ added }) => ({ added: added?.name === name ? null : added, sample: null }));
        await list();
      },
      dismiss: () => set({ failure: null }),
      look: async (data) => {
        const key = sampleKey(data);
        if (get().sample?.key === key) return;
        if (data.source !== 'shapes' && storedFor(data, get().listing) === undefined) {
          set({ sample: null });
          return;
        }
        const outcome = await start('data-sample', { data, count: SAMPLE }).outcome;
        if (outcome.ok) set({ sample: { key, sample: outcome.value } });
        else set({ failure: outcome.failure, sample: null });
      },
    };
  });
}

/** The one list of sets of the page. */
export const dataStore: DataStore = createDataStore();
