import type { ExactNorms } from '../../../math/exact-norms.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import type { Theme } from '../../../math/palette.ts';
import type { Focus } from '../../../model/layer/focus.ts';
import type {
  MatrixColorMode,
  MatrixMargins,
  MatrixScale,
} from '../../../model/layer/matrix-view.ts';
import { scaleOf, visibleEntries, type Stage, type View, type Visible } from './viewport.ts';

/** Room around the picture, CSS pixels: labels left and above, charts right and below. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Everything that the figure over the picture shows. */
export interface FigureInput {
  readonly operator: ConvOperator;
  readonly norms: ExactNorms | null;
  readonly stage: Stage;
  readonly view: View;
  readonly frame: Frame;
  readonly margins: MatrixMargins | null;
  /** Device pixels a CSS pixel: margins come per device pixel. */
  readonly ratio: number;
  readonly focus: Focus | null;
  readonly pinned: Focus | null;
  readonly largest: number;
  readonly mode: MatrixColorMode;
  readonly theme: Theme;
}

/** The figure's input with what many parts need: scale and visible entries. */
export interface Sight extends FigureInput {
  readonly scale: MatrixScale;
  readonly visible: Visible;
}

/** Works out what many parts of the figure need. */
export function sightOf(input: FigureInput): Sight {
  const { stage, view } = input;
  return { ...input, scale: scaleOf(stage, view.zoom), visible: visibleEntries(stage, view) };
}

/** Left edge of a column, in CSS pixels of the figure. */
export function columnX(sight: Sight, column: number): number {
  return sight.frame.left + (column - sight.view.column) * sight.scale.column;
}

/** Upper edge of a row, in CSS pixels of the figure. */
export function rowY(sight: Sight, row: number): number {
  return sight.frame.top + (row - sight.view.row) * sight.scale.row;
}
