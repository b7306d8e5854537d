import { describe, expect, it } from 'vitest';
import { PageList, type ListActions, type ListState } from '../kit/kept/page/page-list.ts';
import { DEFAULT_EXPERIMENT } from '../model/train/experiment.ts';
import type { JobFailure, JobKind, JobOutcome } from '../model/jobs.ts';
import { createAttackStore } from './attack/store.ts';
import { history, summary } from './testing/run-harness.ts';
import { createRunStore } from './train/store.ts';
import type { startJob } from './worker-client.ts';

/** The fields of an entry used by this suite. */
interface Entry {
  readonly activity: string;
  readonly failure: JobFailure | null;
}

/** One list of the page: its store, and its jobs by name. */
interface Use {
  readonly name: string;
  readonly kinds: Readonly<Record<'list' | 'mark' | 'purge', JobKind>>;
  /** A job that runs until it is stopped. */
  readonly long: JobKind;
  /** A stored entry as listed by the worker. */
  readonly kept: (id: string) => object;
  readonly open: (start: typeof startJob) => {
    readonly state: () => ListActions & ListState<unknown, string>;
    readonly entries: () => readonly (readonly [string, Entry])[];
    /** Starts the long job on an entry. */
    readonly work: (id: string) => unknown;
  };
}

const USES: readonly Use[] = [
  {
    name: 'runs',
    kinds: { list: 'runs', mark: 'run-delete', purge: 'run-purge' },
    long: 'train',
    kept: (id) => {
      const labels = { name: id, note: '', color: 0 };
      return summary({ id, labels, experiment: DEFAULT_EXPERIMENT });
    },
    open: (start) => {
      const store = createRunStore({ start });
      return {
        state: store.getState,
        entries: () => store.getState().runs.map((one) => [one.summary.id, one]),
        work: (id) => store.getState().train(id, null),
      };
    },
  },
  {
    name: 'evaluations',
    kinds: { list: 'evaluations', mark: 'evaluation-delete', purge: 'evaluation-purge' },
    long: 'attack-curve',
    kept: (id) => ({ id, finished: true }),
    open: (start) => {
      const store = createAttackStore({ start });
      return {
        state: store.getState,
        entries: () => store.getState().evaluations.map((one) => [one.record.id, one]),
        work: (id) => store.getState().drawCurve(id, [0, 0.1], {} as never),
      };
    },
  },
];

const done = (value: unknown): JobOutcome<unknown> => ({ ok: true, value });
const failed = (code: JobFailure['code'], message: string): JobOutcome<unknown> => {
  return { ok: false, failure: { code, message } };
};

/**
 * A list over a storage with three entries; its long job ends when it is stopped.
 *
 * @param rejected Which mark of an entry, deleted or not, the storage rejects.
 */
async function harness({ kinds, long, kept, open }: Use, rejected: boolean | null = null) {
  /** Jobs in the order in which they were started. */
  const asked: (readonly [JobKind, unknown])[] = [];
  let stopLong: () => void = () => undefined;
  const outcomeOf = (kind: JobKind, input: unknown): Promise<JobOutcome<unknown>> => {
    if (kind === long) return new Promise((end) => (stopLong = () => end(failed('aborted', ''))));
    if (kind === 'run-history') return Promise.resolve(done(history(0, 0)));
    const { deleted } = (input ?? {}) as { readonly deleted?: boolean };
    if (kind === kinds.mark && deleted === rejected) {
      return Promise.resolve(failed('storage', 'No.'));
    }
    return Promise.resolve(done(kind === kinds.list ? ['a', 'b', 'c'].map(kept) : null));
  };
  const start = (kind: JobKind, input: unknown) => {
    asked.push([kind, input]);
    return { outcome: outcomeOf(kind, input), abort: () => stopLong() };
  };
  const list = open(start as unknown as typeof startJob);
  await list.state().list();
  const marks = () => asked.filter(([kind]) => kind === kinds.mark).map(([, input]) => input);
  const ids = () => list.entries().map(([id]) => id);
  const entry = (id: string) => list.entries().find(([one]) => one === id)![1];
  return { ...list, asked, marks, ids, entry };
}

describe.each(USES)('a list stored by the worker: $name', (use) => {
  it('P7 is read once, after entries deleted on an earlier visit were purged', async () => {
    const { state, asked, ids } = await harness(use);
    await state().list();
    expect(asked).toEqual([
      [use.kinds.purge, { age: 3_600_000 }],
      [use.kinds.list, null],
    ]);
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(state().listed).toBe(true);
  });

  it('P7 restores a deleted entry in its place, selected, and without work that was stopped', async () => {
    const { state, marks, ids, entry, work } = await harness(use);
    state().select('b');
    void work('b');
    await new Promise((resolve) => setTimeout(resolve));
    await state().remove('b');
    expect(ids()).toEqual(['a', 'c']);
    expect(state()).toMatchObject({ selected: null, removed: { at: 1 } });
    expect(marks()).toEqual([{ id: 'b', deleted: true }]);
    await state().undoRemove();
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(state()).toMatchObject({ selected: 'b', removed: null });
    expect(entry('b')).toMatchObject({ activity: 'idle', failure: null });
    expect(marks().at(-1)).toEqual({ id: 'b', deleted: false });
  });

  it('P7 cannot restore purged entries, and ignores unknown entries', async () => {
    const { state, asked, ids } = await harness(use);
    await state().remove('c');
    await state().purge();
    expect(asked.at(-1)).toEqual([use.kinds.purge, { age: 0 }]);
    const before = asked.length;
    await state().undoRemove();
    await state().remove('c');
    expect(asked).toHaveLength(before);
    expect(ids()).toEqual(['a', 'b']);
  });

  it('P7 keeps an entry that could not be deleted, and reports why that or an undo failed', async () => {
    const { state, ids } = await harness(use, true);
    state().select('b');
    await state().remove('b');
    expect(state().failure).toEqual({ code: 'storage', message: 'No.', what: 'delete' });
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(state()).toMatchObject({ selected: 'b', removed: null });
    state().dismissFailure();
    expect(state().failure).toBeNull();
    const other = await harness(use, false);
    await other.state().remove('a');
    await other.state().undoRemove();
    expect(other.entry('a').failure).toMatchObject({ message: 'No.', what: 'undo' });
  });
});

describe('a list stored by the worker', () => {
  it('P7 marks an entry as deleted or not in the order of the requests', async () => {
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
});
