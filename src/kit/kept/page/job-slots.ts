import type { JobOutcome } from '../../../model/jobs.ts';

/** A running job: its outcome, and a function that stops it. */
export interface RunningJob<T> {
  readonly outcome: Promise<JobOutcome<T>>;
  readonly abort: () => void;
}

/** Returns the job with its result mapped. */
export function withValue<T, U>(job: RunningJob<T>, change: (value: T) => U): RunningJob<U> {
  const outcome = job.outcome.then((ended): JobOutcome<U> =>
    ended.ok ? { ok: true, value: change(ended.value) } : ended,
  );
  return { outcome, abort: job.abort };
}

type Abortable = Pick<RunningJob<unknown>, 'abort'>;

/** Registers the job of a slot, so that it can be stopped. */
export type NoteJob = <J extends Abortable>(job: J) => J;

interface Slot {
  /** Null until its job is started. */
  job: Abortable | null;
  done: Promise<void>;
}

/** Named slots for running jobs, one job in each. */
export class JobSlots {
  readonly #slots = new Map<string, Slot>();

  has(name: string): boolean {
    return this.#slots.has(name);
  }

  /** The slots in use, oldest first. */
  names(): readonly string[] {
    return [...this.#slots.keys()];
  }

  /** Stops the job of a slot, if it has been started. */
  stop(name: string): void {
    this.#slots.get(name)?.job?.abort();
  }

  /** Resolves when a slot is free, however its work ended; immediately when it is not in use. */
  async done(name: string): Promise<void> {
    await this.#slots.get(name)?.done;
  }

  /**
   * Runs work in a free slot.
   *
   * @param work gets a function that registers the started job, so that it can be stopped
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
