import type { L2Progress } from '../../math/l2/types.ts';
import type { Focus } from '../../model/layer/focus.ts';
import type { JobFailure, LayerReport } from '../../model/jobs.ts';
import type { LayerSpec } from '../../model/layer/layer.ts';
import type { LayerView } from '../../model/layer/layer-view.ts';
import type { MatrixColorMode } from '../../model/layer/matrix-view.ts';
import type { LinkedState } from '../follow-link.ts';

export type L2Effort = 'quick' | 'full';

/** Progress of the ℓ2 interval of the layer on screen. */
export interface L2State {
  readonly status: 'idle' | 'running' | 'done' | 'stopped' | 'failed';
  readonly effort: L2Effort;
  /**
   * The results so far; of the previous layer while `fresh` is false, so that the table keeps its
   * rows.
   */
  readonly progress: L2Progress | null;
  readonly fresh: boolean;
  readonly failure: JobFailure | null;
}

/** Weights edited by hand, for undo. */
export interface HandEdits {
  /** The source before the first change; for a recipe, its seed. */
  readonly source: LayerSpec['source'];
  /** Weights in the order of their changes; repeated changes of one weight count as one. */
  readonly steps: readonly { readonly index: number; readonly before: number }[];
}

/** State of the Layer panel. `spec` is the requested layer, `shown` the reported one. */
export interface LayerState extends Pick<LinkedState, 'linkProblem'> {
  readonly spec: LayerSpec;
  readonly report: LayerReport | null;
  readonly shown: LayerSpec | null;
  /** Why `spec` has no report; the last valid report remains. */
  readonly failure: JobFailure | null;
  readonly busy: boolean;
  readonly l2: L2State;
  readonly focus: Focus | null;
  readonly pinned: Focus | null;
  readonly colorMode: MatrixColorMode;
  readonly view: LayerView;
  /** False when the link cannot hold the weights. */
  readonly linkComplete: boolean;
  /** Manual edits since the source was chosen, for undo. */
  readonly edits: HandEdits | null;
}

/** A layer opened by a link, with the pin and the colouring of M. */
export interface OpenedLayer {
  readonly spec: LayerSpec;
  readonly pinned: Focus | null;
  readonly colorMode: MatrixColorMode;
  readonly view: LayerView;
}

/** Actions of the Layer panel. */
export interface LayerActions extends Pick<LinkedState, 'setLinkProblem'> {
  /** Requests another layer; while one is being computed only the newest request is kept. */
  readonly setSpec: (spec: LayerSpec) => void;
  /**
   * Requests a layer with a view; the pin is set once the layer is computed, and dropped if it
   * fails.
   */
  readonly open: (opened: OpenedLayer) => void;
  readonly setLinkComplete: (complete: boolean) => void;
  readonly patch: (change: Partial<LayerSpec>) => void;
  /** Runs the ℓ2 interval of the layer on screen (restarts a running one). */
  readonly startL2: (effort: L2Effort) => void;
  /** Stops it; its results so far remain. */
  readonly stopL2: () => void;
  readonly setFocus: (focus: Focus | null) => void;
  readonly setColorMode: (mode: MatrixColorMode) => void;
  readonly setView: (change: Partial<LayerView>) => void;
  /** Pins a focus, or unpins it when it is already pinned. */
  readonly setPinned: (pinned: Focus | null) => void;
  /**
   * Sets one weight (flat OIHW index) of the newest layer with these weights; the source becomes
   * "edited by hand".
   */
  readonly editWeight: (index: number, value: number) => void;
  /** Undoes the last weight edit. */
  readonly undoEdit: () => void;
  /** Restores the source before the first edit. */
  readonly undoEdits: () => void;
}

/** The panel's store. */
export type LayerData = LayerState & LayerActions;
export interface LayerAccess {
  readonly get: () => LayerData;
  readonly set: (change: Partial<LayerData>) => void;
}
