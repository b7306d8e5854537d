import type { JobOutcome } from '../../../model/jobs.ts';

/** A job under way: its outcome, and a way to stop it. */
export interface RunningJob<T> {
  readonly outcome: Promise<JobOutcome<T>>;
  readonly abort: () => void;
}

/** The job with its result changed. */
export function withValue<T, U>(job: RunningJob<T>, change: (value: T) => U): RunningJob<U> {
  const outcome = job.outcome.then((ended): JobOutcome<U> =>
    ended.ok ? { ok: true, value: change(ended.value) } : ended,
  );
  return { outcome, abort: job.abort };
}

type Abortable = Pick<RunningJob<unknown>, 'abort'>;

/** Notes the job of a slot, so that it can be stopped. */
export type NoteJob = <J extends Abortable>(job: J) => J;

interface Slot {
  /** Null before its job is started. */
  job: Abortable | null;
  done: Promise<void>;
}

/** Named slots for running jobs, one job in each. */
export class JobSlots {
  readonly #slots = new Map<string, Slot>();

  has(name: string): boolean {
    return this.#slots.has(name);
  }

  /** The slots in use, longest first. */
  names(): readonly string[] {
    return [...this.#slots.keys()];
  }

  /** Stops the job of a slot, if it has been started. */
  stop(name: string): void {
    this.#slots.get(name)?.job?.abort();
  }

  /** Resolves when a slot is free, however its work ended; at once where nothing is under way. */
  async done(name: string): Promise<void> {
    await this.#slots.get(name)?.done;
  }

  /**
   * Does work in a slot that is free.
   *
   * @param work gets a function that notes the job to be stopped, once it is started
   * @returns what `work` resolves or rejects to, after the slot is free again
   */
  run<T>(name: string, work: (note: NoteJob) => Promise<T>): Promise<T> {
    const slot: Slot = { job: null, done: Promise.resolve() };
    const note = <J extends Abortable>(job: J): J => {
      slot.job = job;
      return job;
    };
    const ended = work(note).finally(() => this.#slots.delete(name));
    slot.done = ended.then(
      () => undefined,
      () => undefined,
    );
    this.#slots.set(name, slot);
    return ended;
  }
}
