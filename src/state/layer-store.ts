import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Focus } from '../spec/focus.ts';
import type { JobFailure, LayerReport } from '../spec/jobs.ts';
import { DEFAULT_LAYER, type LayerSpec } from '../spec/layer.ts';
import { startJob } from './worker-client.ts';

/** What the Layer panel knows. `spec` is what was asked for, `shown` what the report is about. */
export interface LayerState {
  readonly spec: LayerSpec;
  readonly report: LayerReport | null;
  readonly shown: LayerSpec | null;
  /** Why `spec` has no report; the last good one stays. */
  readonly failure: JobFailure | null;
  readonly busy: boolean;
  readonly focus: Focus | null;
  readonly pinned: Focus | null;
  /** The seed of the source before weights were edited by hand, to go back to. */
  readonly unedited: LayerSpec['source'] | null;
}

/** What can be done to it. */
export interface LayerActions {
  /** Asks for another layer; while one is being computed only the newest wish is kept. */
  readonly setSpec: (spec: LayerSpec) => void;
  readonly patch: (change: Partial<LayerSpec>) => void;
  readonly setFocus: (focus: Focus | null) => void;
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
  focus: null,
  pinned: null,
  unedited: null,
};

/** Whether a pinned thing of one layer still exists in another: only while M has the same shape. */
function sameShape(a: LayerReport | null, b: LayerReport): boolean {
  if (a === null) return true;
  const [g, h] = [a.operator.geometry, b.operator.geometry];
  const size = (x: typeof g): string => JSON.stringify([x.rows, x.columns, x.input, x.output, x.kernel]);
  return size(g) === size(h) && a.operator.transposed === b.operator.transposed;
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

    const pump = async (): Promise<void> => {
      if (running || next === null) return;
      const spec = next;
      [next, running] = [null, true];
      const outcome = await start('layer', spec).outcome;
      running = false;
      if (outcome.ok) {
        const keep = sameShape(get().report, outcome.value);
        const pins = keep ? {} : { focus: null, pinned: null };
        set({ report: outcome.value, shown: spec, failure: null, ...pins });
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
      patch: (change) => {
        if (change.source !== undefined) set({ unedited: null });
        ask({ ...get().spec, ...change });
      },
      setFocus: (focus) => {
        if (!sameFocus(focus, get().focus)) set({ focus });
      },
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
