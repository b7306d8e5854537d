import type { RasterSource, RasterView } from '../../math/block-max.ts';
import { piecesOf, segmentsOf, type Span } from '../../math/raster-segments.ts';
import { sumProfile, type SumTable, type SumTables } from '../../math/sum-profile.ts';
import type { MatrixMargins } from '../../model/layer/matrix-view.ts';

function side(table: SumTable, span: Span, size: readonly [number, number]): Float64Array {
  const pieces = piecesOf(segmentsOf(span), size);
  const profile = sumProfile(table, pieces);
  return Float64Array.from(pieces.segments.ofPixel, (q) => (q < 0 ? NaN : profile[q]!));
}

/** Absolute row and column sums of the layer's own M, under each pixel of a window. */
export function marginsOf(source: RasterSource, sums: SumTables, view: RasterView): MatrixMargins {
  const { geometry: g, transposed } = source.operator;
  const outputs = [sums.outputs, g.output] as const;
  const inputs = [sums.inputs, g.input] as const;
  const [down, across] = transposed ? [inputs, outputs] : [outputs, inputs];
  return {
    rows: side(down[0], view.rows, down[1]),
    columns: side(across[0], view.columns, across[1]),
  };
}
