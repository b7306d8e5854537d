import { JobSlots, type NoteJob as Note } from '../../kit/kept/page/job-slots.ts';
import type { JobFailure } from '../../model/jobs.ts';
import { DEVICE_FAILURES, type TrainEvent } from '../../model/train/run.ts';
import { stepsOf, stopped, summaryAfter, type RunEntry } from './entries.ts';
import type { startJob } from '../worker-client.ts';

/** The list of runs as used by training. */
export interface RunList {
  readonly start: typeof startJob;
  readonly find: (id: string) => RunEntry | undefined;
  readonly patch: (id: string, change: (entry: RunEntry) => Partial<RunEntry>) => void;
  readonly setFailure: (id: string, failure: JobFailure) => void;
  /** Called when a run stops because its device failed, so that the backend can be checked. */
  readonly onDeviceFailure: () => void;
}

/** Ends caused by a failure of the compute device. */
const DEVICE_CODES: ReadonlySet<string> = new Set(DEVICE_FAILURES);

/** Whether a run stopped because its device failed. */
function deviceFailed(entry: RunEntry | undefined): boolean {
  const end = entry?.summary.end;
  return end?.kind === 'failed' && DEVICE_CODES.has(end.code);
}

/** The request for a training run. */
interface Asked {
  /** Steps; null: to its end. */
  readonly steps: number | null;
  /** Steps taken before. */
  readonly from: number;
}

/** A run that was paused, and the number of requested steps left; null: to its end. */
export interface Interrupted {
  readonly id: string;
  readonly steps: number | null;
}

/** State left by an earlier start. */
const STARTING = { stopped: false, failure: null, restarted: null } as const;

/** Trains runs, one at a time, and collects their histories. */
export class RunTraining {
  readonly #slots = new JobSlots();
  readonly #asked = new Map<string, Asked>();

  constructor(private readonly list: RunList) {}

  /** Reads a run's history, unless the page has it. */
  readonly history = async (id: string): Promise<void> => {
    const { start, find, patch, setFailure } = this.list;
    const entry = find(id);
    if (entry === undefined || entry.loaded) return;
    const { live } = entry;
    const result = await start('run-history', { id, from: live.place() }).outcome;
    if (!result.ok) setFailure(id, result.failure);
    else if (live.take({ history: result.value })) patch(id, () => ({ loaded: true }));
  };

  /** Trains a run for `steps` steps (null: to its end), after pausing the running one. */
  async train(id: string, steps: number | null): Promise<void> {
    const { find, patch } = this.list;
    const entry = find(id);
    if (entry?.activity !== 'idle') return;
    patch(id, () => ({ ...STARTING, activity: 'starting' }));
    for (const other of this.#slots.names()) this.pause(other);
    const before = this.allDone();
    this.#asked.set(id, { steps, from: stepsOf(entry) });
    const hasRun = await this.#slots.run(id, (note) => this.#goOn(id, before, note));
    if (hasRun && deviceFailed(find(id))) this.list.onDeviceFailure();
  }

  /** Pauses training with a checkpoint, within one batch. */
  pause(id: string): void {
    const { find, patch } = this.list;
    const entry = find(id);
    if (entry === undefined || entry.activity === 'idle') return;
    patch(id, () => ({ activity: 'stopping' }));
    this.#slots.stop(id);
  }

  /**
   * Pauses all running or starting runs and waits until they have stopped.
   *
   * @returns the runs to resume, without those that the user was stopping
   */
  async interrupt(): Promise<readonly Interrupted[]> {
    const { find } = this.list;
    const names = this.#slots.names().filter((id) => find(id)?.activity !== 'stopping');
    const going = names.map((id) => ({ id, ...this.#asked.get(id)! }));
    for (const { id } of going) this.pause(id);
    await this.allDone();
    return going.flatMap(({ id, steps, from }) => {
      const entry = find(id);
      if (entry === undefined || steps === null) return { id, steps };
      const left = steps - (stepsOf(entry) - from);
      return left > 0 ? { id, steps: left } : [];
    });
  }

  /** Resolves when a run has stopped training. */
  done(id: string): Promise<void> {
    return this.#slots.done(id);
  }

  /** Resolves when all runs have stopped training. */
  async allDone(): Promise<void> {
    await Promise.all(this.#slots.names().map((id) => this.#slots.done(id)));
  }

  /** Whether the run was started: it may have been paused again before. */
  async #goOn(id: string, before: Promise<void>, note: Note): Promise<boolean> {
    const { find, patch } = this.list;
    try {
      await before;
      await this.history(id);
      if (find(id)?.activity !== 'starting') return false;
      await this.#run(id, note);
      return true;
    } finally {
      patch(id, () => ({ activity: 'idle' }));
    }
  }

  async #run(id: string, note: Note): Promise<void> {
    const { start, patch, setFailure } = this.list;
    const { steps } = this.#asked.get(id)!;
    const job = note(start('train', { id, steps }, (event) => this.#take(id, event)));
    const outcome = await job.outcome;
    if (outcome.ok) {
      this.#take(id, outcome.value);
      patch(id, (entry) => ({ summary: summaryAfter(entry, outcome.value) }));
      return;
    }
    if (outcome.failure.code !== 'aborted') setFailure(id, outcome.failure);
    patch(id, stopped);
  }

  #take(id: string, event: TrainEvent): void {
    const { find, patch } = this.list;
    const entry = find(id);
    if (entry === undefined) return;
    const { live } = entry;
    const [steps, epochs] = [event.progress.steps, live.epochs.length];
    if (!live.take(event)) {
      patch(id, () => ({ loaded: false }));
      void this.history(id);
    }
    const { restarted = null } = event;
    if (restarted?.step !== entry.restarted?.step) patch(id, () => ({ restarted }));
    // The list shows results per epoch; single steps are read from the history.
    if (entry.activity !== 'starting' && live.epochs.length === epochs) return;
    const last = live.epochs.at(-1);
    patch(id, ({ activity, summary }) => ({
      activity: activity === 'starting' ? 'running' : activity,
      summary: { ...summary, steps, end: null, last: last ?? summary.last },
    }));
  }
}
