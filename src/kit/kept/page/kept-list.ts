import type { JobFailure, JobOutcome } from '../../../model/jobs.ts';

/** An entry that was deleted, and where it stood. */
export interface Removed<E> {
  readonly entry: E;
  readonly at: number;
}

/** Why something could not be done, and what it was. */
export interface Failed<What extends string> extends JobFailure {
  readonly what: What;
}

/** What can fail of a list that the worker keeps. */
export type ListWork = 'list' | 'delete' | 'purge';

/** What a store knows of a list that the worker keeps. */
interface KeptState<E> {
  readonly entries: readonly E[];
  readonly selected: string | null;
  readonly listed: boolean;
  readonly failure: Failed<ListWork> | null;
  readonly removed: Removed<E> | null;
}

interface Hooks<E> {
  readonly get: () => Pick<KeptState<E>, 'entries' | 'selected' | 'listed' | 'removed'>;
  readonly set: (change: Partial<KeptState<E>>) => void;
  readonly idOf: (entry: E) => string;
  /** The entry as it is when no job works on it. */
  readonly atRest: (entry: E) => E;
  /** Jobs of the worker: the kept entries, one marked as deleted or not. */
  readonly read: () => Promise<JobOutcome<readonly E[]>>;
  readonly mark: (id: string, deleted: boolean) => Promise<JobOutcome<unknown>>;
  /** Forgets for good what was deleted at least `age` milliseconds ago. */
  readonly purge: (age: number) => Promise<JobOutcome<unknown>>;
}

/** What was deleted so long ago, in milliseconds, is forgotten when the page is opened. */
const PURGE_AFTER = 3_600_000;

export interface KeptList<E> {
  readonly find: (id: string) => E | undefined;
  readonly patch: (id: string, change: (entry: E) => Partial<E>) => void;
  /** Reads what is kept; does nothing the second time. */
  readonly list: () => Promise<void>;
  /** The end of the reading while it is under way; null before and after. */
  readonly reading: () => Promise<void> | null;
  /**
   * Takes an entry that no job works on out of the list; the last one can be brought back. It is back by
   * itself where it could not be deleted.
   */
  readonly remove: (id: string) => Promise<void>;
  /** Brings the last one back and chooses it; resolves to its name, or null when that failed. */
  readonly undoRemove: () => Promise<string | null>;
  /** Frees what deleted entries hold; they cannot be brought back then. */
  readonly purge: () => Promise<void>;
}

/** What runs and evaluations share: a list that is kept by the worker and shown by the page. */
export function keptList<E extends { readonly failure: JobFailure | null }>(
  hooks: Hooks<E>,
): KeptList<E> {
  const { get, set, idOf, atRest } = hooks;
  let listing: Promise<void> | null = null;
  /** The last marking of each entry that is under way. */
  const marks = new Map<string, Promise<JobOutcome<unknown>>>();
  /** Marks an entry when its marking before is done: the worker may turn to the later one first. */
  const mark = (id: string, deleted: boolean): Promise<JobOutcome<unknown>> => {
    const before = marks.get(id);
    const now =
      before === undefined ? hooks.mark(id, deleted) : before.then(() => hooks.mark(id, deleted));
    marks.set(id, now);
    void now.then(() => marks.get(id) === now && marks.delete(id));
    return now;
  };

  const find = (id: string): E | undefined => get().entries.find((entry) => idOf(entry) === id);
  const patch: KeptList<E>['patch'] = (id, change) =>
    set({
      entries: get().entries.map((entry) =>
        idOf(entry) === id ? { ...entry, ...change(entry) } : entry,
      ),
    });
  const read = async (): Promise<void> => {
    // Another tab may still bring back what it has just deleted.
    await hooks.purge(PURGE_AFTER);
    const outcome = await hooks.read();
    if (!outcome.ok) {
      set({ failure: { ...outcome.failure, what: 'list' }, listed: true });
      return;
    }
    const found = outcome.value.filter((entry) => find(idOf(entry)) === undefined);
    set({ entries: [...found, ...get().entries], listed: true });
  };

  return {
    find,
    patch,
    list: () => (listing ??= read()),
    reading: () => (get().listed ? null : listing),
    remove: async (id) => {
      const { entries, selected } = get();
      const entry = find(id);
      if (entry === undefined) return;
      const at = entries.indexOf(entry);
      set({
        entries: entries.toSpliced(at, 1),
        removed: { entry: atRest(entry), at },
        selected: selected === id ? null : selected,
      });
      const outcome = await mark(id, true);
      if (outcome.ok) return;
      const now = get();
      set({
        // An undo in between has brought it back already.
        ...(find(id) === undefined && { entries: now.entries.toSpliced(at, 0, atRest(entry)) }),
        ...(now.removed !== null && idOf(now.removed.entry) === id && { removed: null }),
        ...(selected === id && now.selected === null && { selected: id }),
        failure: { ...outcome.failure, what: 'delete' },
      });
    },
    undoRemove: async () => {
      const { entries, removed } = get();
      if (removed === null) return null;
      const { entry, at } = removed;
      const id = idOf(entry);
      set({ entries: entries.toSpliced(at, 0, entry), removed: null, selected: id });
      const outcome = await mark(id, false);
      if (outcome.ok) return id;
      const failure: Failed<'undo'> = { ...outcome.failure, what: 'undo' };
      patch(id, (back) => ({ ...back, failure }));
      return null;
    },
    purge: async () => {
      set({ removed: null });
      const outcome = await hooks.purge(0);
      if (!outcome.ok) set({ failure: { ...outcome.failure, what: 'purge' } });
    },
  };
}
