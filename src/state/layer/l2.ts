import type { L2Progress } from '../../math/l2/types.ts';
import type { LayerReport } from '../../model/jobs.ts';
import type { L2Effort, L2State, LayerAccess } from './state.ts';
import type { RunningJob, startJob } from '../worker-client.ts';

/** Sizes up to which all methods run at once: seconds for the interval, which comes first. */
const SMALL = { weights: 20_000, side: 4_096, shorterSide: 2_048 };

type L2Methods = L2Progress['methods'];

/**
 * Large layers get the cheap methods first; the rest starts on Refine. When a side of M is short
 * its factorization closes the interval, whatever the number of weights.
 */
export function effortFor({ operator: { geometry: g } }: LayerReport): L2Effort {
  const small = g.weights <= SMALL.weights && Math.max(g.rows, g.columns) <= SMALL.side;
  return small || Math.min(g.rows, g.columns) <= SMALL.shorterSide ? 'full' : 'quick';
}

/**
 * Merges the rows of two runs: the newer where both have one, but no running estimate replaces a
 * certified value.
 */
function joined(before: L2Methods, after: L2Methods): L2Methods {
  const certified = new Set(before.filter(({ badge }) => badge !== 'estimate').map(({ id }) => id));
  const newer = after.filter(({ id, badge }) => badge !== 'estimate' || !certified.has(id));
  const known = new Set(newer.map(({ id }) => id));
  return [...before.filter(({ id }) => !known.has(id)), ...newer];
}

/** Merges two runs over the same layer: both intervals hold, so their intersection does. */
function narrowed(before: L2Progress | null, after: L2Progress): L2Progress {
  if (before === null) return after;
  const [a, b] = [before.interval, after.interval];
  const low = a.lower > b.lower ? a : b;
  const high = a.upper < b.upper ? a : b;
  return {
    ...after,
    methods: joined(before.methods, after.methods),
    interval: {
      lower: low.lower,
      lowerBy: low.lowerBy,
      upper: high.upper,
      upperBy: high.upperBy,
    },
  };
}

/** The ℓ2 runs of the layer on screen: one at a time, none for a layer no longer shown. */
export class L2Runs {
  #job: RunningJob<'l2'> | null = null;

  constructor(
    private readonly store: LayerAccess,
    private readonly begin: typeof startJob,
  ) {}

  #change(change: Partial<L2State>): void {
    this.store.set({ l2: { ...this.store.get().l2, ...change } });
  }

  #learn(progress: L2Progress): void {
    const { l2 } = this.store.get();
    this.#change({ progress: l2.fresh ? narrowed(l2.progress, progress) : progress, fresh: true });
  }

  /** Starts a run, replacing the running one. */
  start(effort: L2Effort): void {
    const { shown } = this.store.get();
    this.stop();
    if (shown === null) return;
    const job = this.begin('l2', { spec: shown, effort }, (progress) => {
      if (job === this.#job) this.#learn(progress);
    });
    this.#job = job;
    this.#change({ status: 'running', effort, failure: null });
    void this.#finish(job);
  }

  async #finish(job: RunningJob<'l2'>): Promise<void> {
    const outcome = await job.outcome;
    if (job !== this.#job) return;
    this.#job = null;
    if (outcome.ok) {
      this.#learn(outcome.value);
      this.#change({ status: 'done' });
    } else if (outcome.failure.code === 'aborted') {
      this.#change({ status: 'stopped' });
    } else {
      this.#change({ status: 'failed', failure: outcome.failure });
    }
  }

  /** Stops the run; its results remain. */
  stop(): void {
    this.#job?.abort();
  }

  /**
   * Stops and discards the run, as its layer is no longer on screen. Its results are then stale.
   */
  drop(): L2State {
    this.stop();
    this.#job = null;
    return { ...this.store.get().l2, status: 'idle', fresh: false, failure: null };
  }
}
