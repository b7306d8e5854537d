import type { JobFailure, JobOutcome } from '../../../model/jobs.ts';
import { KeyedMutex } from '../../keyed-mutex.ts';
import { askToPersist } from './ask-to-persist.ts';
import { JobSlots, type RunningJob } from './job-slots.ts';

/** An entry that was deleted, and its place in the list. */
export interface Removed<E> {
  readonly entry: E;
  readonly at: number;
}

/** Why something could not be done, and what it was. */
export interface Failed<What extends string> extends JobFailure {
  readonly what: What;
}

/** What can fail of a list that concerns no single entry, or one that is not in it. */
export type ListWork = 'list' | 'create' | 'delete' | 'purge';

/** What the page knows of a list that the worker keeps, beside its entries. */
export interface ListState<E, What extends string = never> {
  /** Null: the form of a new entry is on screen. */
  readonly selected: string | null;
  /** Whether the kept entries have been read. */
  readonly listed: boolean;
  /** Whether an entry is being made. */
  readonly creating: boolean;
  /** What failed last that concerns no single entry, and why. */
  readonly failure: Failed<ListWork | What> | null;
  /** The entry that was deleted last, and its place in the list. */
  readonly removed: Removed<E> | null;
}

export const EMPTY_LIST: ListState<never> = {
  selected: null,
  listed: false,
  creating: false,
  failure: null,
  removed: null,
};

/** What can be done to every list. */
export interface ListActions {
  /** Reads the kept entries; does nothing the second time. */
  readonly list: () => Promise<void>;
  readonly select: (id: string | null) => void;
  /** Stops the making of an entry. */
  readonly cancel: () => void;
  /**
   * Takes an entry out of the list, once its jobs have been stopped; the last one can be restored. It comes
   * back by itself where it could not be deleted.
   */
  readonly remove: (id: string) => Promise<void>;
  /** Restores and selects the entry that was removed last. @returns its id; null where it failed */
  readonly undoRemove: () => Promise<string | null>;
  /** Frees what deleted entries hold; they cannot be restored then. */
  readonly purge: () => Promise<void>;
  readonly dismissFailure: () => void;
}

type Entries<E> = ListState<E> & { readonly entries: readonly E[] };

interface Hooks<E> {
  readonly get: () => Pick<Entries<E>, 'entries' | 'selected' | 'listed' | 'removed'>;
  readonly set: (change: Partial<Entries<E>>) => void;
  readonly idOf: (entry: E) => string;
  /** The entry as it is when no job works on it. */
  readonly atRest: (entry: E) => E;
  /** Stops the jobs on an entry and resolves when they have ended. */
  readonly ended: (id: string) => Promise<void>;
  /** Jobs of the worker: reads the kept entries, marks one as deleted or not. */
  readonly read: () => Promise<JobOutcome<readonly E[]>>;
  readonly mark: (id: string, deleted: boolean) => Promise<JobOutcome<unknown>>;
  /** Removes for good what was deleted at least `age` milliseconds ago. */
  readonly purge: (age: number) => Promise<JobOutcome<unknown>>;
}

/** How a new entry is made. */
interface Making<E> {
  readonly start: () => RunningJob<E>;
  /** Puts what the worker rejected to the field of the form at `path`. */
  readonly reject: (path: string, message: string) => void;
}

/** What was deleted so long ago, in milliseconds, is removed for good when the page is opened. */
const PURGE_AFTER = 3_600_000;

/** Returns what a job's end says of trouble; one that was stopped is none, nor news of another's. */
export function troubleOf<What extends string>(
  what: What,
  outcome: JobOutcome<unknown>,
): { readonly failure?: Failed<What> } {
  if (outcome.ok || outcome.failure.code === 'aborted') return {};
  return { failure: { ...outcome.failure, what } };
}

/** A list that the worker keeps and the page shows. */
export class PageList<E extends { readonly failure: JobFailure | null }> {
  readonly #marks = new KeyedMutex();
  readonly #slots = new JobSlots();
  #listing: Promise<void> | null = null;
  #making = new AbortController();

  /** What the page's store takes over as it is. */
  readonly actions: ListActions;

  constructor(private readonly hooks: Hooks<E>) {
    this.actions = {
      list: () => (this.#listing ??= this.#read()),
      select: (selected) => hooks.set({ selected }),
      cancel: () => {
        this.#making.abort();
        this.#slots.stop(CREATE);
      },
      remove: (id) => this.#remove(id),
      undoRemove: () => this.#undoRemove(),
      purge: () => this.#purge(),
      dismissFailure: () => hooks.set({ failure: null }),
    };
  }

  readonly find = (id: string): E | undefined =>
    this.hooks.get().entries.find((entry) => this.hooks.idOf(entry) === id);

  readonly patch = (id: string, change: (entry: E) => Partial<E>): void => {
    const { get, set, idOf } = this.hooks;
    set({
      entries: get().entries.map((entry) =>
        idOf(entry) === id ? { ...entry, ...change(entry) } : entry,
      ),
    });
  };

  /** Makes an entry, adds and selects it. @returns its id; null where it failed or was cancelled */
  async create(making: Making<E>): Promise<string | null> {
    const { get, set, idOf } = this.hooks;
    this.#making = new AbortController();
    const { signal } = this.#making;
    set({ creating: true, failure: null });
    void askToPersist();
    const outcome = await this.#slots.run(CREATE, async (note) => {
      // What tells a new entry from the kept ones must be known.
      if (this.#listing !== null && !get().listed) await this.#listing;
      return signal.aborted ? null : note(making.start()).outcome;
    });
    set({ creating: false });
    if (outcome === null) return null;
    if (!outcome.ok) {
      const { code, field = '', message } = outcome.failure;
      if (code === 'setting' && field !== '') making.reject(field, message);
      else set(troubleOf('create', outcome));
      return null;
    }
    const id = idOf(outcome.value);
    if (signal.aborted) {
      // It was made just before the worker heard of it.
      await this.#mark(id, true);
      return null;
    }
    set({ entries: [...get().entries, outcome.value], selected: id });
    return id;
  }

  async #remove(id: string): Promise<void> {
    const { get, set, idOf, atRest, ended } = this.hooks;
    await ended(id);
    const { entries, selected } = get();
    const entry = this.find(id);
    if (entry === undefined) return;
    const at = entries.indexOf(entry);
    set({
      entries: entries.toSpliced(at, 1),
      removed: { entry: atRest(entry), at },
      selected: selected === id ? null : selected,
    });
    const outcome = await this.#mark(id, true);
    if (outcome.ok) return;
    const now = get();
    set({
      // An undo in between has restored it already.
      ...(this.find(id) === undefined && { entries: now.entries.toSpliced(at, 0, atRest(entry)) }),
      ...(now.removed !== null && idOf(now.removed.entry) === id && { removed: null }),
      ...(selected === id && now.selected === null && { selected: id }),
      failure: { ...outcome.failure, what: 'delete' },
    });
  }

  async #undoRemove(): Promise<string | null> {
    const { get, set, idOf } = this.hooks;
    const { entries, removed } = get();
    if (removed === null) return null;
    const { entry, at } = removed;
    const id = idOf(entry);
    set({ entries: entries.toSpliced(at, 0, entry), removed: null, selected: id });
    const outcome = await this.#mark(id, false);
    if (outcome.ok) return id;
    const failure: Failed<'undo'> = { ...outcome.failure, what: 'undo' };
    this.patch(id, (back) => ({ ...back, failure }));
    return null;
  }

  async #purge(): Promise<void> {
    const { set, purge } = this.hooks;
    set({ removed: null });
    set(troubleOf('purge', await purge(0)));
  }

  async #read(): Promise<void> {
    const { get, set, idOf, read, purge } = this.hooks;
    // Another tab may still restore what it has just deleted.
    await purge(PURGE_AFTER);
    const outcome = await read();
    const found = outcome.ok ? outcome.value : [];
    const others = found.filter((entry) => this.find(idOf(entry)) === undefined);
    set({ entries: [...others, ...get().entries], listed: true, ...troubleOf('list', outcome) });
  }

  /** Marks an entry once its earlier marks are done: the worker may turn to the later one first. */
  #mark(id: string, deleted: boolean): Promise<JobOutcome<unknown>> {
    return this.#marks.run(id, () => this.hooks.mark(id, deleted));
  }
}

/** Slot of the job that makes an entry. */
const CREATE = 'create';
