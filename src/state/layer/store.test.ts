import { describe, expect, it } from 'vitest';
import type { JobKind, JobOutcome } from '../../model/jobs.ts';
import { FIRST_VIEW } from '../../model/layer/layer-view.ts';
import { DEFAULT_LAYER, type LayerSpec } from '../../model/layer/layer.ts';
import { JOBS } from '../../worker/jobs.ts';
import { runJob, type Job } from '../../worker/run-job.ts';
import { EDITED } from './edits.ts';
import { createLayerStore, type LayerStore } from './store.ts';
import type { startJob } from '../worker-client.ts';

/** The worker's jobs run here, one after another; the store cannot tell the difference. */
function jobsHere(log: JobKind[] = []): typeof startJob {
  return ((kind: JobKind, input: unknown, onEvent: (event: unknown) => void = () => undefined) => {
    log.push(kind);
    let stop = false;
    const job = (JOBS[kind] as (input: unknown) => Job<unknown, unknown>)(input);
    const outcome = runJob(job, { aborted: () => stop, onEvent });
    return { outcome, abort: () => (stop = true) };
  }) as unknown as typeof startJob;
}

/** Waits until the store's state satisfies the condition. */
function until(
  store: LayerStore,
  holds: (state: ReturnType<LayerStore['getState']>) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const look = (): boolean => holds(store.getState());
    if (look()) {
      resolve();
      return;
    }
    const off = store.subscribe(() => {
      if (!look()) return;
      off();
      resolve();
    });
  });
}

const still: LayerSpec = { ...DEFAULT_LAYER, input: [4, 4] };

async function ready(log?: JobKind[]): Promise<LayerStore> {
  const store = createLayerStore(jobsHere(log));
  store.getState().setSpec(still);
  await until(store, ({ l2 }) => l2.status === 'done');
  return store;
}

describe('the Layer store', () => {
  it('shows the requested layer, then narrows its ℓ2 interval', async () => {
    const { report, shown, l2, busy } = (await ready()).getState();
    expect([shown, busy]).toEqual([still, false]);
    const { lower, upper } = l2.progress!.interval;
    expect(lower).toBeGreaterThan(0);
    expect(upper).toBeGreaterThanOrEqual(lower);
    expect(upper).toBeLessThanOrEqual(
      Math.sqrt(report!.norms.l1.value * report!.norms.linf.value) * (1 + 1e-12),
    );
  });

  it('keeps the last valid layer when the new one is invalid, and says why', async () => {
    const store = await ready();
    const before = store.getState().report;
    store.getState().patch({ kernel: [9, 9] });
    await until(store, ({ busy }) => !busy);
    const { report, shown, spec, failure } = store.getState();
    expect(report).toBe(before);
    expect([shown, spec.kernel]).toEqual([still, [9, 9]]);
    expect(failure).toMatchObject({ code: 'geometry', field: 'vertical kernel size' });
  });

  it('computes the newest of many requests, not each', async () => {
    const log: JobKind[] = [];
    const store = createLayerStore(jobsHere(log));
    for (let n = 1; n <= 20; n++) store.getState().setSpec({ ...still, dOut: n });
    await until(store, ({ busy }) => !busy);
    expect(store.getState().report!.operator.geometry.dOut).toBe(20);
    expect(log.filter((kind) => kind === 'layer')).toHaveLength(2);
  });

  it('edits a weight and restores the source', async () => {
    const store = await ready();
    store.getState().editWeight(5, 42);
    await until(store, ({ busy }) => !busy);
    expect(store.getState().report!.operator.kernel[5]).toBe(42);
    expect(store.getState().spec.source).toMatchObject({ kind: 'values', name: EDITED });
    store.getState().editWeight(6, 43);
    await until(store, ({ busy }) => !busy);
    store.getState().undoEdits();
    await until(store, ({ busy }) => !busy);
    expect(store.getState().shown).toEqual(still);
    expect(store.getState().edits).toBeNull();
  });

  it('keeps every edit made before the worker answers, and other requests', async () => {
    const log: JobKind[] = [];
    const store = await ready(log);
    const { editWeight, patch } = store.getState();
    editWeight(5, 42);
    patch({ stride: [1, 1] });
    editWeight(6, 43);
    editWeight(5, 44);
    await until(store, ({ busy }) => !busy);
    const { report, shown } = store.getState();
    expect([...report!.operator.kernel.slice(5, 7)]).toEqual([44, 43]);
    expect(shown!.stride).toEqual([1, 1]);
  });

  it('edits the layer on screen when another was rejected, or will have other weights', async () => {
    const store = await ready();
    store.getState().patch({ stride: [0, 1] });
    await until(store, ({ busy }) => !busy);
    store.getState().editWeight(5, 42);
    expect(store.getState().spec.stride).toEqual(still.stride);
    await until(store, ({ busy }) => !busy);
    store.getState().patch({ dOut: 7 });
    store.getState().editWeight(6, 43);
    await until(store, ({ busy }) => !busy);
    const { report, failure } = store.getState();
    expect([...report!.operator.kernel.slice(5, 7)]).toEqual([42, 43]);
    expect(failure).toBeNull();
  });

  it('undoes edits one by one, those of one weight as one', async () => {
    const store = await ready();
    const before = [...store.getState().report!.operator.kernel];
    const { editWeight, undoEdit } = store.getState();
    editWeight(5, 4);
    editWeight(5, 42);
    editWeight(6, 43);
    editWeight(5, 44);
    const weights: number[][] = [];
    for (let left = 3; left > 0; left--) {
      undoEdit();
      await until(store, ({ busy }) => !busy);
      weights.push([...store.getState().report!.operator.kernel.slice(5, 7)]);
    }
    expect(weights).toEqual([[42, 43], [42, before[6]], before.slice(5, 7)]);
    expect(store.getState()).toMatchObject({ shown: still, edits: null });
    undoEdit();
    expect(store.getState().busy).toBe(false);
  });

  it('keeps the pin while M keeps its shape, and clears it otherwise', async () => {
    const store = await ready();
    const pin = { kind: 'entry', row: 3, column: 5 } as const;
    store.getState().setPinned(pin);
    store.getState().patch({ source: { kind: 'he', seed: 2 } });
    await until(store, ({ busy }) => !busy);
    expect(store.getState().pinned).toEqual(pin);
    store.getState().patch({ dOut: 5 });
    await until(store, ({ busy }) => !busy);
    expect(store.getState().pinned).toBeNull();
  });

  it('pinning the same thing twice unpins it', async () => {
    const store = await ready();
    const pin = { kind: 'weight', i: 0, j: 1, k: 2, t: 0 } as const;
    store.getState().setPinned(pin);
    store.getState().setPinned({ ...pin });
    expect(store.getState().pinned).toBeNull();
  });

  it('ignores a focus that the layer on screen does not have', async () => {
    const store = await ready();
    const { setFocus, setPinned } = store.getState();
    setPinned({ kind: 'input', channel: 0, y: 4, x: 0 });
    setFocus({ kind: 'weight', i: 99, j: 0, k: 0, t: 0 });
    expect(store.getState()).toMatchObject({ pinned: null, focus: null });
    setFocus({ kind: 'input', channel: 0, y: 3, x: 0 });
    expect(store.getState().focus).toEqual({ kind: 'input', channel: 0, y: 3, x: 0 });
  });

  it("applies a link's pin when the layer has it, else none", async () => {
    const store = await ready();
    const spec = { ...still, dOut: 6 };
    const pinned = { kind: 'output', channel: 5, y: 1, x: 1 } as const;
    store.getState().open({ spec, pinned, colorMode: 'tap', view: FIRST_VIEW });
    await until(store, ({ busy }) => !busy);
    expect(store.getState()).toMatchObject({ pinned, colorMode: 'tap' });
    store.getState().open({ spec: still, pinned, colorMode: 'value', view: FIRST_VIEW });
    await until(store, ({ busy }) => !busy);
    expect(store.getState().pinned).toBeNull();
  });

  it('stops the ℓ2 run and keeps its results; refining never widens the interval', async () => {
    const store = createLayerStore(jobsHere());
    store.getState().setSpec(DEFAULT_LAYER);
    await until(store, ({ l2 }) => l2.fresh);
    store.getState().stopL2();
    await until(store, ({ l2 }) => l2.status !== 'running');
    const first = store.getState().l2.progress!.interval;
    const seen: number[] = [];
    const off = store.subscribe(({ l2 }) => seen.push(l2.progress!.interval.upper));
    store.getState().startL2('full');
    await until(store, ({ l2 }) => l2.status === 'done');
    off();
    expect(Math.max(...seen)).toBeLessThanOrEqual(first.upper);
    expect(store.getState().l2.progress!.interval.lower).toBeGreaterThanOrEqual(first.lower);
  });

  it('reports a failure of the computing worker', async () => {
    const failure = { code: 'bug', message: 'The computing worker stopped.' } as const;
    const outcome: Promise<JobOutcome<never>> = Promise.resolve({ ok: false, failure });
    const store = createLayerStore(() => ({ outcome, abort: () => undefined }));
    store.getState().setSpec(still);
    await until(store, ({ busy }) => !busy);
    expect(store.getState()).toMatchObject({ failure, report: null });
  });
});
