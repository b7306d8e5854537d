import { MATRIX_TEXT } from './messages.ts';
import type { Shape } from './scene.ts';
import { columnX, rowY, type Sight } from './sight.ts';

/** Room between picture and charts, and at the charts' far end. */
const GAP = 6;
const FILL = 0.35;

/** Lengths of the bars: a sum as large as the norm takes the whole room. */
function barsOf(sums: Float64Array, norm: number, room: number): number[] {
  return Array.from(sums, (sum) => (norm > 0 && sum > 0 ? (sum / norm) * room : 0));
}

function rowSums({ margins, frame, stage, norms, ratio }: Sight, x0: number): Shape[] {
  if (margins === null || norms === null) return [];
  const bars = barsOf(margins.rows, norms.linf.value, frame.right - 2 * GAP);
  const y = (pixel: number): number => frame.top + Math.min(stage.height, pixel / ratio);
  const outline = bars.flatMap((bar, p) => [x0 + bar, y(p), x0 + bar, y(p + 1)]);
  return [
    {
      kind: 'area',
      ink: 'ink-2',
      fill: FILL,
      points: [x0, frame.top, ...outline, x0, y(bars.length)],
    },
  ];
}

function columnSums({ margins, frame, stage, norms, ratio }: Sight, y0: number): Shape[] {
  if (margins === null || norms === null) return [];
  const bars = barsOf(margins.columns, norms.l1.value, frame.bottom - 2 * GAP);
  const x = (pixel: number): number => frame.left + Math.min(stage.width, pixel / ratio);
  const outline = bars.flatMap((bar, p) => [x(p), y0 + bar, x(p + 1), y0 + bar]);
  return [
    {
      kind: 'area',
      ink: 'ink-2',
      fill: FILL,
      points: [frame.left, y0, ...outline, x(bars.length), y0],
    },
  ];
}

/** The row sums to the right, the column sums below, each from 0 to the norm that it attains. */
export function sumCharts(sight: Sight): Shape[] {
  const { frame, stage, norms } = sight;
  const [x0, y0] = [frame.left + stage.width + GAP, frame.top + stage.height + GAP];
  const axes: Shape[] = [
    { kind: 'line', from: [x0, frame.top], to: [x0, frame.top + stage.height], ink: 'line' },
    { kind: 'line', from: [frame.left, y0], to: [frame.left + stage.width, y0], ink: 'line' },
  ];
  const charts = [...rowSums(sight, x0), ...columnSums(sight, y0), ...axes];
  if (norms === null) return charts;
  const [far, low] = [x0 + frame.right - 2 * GAP, y0 + frame.bottom - 2 * GAP];
  const name = { kind: 'text', ink: 'accent' } as const;
  return [
    ...charts,
    {
      ...name,
      x: far + GAP,
      y: frame.top - 9,
      anchor: 'end',
      text: MATRIX_TEXT.linf(norms.linf.value),
    },
    { ...name, x: far + GAP, y: low - 4, anchor: 'end', text: MATRIX_TEXT.l1(norms.l1.value) },
  ];
}

const within = (at: number, from: number, size: number): boolean => at >= from && at <= from + size;
/** From this size on a lit row or column is drawn by its two edges instead of its middle. */
const EDGES_PX = 4;

const edgesOf = (middle: number, size: number): number[] =>
  size >= EDGES_PX ? [middle - size / 2, middle + size / 2] : [middle];

/** Parts in the picture's window and outside it. */
interface Parts {
  readonly inside: readonly Shape[];
  readonly around: readonly Shape[];
}

const NOTHING: Parts = { inside: [], around: [] };
const LIT = { kind: 'line', ink: 'accent', dashed: true } as const;
const MARK = { kind: 'line', ink: 'accent', width: 2 } as const;

function attainedRow(sight: Sight, index: number): Parts {
  const { frame, stage, scale } = sight;
  const y = rowY(sight, index + 0.5);
  const right = frame.left + stage.width;
  if (!within(y, frame.top, stage.height)) return NOTHING;
  return {
    inside: edgesOf(y, scale.row).map((edge) => ({
      ...LIT,
      from: [frame.left, edge],
      to: [right, edge],
    })),
    around: [{ ...MARK, from: [right + GAP, y], to: [right + frame.right - GAP, y] }],
  };
}

function attainedColumn(sight: Sight, index: number): Parts {
  const { frame, stage, scale } = sight;
  const x = columnX(sight, index + 0.5);
  const bottom = frame.top + stage.height;
  if (!within(x, frame.left, stage.width)) return NOTHING;
  return {
    inside: edgesOf(x, scale.column).map((edge) => ({
      ...LIT,
      from: [edge, frame.top],
      to: [edge, bottom],
    })),
    around: [{ ...MARK, from: [x, bottom + GAP], to: [x, bottom + frame.bottom - GAP] }],
  };
}

/** The row and the column that attain the norms: lit through the picture, marked in the charts. */
export function attained(sight: Sight): Parts {
  if (sight.norms === null) return NOTHING;
  const [row, column] = [
    attainedRow(sight, sight.norms.linf.index),
    attainedColumn(sight, sight.norms.l1.index),
  ];
  return {
    inside: [...row.inside, ...column.inside],
    around: [...row.around, ...column.around],
  };
}
