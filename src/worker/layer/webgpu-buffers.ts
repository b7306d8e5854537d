import { matrixShape } from '../../math/operator.ts';
import { PIECE, piecesOf, segmentsOf, type Pieces, type Span } from '../../math/raster-segments.ts';
import type { RasterSource, RasterView } from '../../math/block-max.ts';

/** Where the sets of both axes lie in the buffer of {@link tapSetWords}. */
function setOffsets({ sets }: RasterSource): number[] {
  const [a, b] = sets;
  const rankA = a.of.length;
  const sizeA = rankA + a.rank.length;
  const ofB = sizeA + a.rank.length;
  const rankB = ofB + b.of.length;
  return [0, rankA, sizeA, ofB, rankB, rankB + b.rank.length];
}

/** Per axis: set of each position, place of each set in the order of sizes, size of each set. */
export function tapSetWords(source: RasterSource): Int32Array {
  const parts = ([0, 1] as const).flatMap((axis) => [
    source.sets[axis].of,
    source.sets[axis].rank,
    source.setSizes[axis],
  ]);
  const words = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  setOffsets(source).forEach((offset, part) => words.set(parts[part]!, offset));
  return words;
}

/** The struct `Geometry` of the shader. */
export function geometryWords(source: RasterSource): Int32Array {
  const { geometry: g, transposed } = source.operator;
  const offsets = setOffsets(source);
  const axis = (at: 0 | 1): number[] => {
    const { input, kernel, stride, dilation, padBegin, boundary } = source.axes[at];
    const numbers = [input, kernel, stride, dilation, padBegin, boundary === 'circular' ? 1 : 0];
    return [...numbers, ...offsets.slice(3 * at, 3 * at + 3)];
  };
  const onOutputs = source.sets[0].side === 'outputs' ? 1 : 0;
  const head = [g.inPerGroup, g.outPerGroup, transposed ? 1 : 0, source.setColumns, onOutputs];
  return Int32Array.from([...head, ...axis(0), ...axis(1)]);
}

/** Numbers of a box in a side's buffer: the piece without the names of its ranges. */
const BOX = 6;

function sideOf(span: Span, size: readonly [number, number]): Int32Array {
  const pieces: Pieces = piecesOf(segmentsOf(span), size);
  const count = pieces.data.length / PIECE;
  const { ofPixel } = pieces.segments;
  const words = new Int32Array(2 * span.pixels + BOX * count);
  for (let p = 0; p < span.pixels; p++) {
    const q = ofPixel[p]!;
    words[2 * p] = q < 0 ? -1 : 2 * span.pixels + BOX * pieces.start[q]!;
    words[2 * p + 1] = q < 0 ? -1 : 2 * span.pixels + BOX * pieces.start[q + 1]!;
  }
  for (let piece = 0; piece < count; piece++) {
    const box = pieces.data.subarray(piece * PIECE, piece * PIECE + BOX);
    words.set(box, 2 * span.pixels + BOX * piece);
  }
  return words;
}

/**
 * Both sides of a window for the shader: for every pixel where its boxes begin and end, then the boxes
 * themselves. The same integers as the canvas uses, so the graphics card divides no floats.
 */
export function sideWords(
  source: RasterSource,
  view: RasterView,
): { rows: Int32Array; columns: Int32Array } {
  const { geometry: g, transposed } = source.operator;
  const [height, width] = matrixShape(source.operator);
  return {
    rows: sideOf({ ...view.rows, size: height }, transposed ? g.input : g.output),
    columns: sideOf({ ...view.columns, size: width }, transposed ? g.output : g.input),
  };
}
