import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Focus } from '../../model/layer/focus.ts';
import type { LayerReport } from '../../model/jobs.ts';
import { DEFAULT_LAYER, type LayerSpec } from '../../model/layer/layer.ts';
import { FIRST_VIEW, type LayerView } from '../../model/layer/layer-view.ts';
import { focusFits } from './focus-fits.ts';
import { editWeight, undoEdit, undoEdits } from './edits.ts';
import { effortFor, L2Runs } from './l2.ts';
import type { LayerAccess, LayerActions, LayerData, LayerState, OpenedLayer } from './state.ts';
import { startJob } from '../worker-client.ts';

export type LayerStore = StoreApi<LayerData>;

/** Whether two foci have the same target. */
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
  view: FIRST_VIEW,
  linkProblem: null,
  linkComplete: true,
  edits: null,
};

/** Whether a pin of one layer still exists in another: only while M has the same shape. */
function sameShape(a: LayerReport | null, b: LayerReport): boolean {
  if (a === null) return true;
  const [g, h] = [a.operator.geometry, b.operator.geometry];
  const size = (x: typeof g): string =>
    JSON.stringify([x.rows, x.columns, x.input, x.output, x.kernel]);
  return size(g) === size(h) && a.operator.transposed === b.operator.transposed;
}

/** A picture may be a few frames behind and point at something that is gone. */
function exists(report: LayerReport | null, focus: Focus | null): boolean {
  return focus === null || report === null || focusFits(report.operator, focus);
}

/** The pin in a new layer: a link's pin, or the old one while M keeps its shape. */
function pinsFor(
  before: LayerReport | null,
  now: LayerReport,
  wanted: Focus | null,
): Partial<LayerState> {
  if (wanted !== null)
    return { focus: null, pinned: focusFits(now.operator, wanted) ? wanted : null };
  return sameShape(before, now) ? {} : { focus: null, pinned: null };
}

/** The view of a new layer: the old view while M keeps its shape, else the default. */
function viewFor(before: LayerReport | null, now: LayerReport, view: LayerView): LayerView {
  if (sameShape(before, now)) return view;
  const { at, slide, pair } = FIRST_VIEW;
  return { ...view, at, slide, pair };
}

/**
 * Computes the newest request: one that arrives during a computation waits, replacing any other
 * waiting one.
 */
class LayerRuns {
  #next: LayerSpec | null = null;
  #running = false;
  #opened: OpenedLayer | null = null;

  constructor(
    private readonly store: LayerAccess,
    private readonly begin: typeof startJob,
    private readonly l2: L2Runs,
  ) {}

  ask(spec: LayerSpec, opened: OpenedLayer | null = null): void {
    this.#next = spec;
    this.#opened = opened;
    this.store.set({ spec, busy: true });
    void this.#pump();
  }

  #waits(): boolean {
    return this.#next !== null;
  }

  async #pump(): Promise<void> {
    if (this.#running || this.#next === null) return;
    const spec = this.#next;
    this.#next = null;
    this.#running = true;
    const outcome = await this.begin('layer', spec).outcome;
    this.#running = false;
    if (outcome.ok) this.#show(spec, outcome.value);
    else this.store.set({ failure: outcome.failure });
    this.store.set({ busy: this.#waits() });
    await this.#pump();
  }

  #show(spec: LayerSpec, report: LayerReport): void {
    const opened = this.#opened?.spec === spec ? this.#opened : null;
    const { report: before, view: last } = this.store.get();
    const pins = pinsFor(before, report, opened?.pinned ?? null);
    const view = opened?.view ?? viewFor(before, report, last);
    const l2 = this.l2.drop();
    this.store.set({ report, shown: spec, failure: null, l2, view, ...pins });
    if (!this.#waits()) this.l2.start(effortFor(report));
  }
}

function viewActions({
  get,
  set,
}: LayerAccess): Pick<
  LayerActions,
  'setLinkProblem' | 'setLinkComplete' | 'setFocus' | 'setPinned' | 'setColorMode' | 'setView'
> {
  return {
    setLinkProblem: (linkProblem) => set({ linkProblem }),
    setLinkComplete: (linkComplete) => set({ linkComplete }),
    setFocus: (focus) => {
      if (exists(get().report, focus) && !sameFocus(focus, get().focus)) set({ focus });
    },
    setColorMode: (colorMode) => set({ colorMode }),
    setView: (change) => set({ view: { ...get().view, ...change } }),
    setPinned: (pinned) => {
      if (!exists(get().report, pinned)) return;
      set({ pinned: sameFocus(pinned, get().pinned) ? null : pinned });
    },
  };
}

function layerActions(
  { get, set }: LayerAccess,
  runs: LayerRuns,
): Omit<LayerActions, keyof ReturnType<typeof viewActions> | 'startL2' | 'stopL2'> {
  const take = (edited: ReturnType<typeof editWeight>): void => {
    if (edited === null) return;
    set({ edits: edited.edits });
    runs.ask(edited.spec);
  };
  return {
    setSpec: (spec) => {
      set({ edits: null });
      runs.ask(spec);
    },
    open: (layer) => {
      set({ edits: null, colorMode: layer.colorMode, pinned: null });
      runs.ask(layer.spec, layer);
    },
    patch: (change) => {
      if (change.source !== undefined) set({ edits: null });
      runs.ask({ ...get().spec, ...change });
    },
    editWeight: (index, value) => take(editWeight(get(), index, value)),
    undoEdit: () => take(undoEdit(get())),
    undoEdits: () => take(undoEdits(get())),
  };
}

/**
 * The Layer panel's state.
 *
 * @param start starts a job of the worker (replaced in tests)
 */
export function createLayerStore(start: typeof startJob = startJob): LayerStore {
  return createStore<LayerData>()((set, get) => {
    const access: LayerAccess = { get, set };
    const l2 = new L2Runs(access, start);
    const runs = new LayerRuns(access, start, l2);
    return {
      ...START,
      ...viewActions(access),
      ...layerActions(access, runs),
      startL2: (effort) => l2.start(effort),
      stopL2: () => l2.stop(),
    };
  });
}

/** The one Layer state of the page; other panels open a layer with `setSpec`. */
export const layerStore: LayerStore = createLayerStore();
