import type { JobFailure, JobOutcome } from '../../../model/jobs.ts';
import { KeyedMutex } from '../../keyed-mutex.ts';
import { askToPersist } from './ask-to-persist.ts';
import { JobSlots, type RunningJob } from './job-slots.ts';

/** An entry that was deleted, and its place in the list. */
export interface Removed<E> {
  readonly entry: E;
  readonly at: number;
}

/** A failure and the action that failed. */
export interface Failed<What extends string> extends JobFailure {
  readonly what: What;
}

/** Actions of a list that can fail without concerning an entry in it. */
export type ListWork = 'list' | 'create' | 'delete' | 'purge';

/** State of a list stored by the worker, besides its entries. */
export interface ListState<E, What extends string = never> {
  /** Null: the form of a new entry is on screen. */
  readonly selected: string | null;
  /** Whether the stored entries have been read. */
  readonly listed: boolean;
  /** Whether an entry is being created. */
  readonly creating: boolean;
  /** The last failure that concerns no single entry. */
  readonly failure: Failed<ListWork | What> | null;
  /** The last deleted entry, and its place in the list. */
  readonly removed: Removed<E> | null;
}

export const EMPTY_LIST: ListState<never> = {
  selected: null,
  listed: false,
  creating: false,
  failure: null,
  removed: null,
};

/** Actions of every list. */
export interface ListActions {
  /** Reads the stored entries; does nothing the second time. */
  readonly list: () => Promise<void>;
  readonly select: (id: string | null) => void;
  /** Cancels the creation of an entry. */
  readonly cancel: () => void;
  /**
   * Stops the jobs of an entry and removes it from the list; the last removal can be undone. An
   * entry that could not be deleted reappears.
   */
  readonly remove: (id: string) => Promise<void>;
  /** Restores and selects the entry that was removed last. @returns its id; null where it failed */
  readonly undoRemove: () => Promise<string | null>;
  /** Frees the storage of deleted entries; they can no longer be restored. */
  readonly purge: () => Promise<void>;
  readonly dismissFailure: () => void;
}

type Entries<E> = ListState<E> & { readonly entries: readonly E[] };

interface Hooks<E> {
  readonly get: () => Pick<Entries<E>, 'entries' | 'selected' | 'listed' | 'removed'>;
  readonly set: (change: Partial<Entries<E>>) => void;
  readonly idOf: (entry: E) => string;
  /** The entry without running jobs. */
  readonly atRest: (entry: E) => E;
  /** Stops the jobs on an entry and resolves when they have ended. */
  readonly ended: (id: string) => Promise<void>;
  /** Jobs of the worker: list the stored entries, mark one as deleted or not. */
  readonly read: () => Promise<JobOutcome<readonly E[]>>;
  readonly mark: (id: string, deleted: boolean) => Promise<JobOutcome<unknown>>;
  /** Purges entries deleted at least `age` milliseconds ago. */
  readonly purge: (age: number) => Promise<JobOutcome<unknown>>;
}

/** How a new entry is created. */
interface Making<E> {
  readonly start: () => RunningJob<E>;
  /** Shows the worker's error at the form's field `path`. */
  readonly reject: (path: string, message: string) => void;
}

/** Entries deleted at least this many milliseconds ago are purged when the page is opened. */
const PURGE_AFTER = 3_600_000;

/** Returns the failure to show after a job; a stopped job changes nothing. */
export function troubleOf<What extends string>(
  what: What,
  outcome: JobOutcome<unknown>,
): { readonly failure?: Failed<What> } {
  if (outcome.ok || outcome.failure.code === 'aborted') return {};
  return { failure: { ...outcome.failure, what } };
}

/** A list stored by the worker and shown by the page. */
export class PageList<E extends { readonly failure: JobFailure | null }> {
  readonly #marks = new KeyedMutex();
  readonly #slots = new JobSlots();
  #listing: Promise<void> | null = null;
  #making = new AbortController();

  /** Actions for the page's store. */
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

  /** Creates, adds and selects an entry. @returns its id; null when it failed or was cancelled */
  async create(making: Making<E>): Promise<string | null> {
    const { get, set, idOf } = this.hooks;
    this.#making = new AbortController();
    const { signal } = this.#making;
    set({ creating: true, failure: null });
    void askToPersist();
    const outcome = await this.#slots.run(CREATE, async (note) => {
      // A new entry's name and colour depend on the stored ones.
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
      // It was created just before the cancellation reached the worker.
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
      // An undo meanwhile has already restored it.
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
    // Another tab may still restore an entry that it has just deleted.
    await purge(PURGE_AFTER);
    const outcome = await read();
    const found = outcome.ok ? outcome.value : [];
    const others = found.filter((entry) => this.find(idOf(entry)) === undefined);
    set({ entries: [...others, ...get().entries], listed: true, ...troubleOf('list', outcome) });
  }

  /** Marks an entry after its earlier marks are done, since the worker may reorder them. */
  #mark(id: string, deleted: boolean): Promise<JobOutcome<unknown>> {
    return this.#marks.run(id, () => this.hooks.mark(id, deleted));
  }
}

/** Slot of the job that creates an entry. */
const CREATE = 'create';
