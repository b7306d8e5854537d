import { createStore, type StoreApi } from 'zustand/vanilla';
import type { L2Progress } from '../math/l2/types.ts';
import type { MatrixColorMode } from '../spec/matrix-view.ts';
import type { Focus } from '../spec/focus.ts';
import type { JobFailure, LayerReport } from '../spec/jobs.ts';
import { DEFAULT_LAYER, type LayerSpec } from '../spec/layer.ts';
import { focusFits } from './focus-fits.ts';
import { startJob, type RunningJob } from './worker-client.ts';

/** A link's text, and why it cannot be read. */
export interface LinkProblem {
  readonly text: string;
  readonly message: string;
}

export type L2Effort = 'quick' | 'full';

/** How far the ℓ2 interval of the layer on screen is. */
export interface L2State {
  readonly status: 'idle' | 'running' | 'done' | 'stopped' | 'failed';
  readonly effort: L2Effort;
  /** What is known; of the layer before while `fresh` is false, so that the table keeps its rows. */
  readonly progress: L2Progress | null;
  readonly fresh: boolean;
  readonly failure: JobFailure | null;
}

/** What the Layer panel knows. `spec` is what was asked for, `shown` what the report is about. */
export interface LayerState {
  readonly spec: LayerSpec;
  readonly report: LayerReport | null;
  readonly shown: LayerSpec | null;
  /** Why `spec` has no report; the last good one stays. */
  readonly failure: JobFailure | null;
  readonly busy: boolean;
  readonly l2: L2State;
  readonly focus: Focus | null;
  readonly pinned: Focus | null;
  readonly colorMode: MatrixColorMode;
  /** A link that could not be read, with what was wrong in it. */
  readonly linkProblem: LinkProblem | null;
  /** False when the link cannot hold the weights. */
  readonly linkComplete: boolean;
  /** The seed of the source before weights were edited by hand, to go back to. */
  readonly unedited: LayerSpec['source'] | null;
}

/** A layer as a link opens it: with what is pinned, and how M is coloured. */
export interface OpenedLayer {
  readonly spec: LayerSpec;
  readonly pinned: Focus | null;
  readonly colorMode: MatrixColorMode;
}

/** What can be done to it. */
export interface LayerActions {
  /** Asks for another layer; while one is being computed only the newest wish is kept. */
  readonly setSpec: (spec: LayerSpec) => void;
  /** The same with a view of it; the pin waits until the layer is there, and falls if it cannot be. */
  readonly open: (opened: OpenedLayer) => void;
  /** Says what is wrong with a link, or that nothing is. */
  readonly setLinkProblem: (problem: LinkProblem | null) => void;
  readonly setLinkComplete: (complete: boolean) => void;
  readonly patch: (change: Partial<LayerSpec>) => void;
  /** Runs the ℓ2 interval of the layer on screen (anew when one is running). */
  readonly startL2: (effort: L2Effort) => void;
  /** Stops it; what is known so far stays. */
  readonly stopL2: () => void;
  readonly setFocus: (focus: Focus | null) => void;
  readonly setColorMode: (mode: MatrixColorMode) => void;
  /** Pins, or lets go when the same thing is pinned already. */
  readonly setPinned: (pinned: Focus | null) => void;
  /** Sets one weight of the layer on screen (flat OIHW index); the source becomes "edited by hand". */
  readonly editWeight: (index: number, value: number) => void;
  /** Puts the source back to what it was before the first edit. */
  readonly undoEdits: () => void;
}

export type LayerStore = StoreApi<LayerState & LayerActions>;

/** What edited weights are called. */
export const EDITED = 'edited by hand';

/** True when two foci mean the same thing. */
export function sameFocus(a: Focus | null, b: Focus | null): boolean {
  return a === b || (a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b));
}

const START: LayerState = {
  spec: DEFAULT_LAYER,
  report: null,
  shown: null,
  failure: null,
  busy: false,
  l2: { status: 'idle', effort: 'quick', progress: null, fresh: false, failure: null },
  focus: null,
  pinned: null,
  colorMode: 'value',
  linkProblem: null,
  linkComplete: true,
  unedited: null,
};

/** Whether a pinned thing of one layer still exists in another: only while M has the same shape. */
function sameShape(a: LayerReport | null, b: LayerReport): boolean {
  if (a === null) return true;
  const [g, h] = [a.operator.geometry, b.operator.geometry];
  const size = (x: typeof g): string => JSON.stringify([x.rows, x.columns, x.input, x.output, x.kernel]);
  return size(g) === size(h) && a.operator.transposed === b.operator.transposed;
}

/** Sizes up to which all methods run at once: a second or so. */
const SMALL = { weights: 20_000, side: 4_096 };

/** Large layers get the cheap methods first; the rest waits for a press of Refine. */
function effortFor({ operator: { geometry: g } }: LayerReport): L2Effort {
  const small = g.weights <= SMALL.weights && Math.max(g.rows, g.columns) <= SMALL.side;
  return small ? 'full' : 'quick';
}

/** What two runs over the same layer know together: both intervals hold, so their meet does. */
function narrowed(before: L2Progress | null, after: L2Progress): L2Progress {
  if (before === null) return after;
  const [a, b] = [before.interval, after.interval];
  const low = a.lower > b.lower ? a : b;
  const high = a.upper < b.upper ? a : b;
  const known = new Set(after.methods.map(({ id }) => id));
  return {
    ...after,
    methods: [...before.methods.filter(({ id }) => !known.has(id)), ...after.methods],
    interval: {
      ...{ lower: low.lower, lowerBy: low.lowerBy },
      ...{ upper: high.upper, upperBy: high.upperBy },
    },
  };
}

/** The weights of the layer on screen with one of them changed. */
function editedSource(report: LayerReport, index: number, value: number): LayerSpec['source'] {
  const values = report.operator.kernel.slice();
  values[index] = value;
  return { kind: 'values', values, name: EDITED };
}

/**
 * The Layer panel's state. The newest wish wins: a spec that comes while another is computed waits,
 * and one that waits is replaced by a newer one.
 *
 * @param start starts a job of the worker (tests give their own)
 */
export function createLayerStore(start: typeof startJob = startJob): LayerStore {
  return createStore<LayerState & LayerActions>()((set, get) => {
    let running = false;
    let next: LayerSpec | null = null;

    let opened: OpenedLayer | null = null;
    let l2Job: RunningJob<'l2'> | null = null;

    /** What stays pinned in a new layer: a link's pin, or the old one while M keeps its shape. */
    const pinsFor = (report: LayerReport, spec: LayerSpec): Partial<LayerState> => {
      const wanted = opened?.spec === spec ? opened.pinned : null;
      if (wanted !== null) return { focus: null, pinned: focusFits(report.operator, wanted) ? wanted : null };
      return sameShape(get().report, report) ? {} : { focus: null, pinned: null };
    };
    const setL2 = (change: Partial<L2State>): void => set({ l2: { ...get().l2, ...change } });
    const startL2 = (effort: L2Effort): void => {
      const { shown } = get();
      l2Job?.abort();
      if (shown === null) return;
      const learn = (progress: L2Progress): void => {
        const { l2 } = get();
        setL2({ progress: l2.fresh ? narrowed(l2.progress, progress) : progress, fresh: true });
      };
      const job = start('l2', { spec: shown, effort }, (progress) => {
        if (job === l2Job) learn(progress);
      });
      l2Job = job;
      setL2({ status: 'running', effort, failure: null });
      void job.outcome.then((outcome) => {
        if (job !== l2Job) return;
        l2Job = null;
        if (outcome.ok) {
          learn(outcome.value);
          setL2({ status: 'done' });
        } else if (outcome.failure.code === 'aborted') setL2({ status: 'stopped' });
        else setL2({ status: 'failed', failure: outcome.failure });
      });
    };
    const pump = async (): Promise<void> => {
      if (running || next === null) return;
      const spec = next;
      [next, running] = [null, true];
      const outcome = await start('layer', spec).outcome;
      running = false;
      if (outcome.ok) {
        const pins = pinsFor(outcome.value, spec);
        l2Job?.abort();
        l2Job = null;
        const l2: L2State = { ...get().l2, status: 'idle', fresh: false, failure: null };
        set({ report: outcome.value, shown: spec, failure: null, l2, ...pins });
        if (next === null) startL2(effortFor(outcome.value));
      } else {
        set({ failure: outcome.failure });
      }
      set({ busy: next !== null });
      await pump();
    };
    const ask = (spec: LayerSpec): void => {
      next = spec;
      set({ spec, busy: true });
      void pump();
    };
    return {
      ...START,
      setSpec: (spec) => {
        set({ unedited: null });
        ask(spec);
      },
      open: (layer) => {
        opened = layer;
        set({ unedited: null, colorMode: layer.colorMode, pinned: null });
        ask(layer.spec);
      },
      setLinkProblem: (linkProblem) => set({ linkProblem }),
      setLinkComplete: (linkComplete) => set({ linkComplete }),
      patch: (change) => {
        if (change.source !== undefined) set({ unedited: null });
        ask({ ...get().spec, ...change });
      },
      startL2,
      stopL2: () => l2Job?.abort(),
      setFocus: (focus) => {
        if (!sameFocus(focus, get().focus)) set({ focus });
      },
      setColorMode: (colorMode) => set({ colorMode }),
      setPinned: (pinned) => set({ pinned: sameFocus(pinned, get().pinned) ? null : pinned }),
      editWeight: (index, value) => {
        const { report, shown, unedited } = get();
        if (report === null || shown === null) return;
        set({ unedited: unedited ?? shown.source });
        ask({ ...shown, source: editedSource(report, index, value) });
      },
      undoEdits: () => {
        const { unedited, spec } = get();
        if (unedited === null) return;
        set({ unedited: null });
        ask({ ...spec, source: unedited });
      },
    };
  });
}

/** The one Layer state of the page; another panel hands a layer over with `setSpec`. */
export const layerStore: LayerStore = createLayerStore();
