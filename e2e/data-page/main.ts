import type { FileSource } from '../../src/data/sources.ts';
import type { FetchProgress, StoredSet } from '../../src/model/data/jobs.ts';
import type { JobFailure } from '../../src/model/jobs.ts';
import { startJob } from '../../src/state/worker-client.ts';
import { RunStore } from '../../src/storage/train/run-store.ts';
import { setStore } from '../../src/storage/data/set-store.ts';
import { sha256Of } from '../../src/kit/kept/store/hash.ts';
import { storageRoom } from '../../src/kit/kept/store/storage-room.ts';
import type { StorageRoom } from '../../src/kit/kept/store/storage-error.ts';
import { runSummary, someBytes } from '../../src/storage/testing/run-summary.ts';
import { fetchSet } from '../../src/worker/data/fetch-set.ts';

/** How a job of the worker ended, and the last thing that it told. */
export interface JobEnd {
  readonly value: StoredSet | null;
  readonly failure: JobFailure | null;
  readonly event: FetchProgress | null;
}

/** What a load of a run's checkpoint found. */
export interface Found {
  /** Step in the list. */
  readonly listed: number;
  /** Step whose bytes these are; null for bytes of no step. */
  readonly step: number | null;
  readonly fellBack: boolean;
}

/** What the page can be asked from outside. */
export interface DataBench {
  /** Keeps a set of own images through the worker; its images are those of {@link sumOf}. */
  readonly addOwn: (name: string, images: number) => Promise<JobEnd>;
  readonly fetch: (id: string, abortAfter: number | null) => Promise<JobEnd>;
  /** Names of the files that a made-up source gave. */
  readonly fetchFrom: (source: FileSource) => Promise<string[]>;
  readonly stored: () => Promise<StoredSet[]>;
  /** SHA-256 of a kept set's images, and of the images as they were given. */
  readonly sumOf: (name: string, images: number) => Promise<{ kept: string; given: string }>;
  readonly remove: (name: string) => Promise<void>;
  /** Saves one checkpoint of so many bytes; the message of the failure, or null. */
  readonly save: (step: number, bytes: number) => Promise<string | null>;
  /** Saves one checkpoint after the other, from `step` on, until the page is gone. */
  readonly saveOn: (step: number, bytes: number) => void;
  /** Last step whose save was acknowledged; null before the first. */
  readonly saved: () => number | null;
  readonly load: (bytes: number) => Promise<Found | null>;
  readonly room: () => Promise<StorageRoom>;
  /** Null when this tab has the run now, else why not. */
  readonly lock: (id: string) => Promise<string | null>;
}

const RUN = 'run';
const PIXELS = 32 * 32 * 3;
const messageOf = (error: unknown): string => String(error);

function own(name: string, images: number) {
  return {
    name,
    images: someBytes(images * PIXELS, 1),
    labels: Int32Array.from({ length: images }, (_, k) => k % 2),
    classes: ['cat', 'dog'],
    height: 32,
    width: 32,
    channels: 3 as const,
  };
}

async function addOwn(name: string, images: number): Promise<JobEnd> {
  const outcome = await startJob('data-add-own', own(name, images)).outcome;
  const failure = outcome.ok ? null : outcome.failure;
  return { value: outcome.ok ? outcome.value : null, failure, event: null };
}

async function fetchJob(id: string, abortAfter: number | null): Promise<JobEnd> {
  let event: FetchProgress | null = null;
  const job = startJob('data-fetch', { id }, (told) => (event = told));
  if (abortAfter !== null) setTimeout(job.abort, abortAfter);
  const outcome = await job.outcome;
  const failure = outcome.ok ? null : outcome.failure;
  return { value: outcome.ok ? outcome.value : null, failure, event };
}

async function fetchFrom(source: FileSource): Promise<string[]> {
  const job = fetchSet(source);
  for (;;) {
    const step = await job.next();
    if (step.done === true) return step.value.map(({ name }) => name);
  }
}

const sets = setStore();

async function sumOf(name: string, images: number): Promise<{ kept: string; given: string }> {
  const set = await sets.get(name);
  const given = await sha256Of(own(name, images).images);
  return { kept: set === null ? 'no such set' : await sha256Of(set.train.images), given };
}

const runs = new RunStore();
let saved: number | null = null;

async function save(step: number, bytes: number): Promise<string | null> {
  const keep = (await runs.find(RUN)) === null ? 'add' : 'save';
  const failure = await runs[keep](runSummary(RUN, { step }), someBytes(bytes, step)).then(
    () => null,
    messageOf,
  );
  if (failure === null) saved = step;
  return failure;
}

async function saveOn(step: number, bytes: number): Promise<void> {
  for (let next = step; (await save(next, bytes)) === null; next++);
}

async function load(bytes: number): Promise<Found | null> {
  const [found, all] = [await runs.load(RUN), await runs.list()];
  if (found === null) return null;
  const listed = all[0]!.summary.step;
  const sum = await sha256Of(found.checkpoint);
  for (const step of [listed, listed - 1]) {
    const same = (await sha256Of(someBytes(bytes, step))) === sum;
    if (same) return { listed, step, fellBack: found.fellBack };
  }
  return { listed, step: null, fellBack: found.fellBack };
}

const bench: DataBench = {
  addOwn,
  fetch: fetchJob,
  fetchFrom,
  stored: async () => [...(await sets.list())],
  sumOf,
  remove: (name) => sets.remove(name),
  save,
  saveOn: (step, bytes) => void saveOn(step, bytes),
  saved: () => saved,
  load,
  room: storageRoom,
  lock: (id) => runs.lease(id).then(() => null, messageOf),
};
(window as unknown as { dataBench: DataBench }).dataBench = bench;
