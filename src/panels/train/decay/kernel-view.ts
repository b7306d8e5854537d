import type { Cell, CellGrid } from '../../../charts/cell-map.tsx';
import { cssColor, divergingColor, type Theme } from '../../../math/palette.ts';
import type { KernelOverview } from '../../../model/train/run.ts';
import type { WeightPlace, WeightSizes } from './step.ts';

/** Which channels of a kernel are on screen, and how large a weight is drawn. */
export interface KernelView {
  readonly sizes: WeightSizes;
  /** First output and input channel, and how many of each. */
  readonly from: readonly [number, number];
  readonly count: readonly [number, number];
  /** Side of a weight's cell in CSS pixels. */
  readonly cell: number;
  /** Whether this is all of the kernel. */
  readonly whole: boolean;
}

/** Smaller cells have no room for the marks of h. */
const LEAST_CELL = 10;
const MOST_CELL = 26;
/** Height of the picture that is not passed, in CSS pixels. */
const MOST_HEIGHT = 480;

/** First of `count` channels around `wished`, within `all`. */
function around(wished: number, count: number, all: number): number {
  return Math.max(0, Math.min(all - count, wished - Math.floor(count / 2)));
}

/** As much of a kernel as fits a width, around a pair of channels [i, j]. */
export function viewOf(
  sizes: WeightSizes,
  width: number,
  [i, j]: readonly [number, number],
): KernelView {
  const { outputs, inputs, taps } = sizes;
  const fit = Math.min(width / (inputs * taps[1]), MOST_HEIGHT / (outputs * taps[0]), MOST_CELL);
  const cell = Math.max(LEAST_CELL, Math.floor(fit));
  const room = (pixels: number, tap: number, all: number): number =>
    Math.max(1, Math.min(all, Math.floor(pixels / (tap * cell))));
  const count = [room(MOST_HEIGHT, taps[0], outputs), room(width, taps[1], inputs)] as const;
  return {
    sizes,
    count,
    cell,
    from: [around(i, count[0], outputs), around(j, count[1], inputs)],
    whole: count[0] === outputs && count[1] === inputs,
  };
}

/** The weight of a cell. */
export function placeOfCell(
  { sizes: { taps }, from }: KernelView,
  row: number,
  column: number,
): WeightPlace {
  return {
    i: from[0] + Math.floor(row / taps[0]),
    j: from[1] + Math.floor(column / taps[1]),
    k: row % taps[0],
    t: column % taps[1],
  };
}

/** Rows and columns of cells. */
function cellsOf({ sizes: { taps }, count }: KernelView): [rows: number, columns: number] {
  return [count[0] * taps[0], count[1] * taps[1]];
}

/** Index in the kernel's arrays of each cell, row by row. */
export function indicesOf(view: KernelView): Int32Array {
  const { inputs, taps } = view.sizes;
  const [rows, columns] = cellsOf(view);
  return Int32Array.from({ length: rows * columns }, (_, at) => {
    const { i, j, k, t } = placeOfCell(view, Math.floor(at / columns), at % columns);
    return ((i * inputs + j) * taps[0] + k) * taps[1] + t;
  });
}

/** Whether channels [from, to) of both axes are on screen, a part of them at least. */
export function showsPart(
  { from, count }: KernelView,
  ranges: readonly [readonly [number, number], readonly [number, number]],
): boolean {
  return ranges.every(([start, end], axis) => {
    return start < from[axis]! + count[axis]! && end > from[axis]!;
  });
}

/** Steps of colour on each arm: all cells of a colour are one element. */
const SHADES = 24;

function colored(value: number, largest: number, theme: Theme): Cell {
  const t = largest > 0 ? Math.round((SHADES * value) / largest) / SHADES : 0;
  return { fills: [cssColor(divergingColor(t, theme))], text: '', ink: 'currentColor' };
}

/** What is drawn of a kernel: weights, and the largest |K| of the whole layer. */
export interface Colored {
  readonly values: Float32Array;
  readonly largest: number;
  readonly theme: Theme;
}

/** The weights of a view, one cell each. */
export function kernelGrid(view: KernelView, { values, largest, theme }: Colored): CellGrid {
  const [rows, columns] = cellsOf(view);
  const cells = Array.from(indicesOf(view), (at) => colored(values[at]!, largest, theme));
  return { rows, columns, cells, size: view.cell };
}

/** Longest side of an overview, in CSS pixels. */
const OVERVIEW_SIDE = 288;

/** An overview's cells, coloured as the weights are. */
export function overviewGrid(
  { rows, columns, strongest }: KernelOverview,
  { largest, theme }: Pick<Colored, 'largest' | 'theme'>,
): CellGrid {
  const cells = Array.from(strongest, (value) => colored(value, largest, theme));
  const size = Math.max(5, Math.min(12, Math.floor(OVERVIEW_SIDE / Math.max(rows, columns))));
  return { rows, columns, cells, size };
}
