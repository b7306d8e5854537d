import { JobSlots, type RunningJob } from './job-slots.ts';
import { troubleOf, type Failed, type PageList } from './page-list.ts';

/** A job on an entry, and the entry's changes while it runs. */
interface EntryJob<E, T> {
  readonly start: () => RunningJob<T>;
  readonly begun: Partial<E>;
  readonly stopping?: Partial<E>;
  readonly over: Partial<E>;
  /** The changes made by its result. */
  readonly take: (entry: E, result: T) => Partial<E>;
}

/**
 * Jobs on the entries of a list: one of each kind at a time per entry, concurrently with others.
 */
export class EntryJobs<E extends { readonly failure: Failed<string> | null }, Kind extends string> {
  readonly #slots = new JobSlots();

  constructor(
    private readonly list: Pick<PageList<E>, 'patch'>,
    private readonly kinds: readonly Kind[],
  ) {}

  /** Runs a job to its end and records its failure; does nothing while one of its kind runs. */
  async run<T>(id: string, kind: Kind, job: EntryJob<E, T>): Promise<void> {
    const { patch } = this.list;
    const name = nameOf(id, kind);
    if (this.#slots.has(name)) return;
    patch(id, () => ({ ...job.begun, failure: null }));
    const outcome = await this.#slots.run(name, (note) => {
      const running = job.start();
      const abort = (): void => {
        if (job.stopping !== undefined) patch(id, () => job.stopping!);
        running.abort();
      };
      note({ abort });
      return running.outcome;
    });
    patch(id, (entry) => ({
      ...job.over,
      ...(outcome.ok && job.take(entry, outcome.value)),
      ...troubleOf(kind, outcome),
    }));
  }

  stop(id: string, kind: Kind): void {
    this.#slots.stop(nameOf(id, kind));
  }

  /**
   * Stops all jobs on an entry, including those started meanwhile, and resolves when they have
   * ended.
   */
  async end(id: string): Promise<void> {
    const running = (): readonly string[] =>
      this.kinds.map((kind) => nameOf(id, kind)).filter((name) => this.#slots.has(name));
    for (let names = running(); names.length > 0; names = running()) {
      for (const name of names) this.#slots.stop(name);
      await Promise.all(names.map((name) => this.#slots.done(name)));
    }
  }
}

function nameOf(id: string, kind: string): string {
  return `${kind} ${id}`;
}
