import { matrixEntry, matrixView } from '../../../math/matrix.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import { divergingColor, oklab } from '../../../math/palette.ts';
import { formatNumber } from '../../../ui/format.ts';
import { highlight } from './highlight.ts';
import { MATRIX_TEXT } from './messages.ts';
import type { Scene, Shape } from './scene.ts';
import { columnX, rowY, sightOf, type FigureInput, type Sight } from './sight.ts';
import { attained, sumCharts } from './sums.ts';

/** Entries of one channel: height · width of its map, on each side of the layer's own M. */
function channelAreas({ geometry: g, transposed }: ConvOperator): {
  rows: number;
  columns: number;
} {
  const [out, input] = [g.output[0] * g.output[1], g.input[0] * g.input[1]];
  return transposed ? { rows: input, columns: out } : { rows: out, columns: input };
}

/** Room of a channel's label, and of a grid line. */
const LABEL_PX = { rows: 14, columns: 30 } as const;
const LINE_PX = 16;

interface Side {
  readonly area: number;
  readonly range: readonly [number, number];
  readonly scale: number;
  readonly label: number;
}

/** Channels of a side in view, and every how many of them gets a line and a label. */
function channelsOf({ area, range, scale, label }: Side): {
  from: number;
  to: number;
  line: number;
  text: number;
} {
  const every = (room: number): number =>
    2 ** Math.max(0, Math.ceil(Math.log2(room / (area * scale))));
  const [from, to] = [Math.floor(range[0] / area), Math.ceil(range[1] / area)];
  return { from, to, line: every(LINE_PX), text: every(label) };
}

function sideOf(sight: Sight, side: 'rows' | 'columns'): Side {
  const scale = side === 'rows' ? sight.scale.row : sight.scale.column;
  const area = channelAreas(sight.operator)[side];
  return { area, range: sight.visible[side], scale, label: LABEL_PX[side] };
}

function channelGrid(sight: Sight): Shape[] {
  const shapes: Shape[] = [];
  const { frame, stage } = sight;
  for (const side of ['rows', 'columns'] as const) {
    const about = sideOf(sight, side);
    const { from, to, line } = channelsOf(about);
    for (let channel = Math.ceil(from / line) * line; channel <= to; channel += line) {
      const at = Math.round(
        side === 'rows' ? rowY(sight, channel * about.area) : columnX(sight, channel * about.area),
      );
      shapes.push(
        side === 'rows'
          ? {
              kind: 'line',
              ink: 'line',
              from: [frame.left, at + 0.5],
              to: [frame.left + stage.width, at + 0.5],
            }
          : {
              kind: 'line',
              ink: 'line',
              from: [at + 0.5, frame.top],
              to: [at + 0.5, frame.top + stage.height],
            },
      );
    }
  }
  return shapes;
}

function channelLabels(sight: Sight): Shape[] {
  const shapes: Shape[] = [];
  const { frame, stage } = sight;
  for (const side of ['rows', 'columns'] as const) {
    const about = sideOf(sight, side);
    const { from, to, text } = channelsOf(about);
    for (let channel = Math.ceil(from / text) * text; channel < to; channel += text) {
      const middle =
        (Math.max(channel * about.area, about.range[0]) +
          Math.min((channel + 1) * about.area, about.range[1])) /
        2;
      const [x, y] =
        side === 'rows'
          ? [frame.left - 6, rowY(sight, middle)]
          : [columnX(sight, middle), frame.top - 9];
      const [low, high] =
        side === 'rows'
          ? [frame.top, frame.top + stage.height]
          : [frame.left, frame.left + stage.width];
      const at = side === 'rows' ? y : x;
      if (at < low || at > high) continue;
      const anchor = side === 'rows' ? 'end' : 'middle';
      shapes.push({
        kind: 'text',
        x,
        y,
        anchor,
        ink: 'ink-2',
        text: MATRIX_TEXT.channel(side, channel),
      });
    }
  }
  return shapes;
}

/** Cells get lines from this size on, numbers from the next. */
const CELL_LINES_PX = 10;
const NUMBER_PX = { row: 15, column: 46 } as const;

function cellGrid(sight: Sight): Shape[] {
  const { scale, visible, frame, stage } = sight;
  if (Math.min(scale.row, scale.column) < CELL_LINES_PX) return [];
  const shapes: Shape[] = [];
  for (let row = visible.rows[0]; row <= visible.rows[1]; row++) {
    const y = Math.round(rowY(sight, row)) + 0.5;
    shapes.push({
      kind: 'line',
      from: [frame.left, y],
      to: [frame.left + stage.width, y],
      ink: 'line',
      width: 0.5,
    });
  }
  for (let column = visible.columns[0]; column <= visible.columns[1]; column++) {
    const x = Math.round(columnX(sight, column)) + 0.5;
    shapes.push({
      kind: 'line',
      from: [x, frame.top],
      to: [x, frame.top + stage.height],
      ink: 'line',
      width: 0.5,
    });
  }
  return shapes;
}

/** Letters that can be read on a cell of that value. */
function inkOn({ mode, largest, theme }: Sight, value: number): string {
  const t = largest > 0 && mode === 'value' ? value / largest : 0;
  const lightness = oklab(divergingColor(t, theme))[0];
  if (mode !== 'value') return '#000000';
  return lightness > 0.62 ? '#101214' : '#ffffff';
}

function numbers(sight: Sight): Shape[] {
  const { scale, visible, operator } = sight;
  if (scale.row < NUMBER_PX.row || scale.column < NUMBER_PX.column) return [];
  const shapes: Shape[] = [];
  const look = matrixView(operator);
  for (let row = visible.rows[0]; row < visible.rows[1]; row++) {
    for (let column = visible.columns[0]; column < visible.columns[1]; column++) {
      const entry = matrixEntry(look, row, column);
      const [x, y] = [columnX(sight, column + 0.5), rowY(sight, row + 0.5)];
      const text = entry.tap === null ? '·' : formatNumber(entry.value, 3);
      const ink = entry.tap === null ? 'ink-2' : inkOn(sight, entry.value);
      shapes.push({ kind: 'text', x, y, anchor: 'middle', text, ink });
    }
  }
  return shapes;
}

function axisNames({ frame, stage }: Sight): Shape[] {
  const text = { kind: 'text', ink: 'ink-2', size: 11 } as const;
  return [
    {
      ...text,
      x: 10,
      y: frame.top + stage.height / 2,
      anchor: 'middle',
      turned: true,
      text: MATRIX_TEXT.rowAxis,
    },
    {
      ...text,
      x: frame.left + stage.width / 2,
      y: 8,
      anchor: 'middle',
      text: MATRIX_TEXT.columnAxis,
    },
  ];
}

/** The figure over the picture: grid, labels, numbers, margin charts, lit parts. */
export function figureOf(input: FigureInput): Scene {
  const { stage, frame } = input;
  const sight = sightOf(input);
  const norm = attained(sight);
  const outline: Shape = {
    kind: 'rect',
    ink: 'line',
    x: frame.left - 0.5,
    y: frame.top - 0.5,
    width: stage.width + 1,
    height: stage.height + 1,
  };
  return {
    width: frame.left + stage.width + frame.right,
    height: frame.top + stage.height + frame.bottom,
    window: { x: frame.left, y: frame.top, width: stage.width, height: stage.height },
    inside: [
      ...cellGrid(sight),
      ...channelGrid(sight),
      ...norm.inside,
      ...highlight(sight, input.focus, false),
      ...highlight(sight, input.pinned, true),
      ...numbers(sight),
    ],
    around: [
      outline,
      ...axisNames(sight),
      ...channelLabels(sight),
      ...sumCharts(sight),
      ...norm.around,
    ],
  };
}
