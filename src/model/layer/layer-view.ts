import type { Pair } from '../../math/geometry.ts';

/** View settings of a layer, stored in a link besides the layer itself. */
export interface LayerView {
  /** First row and column of M in view (they may lie between entries), and the magnification 0 … 1. */
  readonly at: readonly [row: number, column: number, zoom: number];
  /** Whether entries of M are drawn square. */
  readonly square: boolean;
  /** Channels [output, input] whose kernel is in the editor. */
  readonly pair: Pair;
  /** Channels [output, input] of the sliding kernel, and its step. */
  readonly slide: readonly [i: number, j: number, step: number];
  /** Step of the Gram iteration, 0 … 6. */
  readonly rung: number;
  readonly allDigits: boolean;
  /** Rows of the norms table whose explanation is open, by their ids. */
  readonly rows: readonly string[];
}

/** The default view of a layer. */
export const FIRST_VIEW: LayerView = {
  at: [0, 0, 0],
  square: false,
  pair: [0, 0],
  slide: [0, 0, 0],
  rung: 6,
  allDigits: false,
  rows: [],
};
