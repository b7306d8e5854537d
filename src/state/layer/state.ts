import type { L2Progress } from '../../math/l2/types.ts';
import type { Focus } from '../../model/layer/focus.ts';
import type { JobFailure, LayerReport } from '../../model/jobs.ts';
import type { LayerSpec } from '../../model/layer/layer.ts';
import type { LayerView } from '../../model/layer/layer-view.ts';
import type { MatrixColorMode } from '../../model/layer/matrix-view.ts';
import type { LinkedState } from '../follow-link.ts';

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

/** Weights that were changed by hand, so that the changes can be taken back. */
export interface HandEdits {
  /** The source before the first change; where it is a recipe, its seed. */
  readonly source: LayerSpec['source'];
  /** Weights in the order in which they were changed; changing one again right after is one step. */
  readonly steps: readonly { readonly index: number; readonly before: number }[];
}

/** What the Layer panel knows. `spec` is what was asked for, `shown` what the report is about. */
export interface LayerState extends Pick<LinkedState, 'linkProblem'> {
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
  readonly view: LayerView;
  /** False when the link cannot hold the weights. */
  readonly linkComplete: boolean;
  /** What was edited by hand since the source was chosen, to go back. */
  readonly edits: HandEdits | null;
}

/** A layer as a link opens it: with what is pinned, and how M is coloured. */
export interface OpenedLayer {
  readonly spec: LayerSpec;
  readonly pinned: Focus | null;
  readonly colorMode: MatrixColorMode;
  readonly view: LayerView;
}

/** What can be done to it. */
export interface LayerActions extends Pick<LinkedState, 'setLinkProblem'> {
  /** Asks for another layer; while one is being computed only the newest wish is kept. */
  readonly setSpec: (spec: LayerSpec) => void;
  /** The same with a view of it; the pin waits until the layer is there, and falls if it cannot be. */
  readonly open: (opened: OpenedLayer) => void;
  readonly setLinkComplete: (complete: boolean) => void;
  readonly patch: (change: Partial<LayerSpec>) => void;
  /** Runs the ℓ2 interval of the layer on screen (anew when one is running). */
  readonly startL2: (effort: L2Effort) => void;
  /** Stops it; what is known so far stays. */
  readonly stopL2: () => void;
  readonly setFocus: (focus: Focus | null) => void;
  readonly setColorMode: (mode: MatrixColorMode) => void;
  readonly setView: (change: Partial<LayerView>) => void;
  /** Pins, or lets go when the same thing is pinned already. */
  readonly setPinned: (pinned: Focus | null) => void;
  /**
   * Sets one weight (flat OIHW index) of the newest layer that has these weights; the source becomes
   * "edited by hand".
   */
  readonly editWeight: (index: number, value: number) => void;
  /** Puts the weight that was edited last back. */
  readonly undoEdit: () => void;
  /** Puts the source back to what it was before the first edit. */
  readonly undoEdits: () => void;
}

/** The whole of it, and how it is read and written. */
export type LayerData = LayerState & LayerActions;
export interface LayerAccess {
  readonly get: () => LayerData;
  readonly set: (change: Partial<LayerData>) => void;
}
