import { JobSlots, type NoteJob as Note } from '../../kit/kept/page/job-slots.ts';
import type { JobFailure } from '../../model/jobs.ts';
import { DEVICE_FAILURES, type TrainEvent } from '../../model/train/run.ts';
import { stepsOf, stopped, summaryAfter, type RunEntry } from './entries.ts';
import type { startJob } from '../worker-client.ts';

/** What training needs of the list of runs. */
export interface RunList {
  readonly start: typeof startJob;
  readonly find: (id: string) => RunEntry | undefined;
  readonly patch: (id: string, change: (entry: RunEntry) => Partial<RunEntry>) => void;
  readonly refuse: (id: string, failure: JobFailure) => void;
  /** Called when a run rests because its device failed: what computes from here on has to be seen. */
  readonly onDeviceFailure: () => void;
}

/** Ends that say that the device which computes is in trouble. */
const DEVICE_CODES: ReadonlySet<string> = new Set(DEVICE_FAILURES);

/** Whether a run rests because its device failed. */
function deviceFailed(entry: RunEntry | undefined): boolean {
  const end = entry?.summary.end;
  return end?.kind === 'failed' && DEVICE_CODES.has(end.code);
}

/** What was asked of a run that trains. */
interface Asked {
  /** Steps; null: to its end. */
  readonly steps: number | null;
  /** Steps that it had taken before. */
  readonly from: number;
}

/** A run that was made to rest, and how many steps are still asked for; null: to its end. */
export interface Interrupted {
  readonly id: string;
  readonly steps: number | null;
}

/** What an earlier start left behind. */
const STARTING = { stopped: false, failure: null, restarted: null } as const;

/** The runs that train, one at a time, and what the page knows of their histories. */
export class RunTraining {
  readonly #slots = new JobSlots();
  readonly #asked = new Map<string, Asked>();

  constructor(private readonly list: RunList) {}

  /** Reads a run's history, unless the page has it. */
  readonly history = async (id: string): Promise<void> => {
    const { start, find, patch, refuse } = this.list;
    const entry = find(id);
    if (entry === undefined || entry.loaded) return;
    const { live } = entry;
    const result = await start('run-history', { id, from: live.place() }).outcome;
    if (!result.ok) refuse(id, result.failure);
    else if (live.take({ history: result.value })) patch(id, () => ({ loaded: true }));
  };

  /** Trains a run for so many steps (null: to its end), once what trains has been paused. */
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

  /** Ends training with a checkpoint, within a batch. */
  pause(id: string): void {
    const { find, patch } = this.list;
    const entry = find(id);
    if (entry === undefined || entry.activity === 'idle') return;
    patch(id, () => ({ activity: 'stopping' }));
    this.#slots.stop(id);
  }

  /**
   * Pauses what trains or is about to, until all of it rests.
   *
   * @returns what would have gone on: not what a person was stopping
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

  /** Resolves when a run does not train any more. */
  done(id: string): Promise<void> {
    return this.#slots.done(id);
  }

  /** Resolves when no run trains any more. */
  async allDone(): Promise<void> {
    await Promise.all(this.#slots.names().map((id) => this.#slots.done(id)));
  }

  /** Whether it took the run on: it may have been paused again before that. */
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
    const { start, patch, refuse } = this.list;
    const { steps } = this.#asked.get(id)!;
    const job = note(start('train', { id, steps }, (event) => this.#take(id, event)));
    const outcome = await job.outcome;
    if (outcome.ok) {
      this.#take(id, outcome.value);
      patch(id, (entry) => ({ summary: summaryAfter(entry, outcome.value) }));
      return;
    }
    if (outcome.failure.code !== 'aborted') refuse(id, outcome.failure);
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
    // The list shows what an epoch brought; single steps are read from the history.
    if (entry.activity !== 'starting' && live.epochs.length === epochs) return;
    const last = live.epochs.at(-1);
    patch(id, ({ activity, summary }) => ({
      activity: activity === 'starting' ? 'running' : activity,
      summary: { ...summary, steps, end: null, last: last ?? summary.last },
    }));
  }
}
