import { describe, expect, it } from 'vitest';
import type { EvaluationRecord } from '../model/attack/evaluation.ts';
import type { JobKind, JobOutcome } from '../model/jobs.ts';
import { createAttackStore, type AttackStore } from './attack/store.ts';
import { PageList } from '../kit/kept/page/page-list.ts';
import type { startJob } from './worker-client.ts';

interface Harness {
  readonly store: AttackStore;
  /** Jobs in the order in which they were started. */
  readonly asked: (readonly [JobKind, unknown])[];
  readonly names: () => string[];
}

/**
 * The store of evaluations over a storage with three of them; a curve ends when it is stopped.
 *
 * @param refused Which marking of an entry, as deleted or not, the storage refuses.
 */
async function harness(refused: boolean | null = null): Promise<Harness> {
  const asked: Harness['asked'] = [];
  const records = ['a', 'b', 'c'].map((id) => ({ id, finished: true }) as EvaluationRecord);
  let stopCurve: () => void = () => undefined;
  const stopped = { ok: false, failure: { code: 'aborted', message: '' } } as const;
  const curve = new Promise<JobOutcome<unknown>>((resolve) => {
    stopCurve = () => resolve(stopped);
  });
  const outcomeOf = (kind: JobKind, input: unknown): Promise<JobOutcome<unknown>> => {
    if (kind === 'attack-curve') return curve;
    const isRefused =
      refused !== null && (input as { deleted?: boolean } | null)?.deleted === refused;
    if (kind === 'evaluation-delete' && isRefused) {
      return Promise.resolve({ ok: false, failure: { code: 'storage', message: 'No.' } });
    }
    return Promise.resolve({ ok: true, value: kind === 'evaluations' ? records : null });
  };
  const start = (kind: JobKind, input: unknown) => {
    asked.push([kind, input]);
    return { outcome: outcomeOf(kind, input), abort: () => stopCurve() };
  };
  const store = createAttackStore({ start: start as unknown as typeof startJob });
  const names = (): string[] => store.getState().evaluations.map(({ record }) => record.id);
  await store.getState().list();
  return { store, asked, names };
}

describe('a list that the worker keeps', () => {
  it('P7 is read once, after what an earlier visit deleted has been forgotten', async () => {
    const { store, asked, names } = await harness();
    await store.getState().list();
    const HOUR = 3_600_000;
    expect(asked).toEqual([
      ['evaluation-purge', { age: HOUR }],
      ['evaluations', null],
    ]);
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(store.getState().listed).toBe(true);
  });

  it('P7 brings a deleted entry back in its place, chosen, and without work that was stopped', async () => {
    const { store, asked, names } = await harness();
    store.getState().select('b');
    void store.getState().drawCurve('b', [0, 0.1], {} as never);
    await store.getState().remove('b');
    expect(names()).toEqual(['a', 'c']);
    expect(store.getState()).toMatchObject({ selected: null, removed: { at: 1 } });
    expect(asked.at(-1)).toEqual(['evaluation-delete', { id: 'b', deleted: true }]);
    await store.getState().undoRemove();
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(store.getState()).toMatchObject({ selected: 'b', removed: null });
    expect(store.getState().evaluations[1]).toMatchObject({ activity: 'idle', curve: null });
    expect(asked.at(-1)).toEqual(['evaluation-delete', { id: 'b', deleted: false }]);
  });

  it('P7 marks an entry as deleted and not in the order that was asked for', async () => {
    const ends: (() => void)[] = [];
    const marked: boolean[] = [];
    const entry = { id: 'a', failure: null };
    let state = { entries: [entry], selected: null, listed: true, removed: null, failure: null };
    const { actions } = new PageList<typeof entry>({
      get: () => state,
      set: (change) => (state = { ...state, ...change } as typeof state),
      idOf: ({ id }) => id,
      atRest: (one) => one,
      ended: () => Promise.resolve(),
      read: () => Promise.resolve({ ok: true, value: [] }),
      purge: () => Promise.resolve({ ok: true, value: null }),
      mark: (_, deleted) => {
        marked.push(deleted);
        return new Promise((resolve) => ends.push(() => resolve({ ok: true, value: null })));
      },
    });
    const removal = actions.remove('a');
    await Promise.resolve();
    const undo = actions.undoRemove();
    await Promise.resolve();
    expect(marked).toEqual([true]);
    ends[0]!();
    await removal;
    expect(marked).toEqual([true, false]);
    ends[1]!();
    expect(await undo).toBe('a');
  });

  it('P7 cannot bring back what was purged, and does nothing for an entry that it lacks', async () => {
    const { store, asked, names } = await harness();
    await store.getState().remove('c');
    await store.getState().purge();
    expect(asked.at(-1)).toEqual(['evaluation-purge', { age: 0 }]);
    const before = asked.length;
    await store.getState().undoRemove();
    await store.getState().remove('c');
    expect(asked).toHaveLength(before);
    expect(names()).toEqual(['a', 'b']);
  });

  it('P7 keeps an entry that could not be deleted, and tells why that or an undo was not kept', async () => {
    const { store, names } = await harness(true);
    store.getState().select('b');
    await store.getState().remove('b');
    expect(store.getState().failure).toEqual({ code: 'storage', message: 'No.', what: 'delete' });
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(store.getState()).toMatchObject({ selected: 'b', removed: null });
    const other = await harness(false);
    await other.store.getState().remove('a');
    await other.store.getState().undoRemove();
    expect(other.store.getState().evaluations[0]).toMatchObject({
      failure: { message: 'No.', what: 'undo' },
    });
  });
});
