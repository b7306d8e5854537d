import type { Cell, CellGrid } from '../../../charts/cell-map.tsx';
import type { Pair } from '../../../math/geometry.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import { cssColor, divergingColor, oklab, type Theme } from '../../../math/palette.ts';
import { cropAround, type PlacedTap, type SlideStep } from './slide-model.ts';

/** Cells of an axis that are shown; a larger map is cropped around the kernel. */
const MOST = 22;
const SIDE = 330;
const LIGHT = 0.62;
/** A cell with room for the tap's two numbers. */
const TEXT_SIZE = 26;

/** A map of cells and which pixel its first cell is. */
export interface CroppedGrid {
  readonly grid: CellGrid;
  readonly origin: Pair;
}

/** How colours are made: the end of the scale, and the theme. */
export interface Paint {
  readonly largest: number;
  readonly theme: Theme;
}

function sizeFor(rows: number, columns: number, side: number): number {
  return Math.max(10, Math.min(34, Math.floor(side / Math.max(rows, columns))));
}

function tapCell({ k, t, value }: PlacedTap, { largest, theme }: Paint, size: number): Cell {
  const color = divergingColor(largest > 0 ? value / largest : 0, theme);
  return {
    fills: [cssColor(color)],
    text: size >= TEXT_SIZE ? `${k},${t}` : '',
    ink: oklab(color)[0] > LIGHT ? '#101214' : '#ffffff',
  };
}

/** The padded input with the kernel lying on it; padding has dashed cells. */
export function paddedGrid(op: ConvOperator, step: SlideStep, paint: Paint): CroppedGrid {
  const g = op.geometry;
  const [top, bottom, left, right] = g.padding;
  const middle = step.taps[Math.floor(step.taps.length / 2)]!;
  const rows = cropAround([-top, g.input[0] + bottom], middle.y, MOST);
  const columns = cropAround([-left, g.input[1] + right], middle.x, MOST);
  const [height, width] = [rows[1] - rows[0], columns[1] - columns[0]];
  const size = sizeFor(height, width, SIDE);
  const taps = new Map(step.taps.map((tap) => [`${tap.y},${tap.x}`, tap]));
  const cells = Array.from({ length: height * width }, (_, at): Cell => {
    const [y, x] = [rows[0] + Math.floor(at / width), columns[0] + (at % width)];
    const ghost = y < 0 || x < 0 || y >= g.input[0] || x >= g.input[1];
    const tap = taps.get(`${y},${x}`);
    const plain: Cell = { fills: [ghost ? 'transparent' : 'var(--surface-2)'], text: '', ink: '' };
    return { ...(tap ? tapCell(tap, paint, size) : plain), ghost };
  });
  return { grid: { rows: height, columns: width, cells, size }, origin: [rows[0], columns[0]] };
}

/** The output: what is written already, and what is written now. */
export function outputGrid(op: ConvOperator, step: SlideStep): CroppedGrid {
  const [h, w] = op.geometry.output;
  const rows = cropAround([0, h], step.output[0], MOST);
  const columns = cropAround([0, w], step.output[1], MOST);
  const [height, width] = [rows[1] - rows[0], columns[1] - columns[0]];
  const now = step.output[0] * w + step.output[1];
  const cells = Array.from({ length: height * width }, (_, at): Cell => {
    const place = (rows[0] + Math.floor(at / width)) * w + columns[0] + (at % width);
    const fill = place === now ? 'var(--accent)' : place < now ? 'var(--line)' : 'var(--surface-2)';
    return { fills: [fill], text: '', ink: '' };
  });
  const size = sizeFor(height, width, SIDE * 0.7);
  return { grid: { rows: height, columns: width, cells, size }, origin: [rows[0], columns[0]] };
}
