import { describe, expect, it } from 'vitest';
import type { JobKind, JobOutcome, Jobs } from '../../model/jobs.ts';
import type { NetLayerInfo, NetRow, NetSummary } from '../../model/net/net.ts';
import { createNetStore, type NetStore } from './store.ts';
import { fakeWorker, type Started } from '../testing/worker.fake.ts';

function info(index: number): NetLayerInfo {
  return {
    index,
    name: `l${index}`,
    kind: 'dense',
    weightShape: [1, 1],
    shape: null,
    eps: null,
    guessed: [],
  };
}

function summary(id: string, name = 'net'): NetSummary {
  return { id, name, files: ['f'], layers: [info(0), info(1)], described: false, notes: [] };
}

function row(index: number, l1: number): NetRow {
  return {
    index,
    norms: { l1, linf: 1, l2: null, assumption: null, formulas: null, output: null },
  };
}

const done = (value: Jobs[JobKind]['result']): JobOutcome<unknown> => ({ ok: true, value });
const failed = (message: string, code: 'file' | 'aborted' = 'file'): JobOutcome<unknown> => ({
  ok: false,
  failure: { code, message },
});

/** A store with one net open, whose rows are being computed. */
async function opened(): Promise<{ store: NetStore; jobs: Started[]; id: string }> {
  const { start, jobs } = fakeWorker();
  const store = createNetStore(start);
  void store.getState().open('example');
  const { id } = jobs[0]!.input as { id: string };
  await jobs[0]!.end(done({ summary: summary(id), replaces: false }));
  return { store, jobs, id };
}

const last = (jobs: Started[]): Started => jobs.at(-1)!;

describe('the net store', () => {
  it('opens a net and adds its rows as they arrive', async () => {
    const { store, jobs, id } = await opened();
    expect(store.getState()).toMatchObject({ selected: id, opening: null, failure: null });
    expect(last(jobs)).toMatchObject({
      kind: 'net-norms',
      input: { id, layers: [0, 1], effort: 'quick' },
    });
    last(jobs).tell({ rows: [row(0, 7)] });
    expect(store.getState().nets[0]!.rows.get(0)).toEqual(row(0, 7));
    expect(store.getState().nets[0]!.busy.size).toBe(2);
    await last(jobs).end(done({ rows: [row(0, 7), row(1, 8)] }));
    expect(store.getState().nets[0]!.busy.size).toBe(0);
    expect(store.getState().nets[0]!.rows.get(1)).toEqual(row(1, 8));
  });

  it('keeps open nets when a file is rejected, and says why', async () => {
    const { store, jobs } = await opened();
    void store.getState().open([]);
    await last(jobs).end(failed('bad file'));
    expect(store.getState().nets).toHaveLength(1);
    expect(store.getState().failure?.message).toBe('bad file');
    store.getState().dismissFailure();
    expect(store.getState().failure).toBeNull();
  });

  it('stops at once and ignores later events', async () => {
    const { store, jobs, id } = await opened();
    const job = last(jobs);
    store.getState().stop(id);
    expect(job.aborted).toBe(true);
    expect(store.getState().nets[0]!.busy.size).toBe(0);
    job.tell({ rows: [row(0, 7)] });
    await job.end(done({ rows: [row(0, 7)] }));
    expect(store.getState().nets[0]!.rows.size).toBe(0);
  });

  it('discards rows computed for an older geometry', async () => {
    const { store, jobs, id } = await opened();
    const first = last(jobs);
    const edit = store.getState().edit(id, 0, { eps: 0 });
    await last(jobs).end(done({ ...info(0), eps: 0 }));
    await edit;
    first.tell({ rows: [row(0, 7), row(1, 8)] });
    expect([...store.getState().nets[0]!.rows.keys()]).toEqual([1]);
    expect(last(jobs)).toMatchObject({ kind: 'net-norms', input: { layers: [0] } });
    last(jobs).tell({ rows: [row(0, 9)] });
    expect(store.getState().nets[0]!.rows.get(0)).toEqual(row(0, 9));
  });

  it('changes nothing when an edit is rejected', async () => {
    const { store, jobs, id } = await opened();
    const before = store.getState().nets;
    const edit = store.getState().edit(id, 0, { eps: 2 });
    await last(jobs).end(failed('ε = 2'));
    expect((await edit)?.message).toBe('ε = 2');
    expect(store.getState().nets).toBe(before);
  });

  it('restores a removed net with its place and colour, until another one is removed', async () => {
    const { store, jobs, id } = await opened();
    void store.getState().open('example');
    const other = (last(jobs).input as { id: string }).id;
    await last(jobs).end(done({ summary: summary(other), replaces: false }));
    expect(store.getState().nets.map(({ summary: { name } }) => name)).toEqual(['net', 'net (2)']);
    expect(store.getState().nets.map(({ color }) => color)).toEqual([0, 1]);
    store.getState().remove(id);
    expect(store.getState().selected).toBe(other);
    store.getState().undoRemove();
    expect(store.getState().nets.map(({ summary: { id: one } }) => one)).toEqual([id, other]);
    store.getState().remove(id);
    store.getState().remove(other);
    expect(last(jobs)).toMatchObject({ kind: 'close-net', input: { id } });
    expect(store.getState().selected).toBeNull();
  });

  it('lets a newer opening replace one that is still reading', async () => {
    const { store, jobs, id } = await opened();
    void store.getState().open('example');
    const slow = last(jobs);
    void store.getState().open('example');
    expect(slow.aborted).toBe(true);
    await slow.end(failed('Stopped.', 'aborted'));
    expect(store.getState().opening).not.toBeNull();
    store.getState().stopOpening();
    expect(store.getState()).toMatchObject({ opening: null, selected: id });
  });
});
