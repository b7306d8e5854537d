import {
  bestSetBetween,
  inputsOf,
  linkAt,
  linkTable,
  rankSets,
  tapsBetween,
  TapLists,
  type LinkTable,
  type RankedSets,
} from './axis-links.ts';
import { tapSets } from './exact-norms.ts';
import { axisOf, type AxisGeometry } from './geometry.ts';
import {
  largestKey,
  MEMO_LISTS,
  newMemo,
  newQuery,
  rememberedKey,
  type KeyMemo,
  type KeyQuery,
} from './key-query.ts';
import { matrixShape, type ConvOperator } from './operator.ts';
import {
  PIECE,
  piecesOf,
  segmentsOf,
  type Pieces,
  type Segments,
  type Span,
} from './raster-segments.ts';
import { weightKeys, type WeightKeys } from './weight-keys.ts';

/**
 * What a pixel says of its block. `value`: the largest magnitude, + before −. `tap`: the tap of that
 * entry, the first in order among equals. `tap-set`: of the columns of M that have an entry in the
 * block, the largest tap set, the first in order among equals.
 */
export type RasterMode = 'value' | 'tap' | 'tap-set';

/** A picture's window on M: rows downward, columns to the right. */
export interface RasterView {
  readonly rows: Span;
  readonly columns: Span;
}

/** Everything that is prepared once for an operator. Its size does not depend on that of M. */
export interface RasterSource {
  readonly operator: ConvOperator;
  readonly keys: WeightKeys;
  readonly axes: readonly [AxisGeometry, AxisGeometry];
  readonly lists: readonly [TapLists, TapLists];
  readonly memo: KeyMemo | null;
  readonly sets: readonly [RankedSets, RankedSets];
  /** Number of the sets of the horizontal family: pair (a, b) is a · setColumns + b. */
  readonly setColumns: number;
  /** Sizes of the sets of both axes. */
  readonly setSizes: readonly [Int32Array, Int32Array];
}

/** Prepares pictures of an operator's M. */
export function rasterSource(operator: ConvOperator): RasterSource {
  const side = operator.transposed ? 'outputs' : 'inputs';
  const both = tapSets(operator.geometry);
  const families = [0, 1].map((axis) => both[axis as 0][side === 'inputs' ? 'columns' : 'rows']);
  const sizes = families.map((family) => Int32Array.from(family.sets, (set) => set.length));
  return {
    operator,
    keys: weightKeys(operator),
    axes: [axisOf(operator.geometry, 0), axisOf(operator.geometry, 1)],
    lists: [new TapLists(), new TapLists()],
    memo: newMemo(operator.geometry.dOut * operator.geometry.inPerGroup),
    sets: [rankSets(families[0]!, side), rankSets(families[1]!, side)],
    setColumns: families[1]!.sets.length,
    setSizes: [sizes[0]!, sizes[1]!],
  };
}

/**
 * A raster being made: one number per (row segment, column segment) of the picture. `keys` holds the
 * winning weight key (0: no weight in the block; in mode `tap-set` the size of the winning set),
 * `classes` the winning tap k·k2 + t, or the pair of sets, −1 where there is none.
 */
export interface Raster {
  readonly source: RasterSource;
  readonly mode: RasterMode;
  readonly rows: Segments;
  readonly columns: Segments;
  readonly keys: Uint32Array;
  readonly classes: Int32Array;
  /** The convolution's outputs and inputs as boxes: M's rows and columns, or the other way round. */
  readonly outputs: Pieces;
  readonly inputs: Pieces;
  readonly vertical: LinkTable;
  readonly horizontal: LinkTable;
  readonly query: KeyQuery;
}

function tableOf(
  source: RasterSource,
  mode: RasterMode,
  axis: 0 | 1,
  sides: [Pieces, Pieces],
): LinkTable {
  const name = axis === 0 ? 'lines' : 'across';
  const geometry = source.axes[axis];
  const step = axis === 0 ? source.operator.geometry.kernel[1] : 1;
  const sets = source.sets[axis];
  const lists = source.lists[axis];
  return linkTable(
    sides[0][name],
    sides[1][name],
    mode === 'tap-set'
      ? (box) => bestSetBetween(geometry, sets, box) + 1
      : (box) => lists.of(tapsBetween(geometry, box), step),
  );
}

/** Lays out a raster of M; {@link fillRaster} then computes it, all at once or in bands. */
export function layRaster(source: RasterSource, view: RasterView, mode: RasterMode): Raster {
  const { geometry: g, transposed } = source.operator;
  const [rows, columns] = [segmentsOf(view.rows), segmentsOf(view.columns)];
  const outputs = piecesOf(transposed ? columns : rows, g.output);
  const inputs = piecesOf(transposed ? rows : columns, g.input);
  return {
    source,
    mode,
    rows,
    columns,
    outputs,
    inputs,
    keys: new Uint32Array(rows.count * columns.count),
    classes: new Int32Array(mode === 'value' ? 0 : rows.count * columns.count).fill(-1),
    vertical: tableOf(source, mode, 0, [outputs, inputs]),
    horizontal: tableOf(source, mode, 1, [outputs, inputs]),
    query: newQuery(),
  };
}

/** Number of bands' steps of a raster: segments of the convolution's outputs. */
export function rasterSteps(raster: Raster): number {
  return raster.outputs.segments.count;
}

/**
 * Computes steps `from` … `to` − 1. Every step costs about as much as it has non-zero pixels, however
 * many entries these stand for.
 */
export function fillRaster(raster: Raster, from = 0, to = rasterSteps(raster)): void {
  for (let step = from; step < to; step++) {
    for (
      let piece = raster.outputs.start[step]!;
      piece < raster.outputs.start[step + 1]!;
      piece++
    ) {
      paintPiece(raster, step, piece * PIECE);
    }
  }
}

/** The winning number of one block, computed alone: rows [r0, r1), columns [c0, c1) of M. */
export function blockMax(
  source: RasterSource,
  rows: readonly [number, number],
  columns: readonly [number, number],
): number {
  const [height, width] = matrixShape(source.operator);
  const span = ([from, to]: readonly [number, number], size: number): Span => ({
    start: from,
    scale: 1 / (to - from),
    pixels: 1,
    size,
  });
  const view = { rows: span(rows, height), columns: span(columns, width) };
  const raster = layRaster(source, view, 'value');
  fillRaster(raster);
  return raster.keys[0] ?? 0;
}

/** A box of outputs within one group, and where its pixels go. */
interface Stroke {
  readonly step: number;
  /** Offset of the output box in the pieces' data. */
  readonly box: number;
  readonly i0: number;
  readonly i1: number;
  /** Inputs of the group: channels [j0, j1). */
  readonly j0: number;
  readonly j1: number;
}

function paintPiece(raster: Raster, step: number, box: number): void {
  const g = raster.source.operator.geometry;
  const i0 = raster.outputs.data[box]!;
  const i1 = raster.outputs.data[box + 1]!;
  const lastGroup = Math.floor((i1 - 1) / g.outPerGroup);
  for (let group = Math.floor(i0 / g.outPerGroup); group <= lastGroup; group++) {
    paintStroke(raster, {
      step,
      box,
      i0: Math.max(i0, group * g.outPerGroup),
      i1: Math.min(i1, (group + 1) * g.outPerGroup),
      j0: group * g.inPerGroup,
      j1: (group + 1) * g.inPerGroup,
    });
  }
}

/** A channel narrower than so many segments is not worth looking for its zero parts. */
const FINE = 4;

/** Visits the segments of inputs that the stroke can reach, each once, in order. */
function paintStroke(raster: Raster, stroke: Stroke): void {
  const { geometry: g } = raster.source.operator;
  const { segments } = raster.inputs;
  const { box, j0, j1 } = stroke;
  const [h, w] = g.input;
  const perSegment = segments.count === 0 ? 1 : segments.to[0]! - segments.from[0]!;
  const out = raster.outputs.data;
  if (stroke.i1 - stroke.i0 > 1 || h * w < FINE * perSegment) {
    paintRun(raster, stroke, { from: j0 * h * w, to: j1 * h * w, next: 0 });
    return;
  }
  const lines = inputsOf(raster.source.axes[0], out[box + 2]!, out[box + 3]!);
  const fine = out[box + 3]! - out[box + 2]! === 1 && w >= FINE * perSegment;
  const across = fine
    ? inputsOf(raster.source.axes[1], out[box + 4]!, out[box + 5]!)
    : [[0, w] as const];
  const seen = visibleChannels(segments, h * w);
  let next = 0;
  for (let j = Math.max(j0, seen[0]); j < Math.min(j1, seen[1]); j++) {
    for (const [top, bottom] of lines) {
      if (!fine) {
        next = paintRun(raster, stroke, {
          from: (j * h + top) * w,
          to: (j * h + bottom) * w,
          next,
        });
        continue;
      }
      for (let y = top; y < bottom; y++) {
        for (const [left, right] of across) {
          const line = (j * h + y) * w;
          next = paintRun(raster, stroke, { from: line + left, to: line + right, next });
        }
      }
    }
  }
}

function visibleChannels(segments: Segments, area: number): [number, number] {
  if (segments.count === 0) return [0, 0];
  const last = segments.to[segments.count - 1]!;
  return [Math.floor(segments.from[0]! / area), Math.ceil(last / area)];
}

interface RunOfInputs {
  readonly from: number;
  readonly to: number;
  /** First segment that was not visited yet. */
  readonly next: number;
}

/** First segment at or after `low` that ends behind the index. */
function segmentAt(segments: Segments, index: number, low: number): number {
  let high = segments.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (segments.to[middle]! <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function paintRun(raster: Raster, stroke: Stroke, run: RunOfInputs): number {
  const { segments } = raster.inputs;
  let q = segmentAt(segments, run.from, run.next);
  for (; q < segments.count && segments.from[q]! < run.to; q++) paintSegment(raster, stroke, q);
  return q;
}

function paintSegment(raster: Raster, stroke: Stroke, q: number): void {
  const { inputs, outputs, vertical, horizontal, query } = raster;
  const { lists } = raster.source;
  const { box, step } = stroke;
  const last = inputs.start[q + 1]! * PIECE;
  const line = outputs.data[box + 6]!;
  const across = outputs.data[box + 7]!;
  const width = raster.columns.count;
  const at = raster.source.operator.transposed ? q * width + step : step * width + q;
  for (let piece = inputs.start[q]! * PIECE; piece < last; piece += PIECE) {
    const j0 = Math.max(stroke.j0, inputs.data[piece]!);
    const j1 = Math.min(stroke.j1, inputs.data[piece + 1]!);
    if (j0 >= j1) continue;
    const a = linkAt(vertical, line, inputs.data[piece + 6]!);
    if (a === 0) continue;
    const b = linkAt(horizontal, across, inputs.data[piece + 7]!);
    if (b === 0) continue;
    if (raster.mode === 'tap-set') meetSet(raster, at, a - 1, b - 1);
    else {
      query.i0 = stroke.i0;
      query.i1 = stroke.i1;
      query.j0 = j0 - stroke.j0;
      query.j1 = j1 - stroke.j0;
      query.vertical = lists[0].lists[a]!;
      query.horizontal = lists[1].lists[b]!;
      meetWeights(raster, at, a, b);
    }
  }
}

function meetSet(raster: Raster, at: number, a: number, b: number): void {
  const { setSizes, setColumns } = raster.source;
  const size = setSizes[0][a]! * setSizes[1][b]!;
  const pair = a * setColumns + b;
  const { keys, classes } = raster;
  if (size < keys[at]! || (size === keys[at]! && pair >= classes[at]!)) return;
  keys[at] = size;
  classes[at] = pair;
}

function meetWeights(raster: Raster, at: number, a: number, b: number): void {
  const { keys, classes, query, source } = raster;
  const { memo } = source;
  query.key = keys[at]!;
  query.tap = raster.mode === 'tap' ? classes[at]! : 0;
  const single = query.i1 - query.i0 === 1 && query.j1 - query.j0 === 1;
  if (memo !== null && single && a < MEMO_LISTS && b < MEMO_LISTS) {
    const pair = query.i0 * source.operator.geometry.inPerGroup + query.j0;
    rememberedKey(source.keys, memo, (pair * MEMO_LISTS + a) * MEMO_LISTS + b, query);
  } else {
    largestKey(source.keys, query);
  }
  keys[at] = query.key;
  if (raster.mode === 'tap') classes[at] = query.tap;
}
