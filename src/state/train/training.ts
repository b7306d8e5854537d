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

/** A run from the wish that it goes on until it rests. */
interface UnderWay {
  /** Steps that are asked for; null: to its end. */
  readonly steps: number | null;
  /** Steps that it had taken before. */
  readonly from: number;
  /** Its job; null before that is started. */
  job: { readonly abort: () => void } | null;
  readonly done: Promise<void>;
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
  readonly #underWay = new Map<string, UnderWay>();

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
    for (const other of this.#underWay.keys()) this.pause(other);
    const work = this.#goOn(id, steps, this.allDone());
    // Who waits for its end goes on, also when what it told could not be taken.
    const done = work.then(
      () => undefined,
      () => undefined,
    );
    this.#underWay.set(id, { steps, from: stepsOf(entry), job: null, done });
    if ((await work) && deviceFailed(find(id))) this.list.onDeviceFailure();
  }

  /** Ends training with a checkpoint, within a batch. */
  pause(id: string): void {
    const { find, patch } = this.list;
    const entry = find(id);
    if (entry === undefined || entry.activity === 'idle') return;
    patch(id, () => ({ activity: 'stopping' }));
    this.#underWay.get(id)?.job?.abort();
  }

  /**
   * Pauses what trains or is about to, until all of it rests.
   *
   * @returns what would have gone on: not what a person was stopping
   */
  async interrupt(): Promise<readonly Interrupted[]> {
    const { find } = this.list;
    const going = [...this.#underWay].filter(([id]) => find(id)?.activity !== 'stopping');
    for (const [id] of going) this.pause(id);
    await this.allDone();
    return going.flatMap(([id, { steps, from }]) => {
      const entry = find(id);
      if (entry === undefined || steps === null) return { id, steps };
      const left = steps - (stepsOf(entry) - from);
      return left > 0 ? { id, steps: left } : [];
    });
  }

  /** When a run does not train any more. */
  async done(id: string): Promise<void> {
    await this.#underWay.get(id)?.done;
  }

  /** When none trains any more. */
  async allDone(): Promise<void> {
    await Promise.all([...this.#underWay.values()].map((one) => one.done));
  }

  /** Whether it took the run on: it may have been paused again before that. */
  async #goOn(id: string, steps: number | null, before: Promise<void>): Promise<boolean> {
    const { find, patch } = this.list;
    try {
      await before;
      await this.history(id);
      if (find(id)?.activity !== 'starting') return false;
      await this.#run(id, steps);
      return true;
    } finally {
      this.#underWay.delete(id);
      patch(id, () => ({ activity: 'idle' }));
    }
  }

  async #run(id: string, steps: number | null): Promise<void> {
    const { start, patch, refuse } = this.list;
    const job = start('train', { id, steps }, (event) => this.#take(id, event));
    this.#underWay.get(id)!.job = job;
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
