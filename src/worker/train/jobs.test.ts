import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_EXPERIMENT, type Experiment } from '../../model/train/experiment.ts';
import type { JobOutcome } from '../../model/jobs.ts';
import type { RunSummary } from '../../model/train/run.ts';
import { failPuts } from '../../kit/kept/store/testing/put-faults.fake.ts';
import { stubLocks } from '../../kit/kept/store/testing/locks.fake.ts';
import { DATA_JOBS } from '../data/jobs.ts';
import { runJob, type Job } from '../run-job.ts';
import { RUN_JOBS } from './jobs.ts';

// Addresses that only the bundler knows; Node finds the package's own files.
vi.mock('../../tensor/wasm-binary.ts', () => ({ BUNDLED_WASM: undefined }));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const { data, net, training } = DEFAULT_EXPERIMENT;

const FEW = { batchSize: 10, epochs: 2 };

/** Eight steps of a small net. */
const EXPERIMENT = {
  ...DEFAULT_EXPERIMENT,
  data: { ...data, source: 'shapes', train: 40, test: 10 },
  net: { ...net, architecture: 'small-cnn', width: 0.25 },
  training: { ...training, ...FEW },
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

async function made(experiment = EXPERIMENT): Promise<string> {
  const id = `run ${++serial}`;
  const labels = { name: id, note: '', color: 0 };
  await valueOf(RUN_JOBS['run-create']({ id, labels, experiment }));
  return id;
}

async function listed(id: string): Promise<RunSummary | undefined> {
  return (await valueOf(RUN_JOBS.runs(null))).find((one) => one.id === id);
}

/** The jobs of another tab: the storage is the same, nothing is open. */
async function anotherTab() {
  vi.resetModules();
  const { runJob: start } = await import('../run-job.ts');
  const { RUN_JOBS: jobs } = await import('./jobs.ts');
  const outcomeOf = <E, R>(job: Job<E, R>): Promise<JobOutcome<R>> =>
    start(job, { aborted: () => false, onEvent: () => undefined });
  return { jobs, outcomeOf };
}

/** No checkpoint can be kept from now on. */
const full = (): void => failPuts('checkpoints', 1);

const START = { steps: 0, norms: 0, epochs: 0 };
const IN_ANOTHER_TAB = {
  ok: false,
  failure: {
    code: 'storage',
    message: expect.stringMatching(/is training in another tab.*then try again/) as string,
  },
};

/** Trains until `steps` steps are reported, then stops as a user does. */
function trainUntil(id: string, steps: number, then: () => void = () => undefined) {
  let looks = 0;
  const stop = (): boolean => {
    // The start is reported before the first step, and every step once.
    const over = ++looks > steps;
    if (over) then();
    return over;
  };
  return run(RUN_JOBS.train({ id, steps: null }), undefined, stop);
}

describe('P12 pausing a run while the storage is full', () => {
  it('ends it as failed, on the page, in the list and in memory, and it continues later', async () => {
    const id = await made();
    const outcome = await trainUntil(id, 2, full);
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

describe('P6 a run that stopped on a number that is not finite', () => {
  it('is listed with the step of its last checkpoint', async () => {
    const id = await made({ ...EXPERIMENT, training: { ...training, ...FEW, learningRate: 100 } });
    await valueOf(RUN_JOBS.train({ id, steps: 1 }));
    const { end, progress } = await valueOf(RUN_JOBS.train({ id, steps: null }));
    expect(end.kind).toBe('not-finite');
    expect(progress.step).toBeGreaterThan(progress.savedStep!);
    expect(await listed(id)).toMatchObject({ step: progress.savedStep, end });
    expect(await valueOf(RUN_JOBS['run-rewind']({ id }))).toMatchObject({
      step: progress.savedStep,
    });
  });
});

describe('T25 an edit that cannot be kept', () => {
  it('is refused and not in force, while the run trains and after', async () => {
    const id = await made();
    const job = RUN_JOBS.train({ id, steps: null });
    await job.next();
    failPuts('runs', 1);
    const edit = { field: 'learningRate', value: 0.5 } as const;
    const refused = await run(RUN_JOBS['run-edit']({ id, edit }));
    expect(refused).toMatchObject({ ok: false, failure: { code: 'storage-full' } });
    vi.restoreAllMocks();
    for (let event = 0; event < 2; event++) await job.next();
    await job.return(undefined as never);
    const { steps } = await valueOf(RUN_JOBS['run-history']({ id, from: START }));
    expect(steps.learningRate.length).toBeGreaterThan(0);
    expect(new Set(steps.learningRate)).toEqual(new Set([training.learningRate]));
    expect((await listed(id))!.experiment.edits).toEqual([]);
  });
});

describe('ST5 a run and several tabs', () => {
  it('is opened once by jobs that come together', async () => {
    stubLocks();
    const id = await made();
    const { jobs: tab, outcomeOf } = await anotherTab();
    const outcomes = await Promise.all([
      outcomeOf(tab['run-history']({ id, from: START })),
      outcomeOf(tab['run-kernel']({ id, layer: 0 })),
      outcomeOf(tab.train({ id, steps: 1 })),
      outcomeOf(tab['run-files']({ id })),
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  it('is read while another tab trains it, and not changed', async () => {
    stubLocks();
    const id = await made();
    const { jobs: tab, outcomeOf } = await anotherTab();
    await valueOf(tab['run-history']({ id, from: START }));
    const training = RUN_JOBS.train({ id, steps: null });
    await training.next();
    const history = await outcomeOf(tab['run-history']({ id, from: START }));
    const edit = { field: 'learningRate', value: 0.5 } as const;
    const changes = [
      await outcomeOf(tab.train({ id, steps: 1 })),
      await outcomeOf(tab['run-edit']({ id, edit })),
      await outcomeOf(tab['run-rewind']({ id })),
    ];
    await training.return(undefined as never);
    expect(history).toMatchObject({ ok: true });
    expect(changes).toEqual([IN_ANOTHER_TAB, IN_ANOTHER_TAB, IN_ANOTHER_TAB]);
  });

  it('continues in one tab from where the other one paused it, edits included', async () => {
    stubLocks();
    const id = await made();
    const { jobs: tab } = await anotherTab();
    const edit = { field: 'learningRate', value: 0.5 } as const;
    expect(await valueOf(tab.train({ id, steps: 2 }))).toMatchObject({ progress: { step: 2 } });
    expect(await valueOf(RUN_JOBS.train({ id, steps: 2 }))).toMatchObject({
      progress: { step: 4 },
    });
    await valueOf(tab['run-edit']({ id, edit }));
    const { learningRate } = await valueOf(RUN_JOBS['run-kernel']({ id, layer: 0 }));
    expect(learningRate).toBe(0.5);
    await valueOf(RUN_JOBS['run-rewind']({ id }));
    const there = await valueOf(tab['run-kernel']({ id, layer: 0 }));
    expect(there).toMatchObject({ step: 4, learningRate: training.learningRate });
  });

  it('keeps the labels that another tab gives it while it trains, and is exported under them', async () => {
    stubLocks();
    const id = await made();
    const { jobs: tab } = await anotherTab();
    const training = RUN_JOBS.train({ id, steps: null });
    await training.next();
    const labels = { name: 'renamed', note: 'there', color: 2 };
    await valueOf(tab['run-labels']({ id, labels }));
    const { record } = await valueOf(RUN_JOBS['run-files']({ id }));
    expect(JSON.parse(record)).toMatchObject({ name: 'renamed', note: 'there' });
    for (let event = 0; event < 3; event++) await training.next();
    await training.return(undefined as never);
    expect(await listed(id)).toMatchObject({ labels, end: { kind: 'paused' } });
    expect((await listed(id))!.step).toBeGreaterThan(0);
  });

  it('with steps that could not be saved stays with its tab', async () => {
    stubLocks();
    const id = await made();
    const { jobs: tab, outcomeOf } = await anotherTab();
    await trainUntil(id, 2, full);
    vi.restoreAllMocks();
    expect(await outcomeOf(tab.train({ id, steps: 1 }))).toMatchObject(IN_ANOTHER_TAB);
    await valueOf(RUN_JOBS.train({ id, steps: 1 }));
    expect(await valueOf(tab.train({ id, steps: 1 }))).toMatchObject({ progress: { step: 4 } });
  });

  it('ST11 is not deleted while another tab trains it, and not trained once it is deleted', async () => {
    stubLocks();
    const id = await made();
    const { jobs: tab, outcomeOf } = await anotherTab();
    const training = RUN_JOBS.train({ id, steps: null });
    await training.next();
    const remove = () => outcomeOf(tab['run-delete']({ id, deleted: true }));
    expect(await remove()).toMatchObject(IN_ANOTHER_TAB);
    await training.return(undefined as never);
    expect(await listed(id)).toBeDefined();
    expect(await remove()).toMatchObject({ ok: true });
    expect(await run(RUN_JOBS.train({ id, steps: 1 }))).toMatchObject({
      failure: { message: expect.stringContaining('deleted in another tab') as string },
    });
    await valueOf(tab['run-purge']({ age: 0 }));
    expect((await run(RUN_JOBS.train({ id, steps: 1 }))).ok).toBe(false);
    expect(await listed(id)).toBeUndefined();
  });

  it('P12 is deleted although a full storage cannot note it, restored, or purged', async () => {
    stubLocks();
    const [one, two] = [await made(), await made()];
    failPuts('runs', 1);
    for (const id of [one, two]) await valueOf(RUN_JOBS['run-delete']({ id, deleted: true }));
    await valueOf(RUN_JOBS['run-delete']({ id: two, deleted: false }));
    vi.restoreAllMocks();
    await valueOf(RUN_JOBS['run-purge']({ age: 0 }));
    expect(await listed(one)).toBeUndefined();
    expect(await listed(two)).toBeDefined();
  });

  it('ST3 is not made where its checkpoints will have no room', async () => {
    const room = (free: number) => {
      const estimate = () => Promise.resolve({ usage: 1e6, quota: 1e6 + free });
      const persisted = () => Promise.resolve(false);
      vi.stubGlobal('navigator', { storage: { estimate, persisted } });
    };
    room(20_000);
    await expect(made()).rejects.toThrow(/storage is full: this needs .* 20.0 kB of 1.0 MB are/);
    expect(await listed(`run ${serial}`)).toBeUndefined();
    room(10e6);
    await made();
  });

  it('that could not be made is nobody’s', async () => {
    stubLocks();
    failPuts('runs', 1);
    const id = `run ${++serial}`;
    const input = { id, labels: { name: id, note: '', color: 0 }, experiment: EXPERIMENT };
    expect(await run(RUN_JOBS['run-create'](input))).toMatchObject({
      failure: { code: 'storage-full' },
    });
    vi.restoreAllMocks();
    await valueOf((await anotherTab()).jobs['run-create'](input));
  });
});

describe('T27 a run whose set was replaced', () => {
  /** Own images of two classes; `grey` tells them from others. */
  const add = (grey: number, count = 20) =>
    valueOf(
      DATA_JOBS['data-add-own']({
        name: 'mine',
        classes: ['a', 'b'],
        height: 32,
        width: 32,
        channels: 1,
        images: new Uint8Array(count * 32 * 32).fill(grey),
        labels: Int32Array.from({ length: count }, (_, at) => at % 2),
      }),
    );

  it('names the set and how to fix it, and continues once the set is there again', async () => {
    await add(1);
    const own = { source: 'own', own: 'mine', train: 16, test: 4, seed: 1 } as const;
    const id = await made({ ...EXPERIMENT, data: own });
    const message =
      'mine: the run was trained on other images than this set holds now; add the set that it ' +
      'was trained on again, then try again.';
    for (const others of [() => add(2), () => add(1, 10)]) {
      await others();
      const { jobs: tab, outcomeOf } = await anotherTab();
      const outcome = await outcomeOf(tab['run-history']({ id, from: START }));
      expect(outcome).toEqual({ ok: false, failure: { code: 'file', message } });
    }
    await add(1);
    const { jobs: tab, outcomeOf } = await anotherTab();
    expect(await outcomeOf(tab['run-history']({ id, from: START }))).toMatchObject({ ok: true });
  });
});

describe('P14 a run that is cancelled while it is made', () => {
  it('is not kept, at whichever of its events', async () => {
    stubLocks();
    const id = `run ${++serial}`;
    const input = { id, labels: { name: id, note: '', color: 0 }, experiment: EXPERIMENT };
    for (let events = 1; events <= 5; events++) {
      let looks = 0;
      const job = RUN_JOBS['run-create'](input);
      const outcome = await run(job, undefined, () => ++looks === events);
      expect(outcome).toMatchObject({ ok: false, failure: { code: 'aborted' } });
      expect(await listed(id)).toBeUndefined();
    }
    await valueOf(RUN_JOBS['run-create'](input));
    expect(await listed(id)).toBeDefined();
  });
});
