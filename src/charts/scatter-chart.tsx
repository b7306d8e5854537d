import { scaleLinear } from 'd3-scale';
import { useMemo, type JSX, type Ref } from 'react';
import { fitText, textWidth } from './fit-text.ts';
import { LineAxes } from './line-axes.tsx';
import type { LineFrame, LineScales } from './line-frame.ts';
import chartStyles from './chart.module.css';
import { ReadableChart, type ReadableLabels } from './readable-chart.tsx';
import styles from './scatter-chart.module.css';
import { nearestIndex, useListCursor } from './use-list-cursor.ts';

/** A quantity and an interval around it. */
export interface Spread {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** One point, with its intervals along both axes. */
export interface ScatterPoint {
  readonly id: string;
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  /** A hollow point, where a colour has come again. */
  readonly hollow: boolean;
  readonly x: Spread;
  readonly y: Spread;
}

/** Texts of a scatter chart, in the reader's language. */
export interface ScatterLabels extends ReadableLabels {
  readonly x: string;
  readonly y: string;
  readonly reading: (point: ScatterPoint) => string;
}

interface Props {
  /** At least one. */
  readonly points: readonly ScatterPoint[];
  readonly labels: ScatterLabels;
  /** End of both axes, which begin at 0. */
  readonly end: number;
  /** Available width in pixels. */
  readonly width: number;
  readonly svgRef?: Ref<SVGSVGElement>;
}

const MOST_WIDTH = 560;
const RADIUS = 4;
const CAP = 3;
const TICKS = 5;

function frameOf(room: number): LineFrame {
  const width = Math.min(MOST_WIDTH, room);
  const [left, right, top, bottom] = [40, 16, 24, 32];
  return { width, height: width - left - right + top + bottom, left, right, top, bottom };
}

function scalesOf({ width, height, left, right, top, bottom }: LineFrame, end: number): LineScales {
  const y = scaleLinear([0, end], [height - bottom, top]);
  return { x: scaleLinear([0, end], [left, width - right]), y, yTicks: y.ticks(TICKS) };
}

interface PointProps {
  readonly point: ScatterPoint;
  readonly scales: LineScales;
  readonly frame: LineFrame;
  readonly lit: boolean;
}

function Point({ point, scales, frame, lit }: PointProps): JSX.Element {
  const { x, y, color, hollow, label } = point;
  const [at, up] = [scales.x(x.value), scales.y(y.value)];
  const [west, east] = [scales.x(x.lower), scales.x(x.upper)];
  const [south, north] = [scales.y(y.lower), scales.y(y.upper)];
  const bars = `M${west},${up}H${east}M${at},${south}V${north}`;
  const caps =
    [west, east].map((one) => `M${one},${up - CAP}v${2 * CAP}`).join('') +
    [south, north].map((one) => `M${at - CAP},${one}h${2 * CAP}`).join('');
  const room = frame.width - frame.left - frame.right;
  const text = fitText(label, room - 16, 11);
  // Written to the left of points that stand too far right for their names.
  const after = at + 8 + textWidth(text, 11) < frame.width;
  return (
    <g>
      <path d={bars + caps} stroke={color} strokeWidth={lit ? 2 : 1} fill="none" />
      <circle
        cx={at}
        cy={up}
        r={lit ? RADIUS + 1 : RADIUS}
        className={hollow ? styles.hollow : undefined}
        fill={color}
        stroke={color}
        strokeWidth={2}
      />
      <text
        x={after ? at + 8 : at - 8}
        y={up - 7}
        textAnchor={after ? 'start' : 'end'}
        className={chartStyles.name}
        fontWeight={lit ? 600 : 400}
      >
        {text}
      </text>
    </g>
  );
}

/** Points with their intervals on two axes of one scale; keys go from point to point by x. */
export function ScatterChart({ points, labels, end, width, svgRef }: Props): JSX.Element {
  const frame = useMemo(() => frameOf(width), [width]);
  const scales = useMemo(() => scalesOf(frame, end), [frame, end]);
  const order = useMemo(() => points.toSorted((a, b) => a.x.value - b.x.value), [points]);
  const { at, set, onKey, onLeave } = useListCursor(order.length);
  const lit = at === null ? null : order[at]!;
  const nearest = (px: number, py: number): number | null =>
    nearestIndex(
      order.map(({ x, y }) => Math.hypot(scales.x(x.value) - px, scales.y(y.value) - py)),
    );
  return (
    <ReadableChart
      labels={labels}
      range={{ min: 1, max: order.length, now: (at ?? 0) + 1 }}
      reading={labels.reading(order[at ?? 0]!)}
      active={at !== null}
      size={frame}
      fontSize={11}
      style={{ maxWidth: MOST_WIDTH }}
      svgRef={svgRef}
      onKey={onKey}
      onPoint={(px, py) => set(nearest(px, py))}
      onLeave={onLeave}
    >
      <LineAxes
        scales={scales}
        frame={frame}
        axis={{ kind: 'linear', format: String }}
        names={labels}
      />
      <line
        x1={scales.x(0)}
        y1={scales.y(0)}
        x2={scales.x(end)}
        y2={scales.y(end)}
        className={styles.guide}
      />
      {order.map((point) => (
        <Point key={point.id} point={point} scales={scales} frame={frame} lit={point === lit} />
      ))}
    </ReadableChart>
  );
}
