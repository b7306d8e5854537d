import {
  useMemo,
  useState,
  type JSX,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type Ref,
} from 'react';
import styles from './cell-map.module.css';

/** One cell: its colours (more than one: bands side by side), its text and the text's colour. */
export interface Cell {
  readonly fills: readonly string[];
  readonly text: string;
  readonly ink: string;
  /** Outside of what is real: drawn with a dashed border. */
  readonly ghost?: boolean;
}

/** A grid of cells: rows · columns of them, row by row. */
export interface CellGrid {
  readonly rows: number;
  readonly columns: number;
  readonly cells: readonly Cell[];
  /** Side of a cell in CSS pixels. */
  readonly size: number;
  /** Row and column before which cells were left out; null: none were. */
  readonly gaps?: readonly [number | null, number | null];
}

interface Props {
  readonly label: string;
  readonly grid: CellGrid;
  /** Cells to light: those that belong to what is looked at. */
  readonly lit: readonly boolean[];
  /** Cells with a strong outline: what is pinned or attains a maximum. */
  readonly marked?: readonly boolean[];
  readonly onPoint: (row: number, column: number) => void;
  readonly onLeave: () => void;
  readonly onPick: (row: number, column: number) => void;
  /** What is said of the cell under the keyboard's cursor. */
  readonly describe: (row: number, column: number) => string;
  readonly svgRef?: Ref<SVGSVGElement>;
  /** SVG that is drawn over the cells; {@link cellEdge} says where they are. */
  readonly children?: ReactNode;
}

/** Room for the sign that cells were left out. */
const GAP = 10;
const PAD = 3;

/** Upper (axis 0) or left (axis 1) edge of cell `index` of an axis, in the map's own units. */
export function cellEdge(grid: CellGrid, axis: 0 | 1, index: number): number {
  const gap = grid.gaps?.[axis] ?? null;
  return PAD + index * grid.size + (gap !== null && index >= gap ? GAP : 0);
}

/** The cell at a place of an axis, or −1. */
function cellAt(grid: CellGrid, axis: 0 | 1, place: number): number {
  const count = axis === 0 ? grid.rows : grid.columns;
  const gap = grid.gaps?.[axis] ?? null;
  const plain = Math.floor((place - PAD) / grid.size);
  const index = gap !== null && plain >= gap ? Math.floor((place - PAD - GAP) / grid.size) : plain;
  return index >= 0 && index < count ? index : -1;
}

/** Each cell with its place, so that drawing it is one line. */
function placed<T>(grid: CellGrid, draw: (x: number, y: number, at: number) => T): T[] {
  return Array.from({ length: grid.rows * grid.columns }, (_, at) =>
    draw(
      cellEdge(grid, 1, at % grid.columns),
      cellEdge(grid, 0, Math.floor(at / grid.columns)),
      at,
    ),
  );
}

/** Text is left out of cells that are too small for it. */
const SMALLEST_TEXT = 13;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle as a closed piece of a path. */
function piece({ x, y, width, height }: Box): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}

function square(x: number, y: number, side: number): string {
  return piece({ x, y, width: side, height: side });
}

interface Pieces {
  /** Path of all that have a colour, by colour. */
  readonly fills: Map<string, string>;
  readonly frames: string;
  readonly ghosts: string;
}

/** All cells of a look as one path: an element for each cell would hold the page up. */
function piecesOf(grid: CellGrid): Pieces {
  const { size, cells } = grid;
  const fills = new Map<string, string>();
  const borders = { frames: '', ghosts: '' };
  placed(grid, (x, y, at) => {
    const cell = cells[at]!;
    const width = size / cell.fills.length;
    cell.fills.forEach((fill, band) => {
      const box = piece({ x: x + band * width, y, width, height: size });
      fills.set(fill, (fills.get(fill) ?? '') + box);
    });
    borders[cell.ghost === true ? 'ghosts' : 'frames'] += square(x + 0.5, y + 0.5, size - 1);
  });
  fills.delete('transparent');
  return { fills, ...borders };
}

function BaseCells({ grid }: { readonly grid: CellGrid }): JSX.Element {
  const { size, cells } = grid;
  const { fills, frames, ghosts } = piecesOf(grid);
  return (
    <g aria-hidden="true">
      {[...fills].map(([fill, path]) => (
        <path key={fill} d={path} fill={fill} />
      ))}
      <path d={frames} className={styles.frame} />
      <path d={ghosts} className={styles.ghost} />
      {size >= SMALLEST_TEXT &&
        placed(grid, (x, y, at) => {
          const { text, ink } = cells[at]!;
          return text === '' ? null : (
            <text key={at} x={x + size / 2} y={y + size / 2} fill={ink} className={styles.text}>
              {text}
            </text>
          );
        })}
    </g>
  );
}

function Outlines({
  grid,
  on,
  name,
}: {
  grid: CellGrid;
  on: readonly boolean[];
  name: string;
}): JSX.Element {
  const pieces = placed(grid, (x, y, at) => (on[at] ? square(x + 1, y + 1, grid.size - 2) : ''));
  return <path aria-hidden="true" className={name} d={pieces.join('')} />;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const clamp = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));

/**
 * A grid of coloured cells with a cursor: the pointer or the arrow keys look at a cell, a click, Enter
 * or Space picks it. What the keyboard's cursor is on is said politely.
 */
export function CellMap(props: Props): JSX.Element {
  const { label, grid, lit, marked, onPoint, onLeave, onPick, describe, svgRef, children } = props;
  const [cursor, setCursor] = useState<readonly [number, number]>([0, 0]);
  const [said, setSaid] = useState('');
  const base = useMemo(() => <BaseCells grid={grid} />, [grid]);
  const row = clamp(cursor[0], grid.rows);
  const column = clamp(cursor[1], grid.columns);
  const width = cellEdge(grid, 1, grid.columns) + PAD;
  const height = cellEdge(grid, 0, grid.rows) + PAD;

  const place = (event: PointerEvent<SVGSVGElement>): readonly [number, number] | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = cellAt(grid, 1, ((event.clientX - box.left) / box.width) * width);
    const y = cellAt(grid, 0, ((event.clientY - box.top) / box.height) * height);
    return x < 0 || y < 0 ? null : [y, x];
  };
  const press = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step !== undefined) {
      const next = [
        clamp(row + step[0], grid.rows),
        clamp(column + step[1], grid.columns),
      ] as const;
      setCursor(next);
      setSaid(describe(...next));
      onPoint(...next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      onPick(row, column);
    } else if (event.key === 'Escape') {
      onLeave();
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- role application is a widget */}
      <svg
        ref={svgRef}
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        className={styles.map}
        role="application"
        aria-label={label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- role application is a widget
        tabIndex={0}
        onKeyDown={press}
        onFocus={() => setSaid(describe(row, column))}
        onBlur={onLeave}
        onPointerMove={(event) => {
          const at = place(event);
          if (at === null) onLeave();
          else onPoint(...at);
        }}
        onPointerLeave={onLeave}
        onPointerDown={(event) => {
          const at = place(event);
          if (at === null) return;
          setCursor(at);
          onPick(...at);
        }}
      >
        {base}
        {marked && <Outlines grid={grid} on={marked} name={styles.marked!} />}
        {children}
        <g data-screen-only="">
          <Outlines grid={grid} on={lit} name={styles.lit!} />
          <rect
            className={styles.cursor}
            x={cellEdge(grid, 1, column) - 1}
            y={cellEdge(grid, 0, row) - 1}
            width={grid.size + 2}
            height={grid.size + 2}
          />
        </g>
      </svg>
      <span className="visually-hidden" aria-live="polite">
        {said}
      </span>
    </>
  );
}
