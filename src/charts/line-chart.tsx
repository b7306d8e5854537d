import { useMemo, useState, type JSX, type KeyboardEvent, type Ref } from 'react';
import chartStyles from './chart.module.css';
import type { LinePoints } from './envelope.ts';
import { LineAxes, LineMarks, type LineMark } from './line-axes.tsx';
import {
  linePath,
  lineScales,
  spread,
  type LineAxis,
  type LineFrame,
  type LineScales,
  type Placed,
} from './line-frame.ts';
import { ReadableChart, type ReadableLabels } from './readable-chart.tsx';

/** One curve. */
export interface LineSeries {
  readonly id: string;
  /** Written at its end; empty for a curve that goes without. */
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  readonly points: LinePoints;
  /** Marks each point: for curves of few points, which may be one. */
  readonly dots?: boolean;
  /** `points`: marks at its points and no line. */
  readonly look?: 'faint' | 'dashed' | 'dotted' | 'points';
  /** The exact value at a place, NaN where there is none; a curve without it is not read. */
  readonly at?: (x: number) => number;
}

/** Texts of a line chart, in the reader's language. */
export interface LineLabels extends ReadableLabels {
  readonly x: string;
  readonly y: string;
  /** What is at a place; `nearest` is the curve that the cursor is at. */
  readonly reading: (x: number, nearest: LineSeries | null) => string;
}

interface Props {
  readonly series: readonly LineSeries[];
  readonly labels: LineLabels;
  readonly axis: LineAxis;
  /** Last place of the x axis, and the last that a curve has reached. */
  readonly end: number;
  readonly reached: number;
  readonly marks: readonly LineMark[];
  /** Available width in pixels. */
  readonly width: number;
  readonly svgRef?: Ref<SVGSVGElement>;
  /** Takes the place that was clicked, or where Enter was pressed. */
  readonly onPick?: (x: number) => void;
}

const HEIGHT = 208;
const NARROW = 400;
/** Height of a label at the end of a curve. */
const LABEL_GAP = 12;
/** Letters of a label that fit in the margin of a wide or narrow chart. */
const LABEL_LENGTH = { wide: 14, narrow: 10 } as const;

interface Cursor {
  readonly x: number;
  /** The curve that the cursor is at. */
  readonly id: string | null;
}

function frameOf(width: number): LineFrame {
  return { width, height: HEIGHT, left: 48, right: width < NARROW ? 84 : 104, top: 22, bottom: 32 };
}

function short(label: string, length: number): string {
  return label.length <= length ? label : `${label.slice(0, length - 1)}…`;
}

/** Dash patterns, and how strongly a curve is drawn. */
function lookOf({ look }: LineSeries, lit: boolean | null): object {
  if (look === 'faint') return { strokeWidth: 1, strokeOpacity: 0.3 };
  const strokeDasharray = look === 'dashed' ? '5 3' : look === 'dotted' ? '1.5 3' : undefined;
  return {
    strokeWidth: lit === true ? 2.5 : 1.5,
    strokeOpacity: lit === false ? 0.4 : 1,
    strokeDasharray,
  };
}

const lines = (series: readonly LineSeries[]): readonly LineSeries[] =>
  series.filter(({ look }) => look !== 'points');

interface DrawnProps {
  readonly series: readonly LineSeries[];
  readonly scales: LineScales;
  readonly frame: LineFrame;
  readonly lit: string | null;
}

function Curves({ series, scales, lit }: DrawnProps): JSX.Element {
  return (
    <g fill="none" strokeLinejoin="round">
      {lines(series).map((one) => (
        <path
          key={one.id}
          d={linePath(one.points, scales)}
          stroke={one.color}
          {...lookOf(one, lit === null ? null : lit === one.id)}
        />
      ))}
    </g>
  );
}

function Dots({ series, scales }: DrawnProps): JSX.Element {
  return (
    <g>
      {series
        .filter(({ dots, look }) => dots === true || look === 'points')
        .map(({ id, color, points }) => (
          <g key={id} fill={color}>
            {Array.from(points.x.subarray(0, points.count), (x, k) => (
              <circle key={x} cx={scales.x(x)} cy={scales.y(points.low[k]!)} r={2.5} />
            ))}
          </g>
        ))}
    </g>
  );
}

type End = Placed<{ readonly series: LineSeries }>;

/** Of more labels than fit, the one of the curve under the cursor takes the place of its neighbour. */
function withLit(placed: readonly End[], ends: readonly End[], lit: string | null): readonly End[] {
  const own = ends.find(({ of }) => of.series.id === lit);
  if (own === undefined || placed.some(({ of }) => of.series.id === lit)) return placed;
  const far = placed.map(({ y }) => Math.abs(y - own.y));
  const nearest = far.indexOf(Math.min(...far));
  return placed.map(({ of, y }, k) => ({ of: k === nearest ? own.of : of, y }));
}

function Labels({ series, scales, frame, lit }: DrawnProps): JSX.Element {
  const ends = series
    .filter(({ label, points }) => label !== '' && points.count > 0)
    .map((of) => {
      const last = of.points.count - 1;
      const x = scales.x(of.points.x[last]!);
      return {
        of: { series: of, x },
        y: scales.y((of.points.low[last]! + of.points.high[last]!) / 2),
      };
    });
  const room = { gap: LABEL_GAP, top: frame.top + 4, bottom: frame.height - frame.bottom };
  const left = frame.width - frame.right + 6;
  const length = LABEL_LENGTH[frame.width < NARROW ? 'narrow' : 'wide'];
  return (
    <g>
      {withLit(spread(ends, room), ends, lit).map(({ of: { series: one }, y }) => (
        <g
          key={one.id}
          transform={`translate(${left},${y})`}
          opacity={lit !== null && lit !== one.id ? 0.5 : 1}
        >
          {one.look === 'points' ? (
            <circle cx={5} r={2.5} fill={one.color} />
          ) : (
            <line x1={0} x2={10} stroke={one.color} {...lookOf(one, null)} />
          )}
          <text
            x={14}
            dy="0.32em"
            className={chartStyles.name}
            fontWeight={lit === one.id ? 600 : 400}
          >
            {short(one.label, length)}
          </text>
        </g>
      ))}
    </g>
  );
}

function CursorLine({
  series,
  scales,
  frame,
  cursor,
}: DrawnProps & { cursor: Cursor }): JSX.Element {
  const x = scales.x(cursor.x);
  return (
    <g data-screen-only="">
      <line
        x1={x}
        x2={x}
        y1={frame.top}
        y2={frame.height - frame.bottom}
        className={chartStyles.cursor}
      />
      {series.map(({ id, at, color }) => {
        const value = at?.(cursor.x) ?? NaN;
        return Number.isFinite(value) ? (
          <circle
            key={id}
            cx={x}
            cy={scales.y(value)}
            r={id === cursor.id ? 4 : 2.5}
            fill={color}
          />
        ) : null;
      })}
    </g>
  );
}

/** Id of the curve nearest in height to a place. */
function nearestTo(
  series: readonly LineSeries[],
  x: number,
  distance: (value: number) => number,
): string | null {
  let [found, least] = [null as string | null, Infinity];
  for (const { id, at } of series) {
    const value = at?.(x) ?? NaN;
    const far = Number.isFinite(value) ? distance(value) : Infinity;
    if (far < least) [found, least] = [id, far];
  }
  return found;
}

/** Where a key moves the cursor; null for any other key. */
function moved(
  { key, shiftKey }: KeyboardEvent,
  from: Cursor,
  { series, reached }: Props,
): Cursor | null {
  const readable = series.filter(({ at }) => at !== undefined).map(({ id }) => id);
  const leap = Math.max(1, Math.round(reached / 50));
  const steps: Record<string, number | undefined> = {
    ArrowLeft: from.x - (shiftKey ? 1 : leap),
    ArrowRight: from.x + (shiftKey ? 1 : leap),
    PageDown: from.x - 10 * leap,
    PageUp: from.x + 10 * leap,
    Home: 0,
    End: reached,
  };
  const x = steps[key];
  if (x !== undefined) return { ...from, x: Math.min(reached, Math.max(0, x)) };
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return null;
  const at = readable.indexOf(from.id ?? '') + (key === 'ArrowDown' ? 1 : -1);
  return { ...from, id: readable[(at + readable.length) % readable.length] ?? null };
}

/** Curves over steps, labelled at their ends. */
export function LineChart(props: Props): JSX.Element {
  const { series, labels, axis, end, reached, marks, width, svgRef, onPick } = props;
  const frame = useMemo(() => frameOf(width), [width]);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const scales = useMemo(
    () =>
      lineScales(
        series.map(({ points }) => points),
        frame,
        { end, axis },
      ),
    [series, frame, end, axis],
  );
  const held = cursor && { ...cursor, x: Math.min(cursor.x, reached) };
  const nearest = series.find(({ id }) => id === held?.id) ?? null;
  const place = held?.x ?? reached;

  const onKey = (event: KeyboardEvent): boolean => {
    if (event.key === 'Enter') onPick?.(place);
    const next = moved(event, held ?? { x: reached, id: null }, props);
    if (next !== null) setCursor(next);
    return next !== null;
  };
  const onPoint = (px: number, py: number, pressed: boolean): void => {
    const x = Math.min(reached, Math.max(0, Math.round(scales.x.invert(px))));
    setCursor({ x, id: nearestTo(series, x, (value) => Math.abs(scales.y(value) - py)) });
    if (pressed) onPick?.(x);
  };
  const drawn = { series, scales, frame, lit: held?.id ?? null };
  return (
    <ReadableChart
      labels={labels}
      range={{ min: 0, max: reached, now: place }}
      reading={labels.reading(place, nearest)}
      active={held !== null}
      size={frame}
      fontSize={11}
      fixedHeight
      fixedReading
      svgRef={svgRef}
      onKey={onKey}
      onPoint={onPoint}
      onLeave={() => setCursor(null)}
    >
      <LineAxes scales={scales} frame={frame} axis={axis} names={labels} />
      <LineMarks marks={marks} scales={scales} frame={frame} />
      <Curves {...drawn} />
      <Dots {...drawn} />
      <Labels {...drawn} />
      {held !== null && <CursorLine {...drawn} cursor={held} />}
    </ReadableChart>
  );
}
