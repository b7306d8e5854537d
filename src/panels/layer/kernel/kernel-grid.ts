import type { Cell, CellGrid } from '../../../charts/cell-map.tsx';
import type { ConvOperator, Kernel } from '../../../math/operator.ts';
import { cssColor, divergingColor, oklab, type Theme } from '../../../math/palette.ts';
import { axisWindow, type AxisWindow } from '../axis-window.ts';

/** A channel pair of the kernel: output i, input j within i's group. */
export interface ChannelPair {
  readonly i: number;
  readonly j: number;
}

/** One k1 × k2 slice of the kernel as a picture. */
export interface KernelGrid {
  readonly grid: CellGrid;
  readonly windows: readonly [AxisWindow, AxisWindow];
}

/** Flat OIHW index of a weight. */
export function flatIndex(
  op: ConvOperator,
  { i, j }: ChannelPair,
  [k, t]: readonly [number, number],
): number {
  const g = op.geometry;
  return ((i * g.inPerGroup + j) * g.kernel[0] + k) * g.kernel[1] + t;
}

/**
 * A weight as a person would type it: of a float32 the shortest number that it is the nearest float32
 * to, so that 1.2 stays 1.2 while it is being typed.
 */
export function typedWeight(kernel: Kernel, index: number): number {
  const value = kernel[index]!;
  if (kernel instanceof Float64Array) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  // Nine digits tell all float32 apart.
  return Number(value.toPrecision(9));
}

/** Most taps of an axis that the picture shows. */
const MOST_TAPS = 15;
const SIDE = 210;
/** Numbers need this much room. */
const NUMBER_SIZE = 34;
const LIGHT = 0.62;

/** A number in a cell: two decimals, or as many digits as fit. */
function shortNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size >= 100 || size < 0.005 ? value.toExponential(0) : value.toFixed(size < 10 ? 2 : 1);
  return text.replace('-', '−').replace('e+', 'e');
}

/** The slice of a channel pair, in the colours of M. */
export function kernelGrid(
  op: ConvOperator,
  pair: ChannelPair,
  { largest, theme }: { readonly largest: number; readonly theme: Theme },
): KernelGrid {
  const [k1, k2] = op.geometry.kernel;
  const windows = [axisWindow(k1, MOST_TAPS), axisWindow(k2, MOST_TAPS)] as const;
  const [rows, columns] = [windows[0].positions.length, windows[1].positions.length];
  const size = Math.max(13, Math.min(46, Math.floor(SIDE / Math.max(rows, columns))));
  const cell = (k: number, t: number): Cell => {
    const value = op.kernel[flatIndex(op, pair, [k, t])]!;
    const color = divergingColor(largest > 0 ? value / largest : 0, theme);
    return {
      fills: [cssColor(color)],
      text: size >= NUMBER_SIZE ? shortNumber(value) : '',
      ink: oklab(color)[0] > LIGHT ? '#101214' : '#ffffff',
    };
  };
  const cells = windows[0].positions.flatMap((k) => windows[1].positions.map((t) => cell(k, t)));
  return { grid: { rows, columns, cells, size, gaps: [windows[0].gap, windows[1].gap] }, windows };
}
