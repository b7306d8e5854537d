import type { Cell, CellGrid } from '../../../charts/cell-map.tsx';
import { categoricalColor, cssColor, oklab, type Theme } from '../../../math/palette.ts';
import { axisWindow, type AxisWindow } from '../axis-window.ts';
import { setAt, type ColumnSets, type ProductSet } from './product-sets.ts';

/** Letters are dark on light colours and light on dark ones. */
const DARK_ENOUGH = 0.62;

/** The colour of a set, the same as in M, and an ink that can be read on it. */
export function setColor(set: ProductSet, theme: Theme): { fill: string; ink: string } {
  const color = categoricalColor(set.kind, theme);
  return { fill: cssColor(color), ink: oklab(color)[0] > DARK_ENOUGH ? '#101214' : '#ffffff' };
}

const EMPTY: Cell = { fills: ['transparent'], text: '', ink: 'currentColor' };

/** Most sets that share a tap and still get a band each. */
const MOST_BANDS = 4;

/** The maximal sets that hold a tap. */
export function setsOfTap({ sets }: ColumnSets, k: number, t: number): readonly ProductSet[] {
  return sets.filter(({ maximal, taps }) => maximal && taps[0].includes(k) && taps[1].includes(t));
}

/** The kernel's taps, each in the colours of the maximal sets that hold it. */
export function tapGrid(
  sets: ColumnSets,
  kernel: readonly [number, number],
  theme: Theme,
): CellGrid {
  const cell = (k: number, t: number): Cell => {
    const holding = setsOfTap(sets, k, t);
    if (holding.length === 0) return EMPTY;
    const shown = holding.slice(0, MOST_BANDS).map((set) => setColor(set, theme));
    return {
      fills: shown.map(({ fill }) => fill),
      text: holding.length === 1 ? holding[0]!.letter : '',
      ink: shown[0]!.ink,
    };
  };
  const [rows, columns] = kernel;
  const cells = Array.from({ length: rows * columns }, (_, at) =>
    cell(Math.floor(at / columns), at % columns),
  );
  return {
    rows,
    columns,
    cells,
    size: Math.max(10, Math.min(30, Math.floor(100 / Math.max(rows, columns)))),
  };
}

/** Most positions of an axis that the picture of the input shows. */
const MOST_PIXELS = 28;
const MAP_SIDE = 168;

/** The input's pixels, each in the colour of the set that it sees. */
export interface InputGrid {
  readonly grid: CellGrid;
  readonly windows: readonly [AxisWindow, AxisWindow];
}

/** One channel of the input as a picture; the middle of a large one is left out. */
export function inputGrid(sets: ColumnSets, theme: Theme): InputGrid {
  const windows = [
    axisWindow(sets.input[0], MOST_PIXELS),
    axisWindow(sets.input[1], MOST_PIXELS),
  ] as const;
  const [rows, columns] = [windows[0].positions.length, windows[1].positions.length];
  const looks = new Map(
    sets.sets.map((set): [number, Cell] => {
      if (set.taps[0].length * set.taps[1].length === 0) return [set.kind, { ...EMPTY, text: '·' }];
      const { fill, ink } = setColor(set, theme);
      return [set.kind, { fills: [fill], text: set.letter, ink }];
    }),
  );
  const cells = windows[0].positions.flatMap((y) =>
    windows[1].positions.map((x) => looks.get(setAt(sets, y, x).kind)!),
  );
  const size = Math.max(6, Math.min(22, Math.floor(MAP_SIDE / Math.max(rows, columns))));
  return { grid: { rows, columns, cells, size, gaps: [windows[0].gap, windows[1].gap] }, windows };
}
