import 'fake-indexeddb/auto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { EXPERIMENT } from '../../model/train/experiment.ts';
import { memory } from '../../tensor/engine.ts';
import { fromArray } from '../../tensor/tensors.ts';
import { backendInUse, refuseToGrow } from '../../tensor/wasm/testing/memory-limit.fake.ts';
import { backendName, choose } from '../backend.ts';
import { fromPromise } from '../../kit/steps/steps.ts';
import { runJob, type Job } from '../run-job.ts';
import { RUN_JOBS } from './jobs.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../../tensor/wasm-binary.ts', () => ({ BUNDLED_WASM: undefined }));

/** A step of these takes more than the 16 MiB that tfjs's module begins with. */
const SMALL = EXPERIMENT.parse(
  JSON.stringify({
    format: 'norm-lab/experiment',
    version: 1,
    data: { train: 700, test: 10 },
    net: { width: 0.25 },
    training: { epochs: 1, batchSize: 350 },
  }),
);
const MESSAGES = { name: 'a run', note: '', color: 0 };

async function valueOf<E, R>(job: Job<E, R>): Promise<R> {
  const outcome = await runJob(job, { aborted: () => false, onEvent: () => undefined });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value;
}

describe('E10 memory that is full', () => {
  beforeAll(async () => {
    expect((await choose('wasm')).ok).toBe(true);
  });

  it('ends a run for now, and its next step computes on a fresh module', async () => {
    for (const id of ['full', 'whole'])
      await valueOf(RUN_JOBS['run-create']({ id, labels: MESSAGES, experiment: SMALL }));
    const before = memory().numTensors;
    const old = refuseToGrow();
    const { end, progress } = await valueOf(RUN_JOBS.train({ id: 'full', steps: 1 }));
    expect(end).toMatchObject({ kind: 'failed', code: 'out-of-memory' });
    expect([progress.step, progress.savedStep]).toEqual([0, 0]);
    expect(memory().numTensors).toBe(before);
    // It continues when the user says so.
    const next = await valueOf(RUN_JOBS.train({ id: 'full', steps: 1 }));
    expect([next.end.kind, next.progress.step]).toEqual(['paused', 1]);
    expect(backendInUse()).not.toBe(old);
    const whole = await valueOf(RUN_JOBS.train({ id: 'whole', steps: 1 }));
    expect(next.history.steps.loss).toEqual(whole.history.steps.loss);
  });

  it('is reported by any other job as what it is, and not as a mistake of the lab', async () => {
    await backendName();
    const old = refuseToGrow();
    const tooMuch = fromPromise(() =>
      Promise.resolve(fromArray(new Float32Array(2 ** 26), [2 ** 26])),
    );
    const outcome = await runJob(tooMuch, { aborted: () => false, onEvent: () => undefined });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'backend' } });
    expect(await backendName()).toBe('wasm');
    expect(backendInUse()).not.toBe(old);
  });
});
