import type { RasterSource, RasterView } from '../../math/block-max.ts';
import { matrixShape } from '../../math/operator.ts';
import type { MatrixDraw, MatrixRenderer } from '../../model/layer/matrix-view.ts';

/** Whether a renderer's frame is still needed. */
export type Stale = () => boolean;

/** Delivers a finished picture; `exact` is false for a coarse one. */
export type Show = (picture: ImageBitmap, exact: boolean) => void;

/** A renderer of M. */
export interface Renderer {
  readonly kind: MatrixRenderer;
  /** Sets a new matrix for the following pictures. */
  readonly load: (source: RasterSource) => Promise<void>;
  /** Draws one frame: shows one or two pictures, or none when the frame became stale. */
  readonly draw: (draw: MatrixDraw, show: Show, stale: Stale) => Promise<void>;
}

/** The draw's window in the terms of the raster, with `grain` × `grain` pixels taken as one. */
export function rasterView(source: RasterSource, draw: MatrixDraw, grain = 1): RasterView {
  const [height, width] = matrixShape(source.operator);
  const { row, column, scale } = draw.viewport;
  return {
    rows: {
      start: row,
      scale: scale.row / grain,
      size: height,
      pixels: Math.ceil(draw.height / grain),
    },
    columns: {
      start: column,
      scale: scale.column / grain,
      size: width,
      pixels: Math.ceil(draw.width / grain),
    },
  };
}
