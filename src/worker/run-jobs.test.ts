import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_EXPERIMENT, type Experiment } from '../spec/experiment.ts';
import type { JobOutcome } from '../spec/jobs.ts';
import type { RunSummary } from '../spec/run.ts';
import { failPuts } from '../storage/testing/faults.oracle.ts';
import { runJob, type Job } from './run-job.ts';
import { RUN_JOBS } from './run-jobs.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../tensor/wasm-files.ts', () => ({ BUNDLED_WASM_FILES: null }));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const { data, net, training } = DEFAULT_EXPERIMENT;

/** Eight steps of a small net. */
const EXPERIMENT = {
  ...DEFAULT_EXPERIMENT,
  data: { ...data, source: 'shapes', train: 40, test: 10 },
  net: { ...net, architecture: 'small-cnn', width: 0.25 },
  training: { ...training, batchSize: 10, epochs: 2 },
} as Experiment;

function run<E, R>(
  job: Job<E, R>,
  onEvent: (event: E) => void = () => undefined,
  aborted: () => boolean = () => false,
): Promise<JobOutcome<R>> {
  return runJob(job, { aborted, onEvent });
}

async function valueOf<E, R>(job: Job<E, R>): Promise<R> {
  const outcome = await run(job);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value;
}

let serial = 0;

async function made(): Promise<string> {
  const id = `run ${++serial}`;
  const words = { name: id, note: '', color: 0 };
  await valueOf(RUN_JOBS['run-create']({ id, words, experiment: EXPERIMENT }));
  return id;
}

async function listed(id: string): Promise<RunSummary | undefined> {
  return (await valueOf(RUN_JOBS.runs(null))).find((one) => one.id === id);
}

/** Trains until `steps` steps are told, then stops as a person does. */
function trainUntil(id: string, steps: number, then: () => void = () => undefined) {
  let looks = 0;
  const stop = (): boolean => {
    // The start is told before the first step, and every step once.
    const over = ++looks > steps;
    if (over) then();
    return over;
  };
  return run(RUN_JOBS.train({ id, steps: null }), undefined, stop);
}

describe('P12 pausing a run while the storage is full', () => {
  it('ends it as failed, on the page, in the list and in memory, and it goes on later', async () => {
    const id = await made();
    const outcome = await trainUntil(id, 2, () => failPuts('checkpoints', 1));
    const end = { kind: 'failed', code: 'storage-full' };
    expect(outcome).toMatchObject({
      ok: true,
      value: { end, progress: { step: 2, savedStep: 0 }, history: { epochs: { rows: [] } } },
    });
    expect(await listed(id)).toMatchObject({ step: 0, end });
    vi.restoreAllMocks();
    const again = await valueOf(RUN_JOBS.train({ id, steps: 1 }));
    expect(again).toMatchObject({ end: { kind: 'paused' }, progress: { step: 3, savedStep: 3 } });
    expect(await listed(id)).toMatchObject({ step: 3, end: { kind: 'paused' } });
  });

  it('is a pause like any other when there is room', async () => {
    const id = await made();
    const outcome = await trainUntil(id, 2);
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'aborted' } });
    expect(await listed(id)).toMatchObject({ step: 2, end: { kind: 'paused' } });
  });
});
