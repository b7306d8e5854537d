import { scaleLinear } from 'd3-scale';
import {
  useId,
  useMemo,
  useState,
  type JSX,
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
} from 'react';
import { fitText, textWidth } from './fit-text.ts';
import { LineAxes } from './line-axes.tsx';
import type { LineFrame, LineScales } from './line-frame.ts';
import styles from './scatter-chart.module.css';

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

/** Words of the picture, in the reader's language. */
export interface ScatterLabels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Names the point under the cursor for who cannot see it. */
  readonly cursor: string;
  readonly reading: (point: ScatterPoint) => string;
  /** What the keys do. */
  readonly help: string;
}

interface Props {
  /** At least one. */
  readonly points: readonly ScatterPoint[];
  readonly labels: ScatterLabels;
  /** End of both axes, which begin at 0. */
  readonly end: number;
  /** Pixels that the picture may take. */
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
        className={styles.label}
        fontWeight={lit ? 600 : 400}
      >
        {text}
      </text>
    </g>
  );
}

/** Where keys lead, from point to point by their x. */
const KEYS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at) => at + 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** Points with their intervals on two axes of one scale, to be read by pointer and by keyboard. */
export function ScatterChart({ points, labels, end, width, svgRef }: Props): JSX.Element {
  const helpId = useId();
  const [place, setPlace] = useState<number | null>(null);
  const frame = useMemo(() => frameOf(width), [width]);
  const scales = useMemo(() => scalesOf(frame, end), [frame, end]);
  const order = useMemo(() => points.toSorted((a, b) => a.x.value - b.x.value), [points]);
  const last = order.length - 1;
  const at = place === null ? null : Math.min(last, place);
  const lit = at === null ? null : order[at]!;

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = KEYS[event.key]?.(at ?? -1, last);
    if (next === undefined) return;
    event.preventDefault();
    setPlace(Math.min(last, Math.max(0, next)));
  };
  const onPointer = (event: PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = frame.width / box.width;
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    const far = order.map((one) =>
      Math.hypot(scales.x(one.x.value) - x, scales.y(one.y.value) - y),
    );
    setPlace(far.indexOf(Math.min(...far)));
  };
  return (
    <div className={styles.chart}>
      <div
        role="slider"
        tabIndex={0}
        aria-label={labels.cursor}
        aria-describedby={helpId}
        aria-valuemin={1}
        aria-valuemax={last + 1}
        aria-valuenow={(at ?? 0) + 1}
        aria-valuetext={labels.reading(order[at ?? 0]!)}
        className={styles.slider}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setPlace(null)}
      >
        <svg ref={svgRef} viewBox={`0 0 ${frame.width} ${frame.height}`} className={styles.svg}>
          <title>{labels.title}</title>
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
        </svg>
      </div>
      <p className={styles.reading} aria-hidden="true">
        {lit === null ? labels.help : labels.reading(lit)}
      </p>
      <p id={helpId} className="visually-hidden">
        {labels.help}
      </p>
    </div>
  );
}
