import { cellEdge, type CellGrid } from '../../../charts/cell-map.tsx';

/** Where the sign of a mark is drawn in the surface's colour: its cell is darker than this share. */
const STRONG = 0.55;

/** Signs on cells as SVG paths: those on weak colours, and those on strong ones. */
export interface SignPaths {
  readonly onWeak: string;
  readonly onStrong: string;
}

/** A sign in a cell. */
interface Sign {
  /** −1 … 1. */
  readonly value: number;
  /** Depth of the cell's colour, 0 … 1. */
  readonly depth: number;
}

/** Least length of a sign's stroke, in CSS pixels, and share of the cell of a sign of size 1. */
const LEAST_STROKE = 2;
const FULL_STROKE = 0.76;
/** What is smaller is not drawn. */
const FAINT = 2 ** -7;

/**
 * Plus and minus signs: as long as their value is large, so that sign and size are visible without
 * colour. A value of 0 has none.
 */
export function signPaths(grid: CellGrid, signAt: (at: number) => Sign): SignPaths {
  const paths = { onWeak: '', onStrong: '' };
  for (let at = 0; at < grid.cells.length; at++) {
    const { value, depth } = signAt(at);
    const size = Math.min(1, Math.abs(value));
    if (!(size >= FAINT)) continue;
    const x = cellEdge(grid, 1, at % grid.columns) + grid.size / 2;
    const y = cellEdge(grid, 0, Math.floor(at / grid.columns)) + grid.size / 2;
    const half = Math.max(LEAST_STROKE, size * FULL_STROKE * grid.size) / 2;
    const across = `M${x - half} ${y}h${2 * half}`;
    const sign = value > 0 ? `${across}M${x} ${y - half}v${2 * half}` : across;
    paths[depth > STRONG ? 'onStrong' : 'onWeak'] += sign;
  }
  return paths;
}

/** The border around the cells that are `on`: lines only where a neighbour is not. */
export function borderPath(grid: CellGrid, on: (at: number) => boolean): string {
  const { rows, columns, size } = grid;
  const inside = (row: number, column: number): boolean =>
    row >= 0 && row < rows && column >= 0 && column < columns && on(row * columns + column);
  let path = '';
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!inside(row, column)) continue;
      const [x, y] = [cellEdge(grid, 1, column), cellEdge(grid, 0, row)];
      if (!inside(row - 1, column)) path += `M${x} ${y}h${size}`;
      if (!inside(row + 1, column)) path += `M${x} ${y + size}h${size}`;
      if (!inside(row, column - 1)) path += `M${x} ${y}v${size}`;
      if (!inside(row, column + 1)) path += `M${x + size} ${y}v${size}`;
    }
  }
  return path;
}

/** Lines between channels: after every `taps` cells. */
export function channelLines(grid: CellGrid, [k1, k2]: readonly [number, number]): string {
  if (k1 * k2 === 1) return '';
  const [x0, y0] = [cellEdge(grid, 1, 0), cellEdge(grid, 0, 0)];
  const [width, height] = [grid.columns * grid.size, grid.rows * grid.size];
  let path = '';
  for (let row = k1; row < grid.rows; row += k1)
    path += `M${x0} ${cellEdge(grid, 0, row)}h${width}`;
  for (let column = k2; column < grid.columns; column += k2) {
    path += `M${cellEdge(grid, 1, column)} ${y0}v${height}`;
  }
  return path;
}
