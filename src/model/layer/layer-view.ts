import type { Pair } from '../../math/geometry.ts';

/** How a layer is looked at: what a link holds beside the layer itself, so that it opens alike. */
export interface LayerView {
  /** First row and column of M in view (they may lie between entries), and the magnification 0 … 1. */
  readonly at: readonly [row: number, column: number, zoom: number];
  /** Whether an entry of M is drawn as high as wide. */
  readonly square: boolean;
  /** Channels [output, input] whose kernel is in the editor. */
  readonly pair: Pair;
  /** Channels [output, input] of the sliding kernel, and its step. */
  readonly slide: readonly [i: number, j: number, step: number];
  /** Rung of the Gram ladder, 0 … 6. */
  readonly rung: number;
  readonly allDigits: boolean;
  /** Rows of the norms table whose explanation is open, by their ids. */
  readonly rows: readonly string[];
}

/** The view that a layer opens with. */
export const FIRST_VIEW: LayerView = {
  at: [0, 0, 0],
  square: false,
  pair: [0, 0],
  slide: [0, 0, 0],
  rung: 6,
  allDigits: false,
  rows: [],
};
