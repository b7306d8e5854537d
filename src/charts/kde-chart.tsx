import {
  useId,
  useMemo,
  useState,
  type JSX,
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
} from 'react';
import { fitText } from './fit-text.ts';
import styles from './kde-chart.module.css';
import {
  curvePath,
  kdeScales,
  readAt,
  rugPath,
  sortedSamples,
  xTicks,
  type KdeFrame,
  type KdeReading,
  type KdeScales,
  type KdeSeries,
} from './kde-paths.ts';
import { tickText } from './tick-text.ts';

/** Words of the picture, in the reader's language. */
export interface KdeLabels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly legend: string;
  /** Names the place under the cursor for who cannot see it. */
  readonly cursor: string;
  readonly reading: (reading: KdeReading) => string;
  /** What the keys do. */
  readonly help: string;
}

interface Props {
  readonly series: readonly KdeSeries[];
  readonly labels: KdeLabels;
  readonly svgRef?: Ref<SVGSVGElement>;
  /** Samples are decimal logarithms: the axis shows the numbers themselves. */
  readonly log?: boolean;
  /** Width of the picture's own unit: the width on screen, where text is to keep its size. */
  readonly width?: number;
}

const WIDTH = 480;
const NARROW = 440;
const PLOT = 288;
const LINE = 18;
/** Steps of the arrow keys across the picture. */
const STEPS = 100;

function frameOf(count: number, width: number): KdeFrame {
  const legend = LINE * (count + 1) + 8;
  return { width, height: PLOT + legend + 44, left: 64, right: 12, top: legend, bottom: 44 };
}

function Axes({
  scales,
  frame,
  labels,
  log = false,
}: Pick<Props, 'labels' | 'log'> & { scales: KdeScales; frame: KdeFrame }): JSX.Element {
  const { x, y } = scales;
  const yText = tickText(y, 5);
  const [base, right] = [frame.height - frame.bottom, frame.width - frame.right];
  return (
    <g className={styles.axes}>
      {xTicks(scales, log).map(({ at, text }) => (
        <g key={at} transform={`translate(${x(at)},0)`}>
          <line y1={frame.top} y2={base} className={styles.grid} />
          <text y={base + 16} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      {y.ticks(5).map((tick) => (
        <g key={tick} transform={`translate(0,${y(tick)})`}>
          <line x1={frame.left} x2={right} className={styles.grid} />
          <text x={frame.left - 6} dy="0.32em" textAnchor="end">
            {yText(tick)}
          </text>
        </g>
      ))}
      <path d={`M${frame.left},${frame.top}V${base}H${right}`} className={styles.axis} />
      <text
        x={(frame.left + right) / 2}
        y={frame.height - 6}
        textAnchor="middle"
        className={styles.name}
      >
        {labels.x}
      </text>
      <text
        transform={`translate(14,${(frame.top + base) / 2}) rotate(-90)`}
        textAnchor="middle"
        className={styles.name}
      >
        {labels.y}
      </text>
    </g>
  );
}

function Legend({
  series,
  labels,
  frame,
}: Pick<Props, 'series' | 'labels'> & { frame: KdeFrame }): JSX.Element {
  // A narrow picture has no room to spare left of its axis.
  const left = frame.width < NARROW ? 4 : frame.left;
  const room = frame.width - frame.right - left - 28;
  return (
    <g className={styles.legend}>
      <text x={left} y={12} className={styles.name}>
        {labels.legend}
      </text>
      {series.map(({ id, label, color, dash }, index) => (
        <g key={id} transform={`translate(${left},${LINE * (index + 1)})`}>
          <line
            x1={0}
            x2={22}
            y1={8}
            y2={8}
            stroke={color}
            strokeWidth={2}
            strokeDasharray={dash}
          />
          <text x={28} y={12}>
            {fitText(label, room)}
          </text>
        </g>
      ))}
    </g>
  );
}

function Curves({ series, scales }: Pick<Props, 'series'> & { scales: KdeScales }): JSX.Element {
  return (
    <g fill="none">
      {series.map(({ id, color, dash, samples, result }) => (
        <g key={id} stroke={color}>
          {result.kind === 'density' && (
            <path d={curvePath(result, scales)} strokeWidth={2} strokeDasharray={dash} />
          )}
          <path d={rugPath(samples, scales)} strokeWidth={1} />
        </g>
      ))}
    </g>
  );
}

function Cursor({
  reading,
  series,
  scales,
}: Pick<Props, 'series'> & { reading: KdeReading; scales: KdeScales }): JSX.Element {
  const { x, y } = scales;
  const [bottom, top] = y.range() as [number, number];
  return (
    <g data-screen-only="">
      <line x1={x(reading.x)} x2={x(reading.x)} y1={top} y2={bottom} className={styles.cursor} />
      {reading.heights.map((height, index) =>
        height === null ? null : (
          <circle
            key={series[index]!.id}
            cx={x(reading.x)}
            cy={y(height)}
            r={3.5}
            fill={series[index]!.color}
          />
        ),
      )}
    </g>
  );
}

/** Where a key moves the cursor; null for keys that are none of its. */
function moved(
  event: KeyboardEvent,
  from: number,
  { series, scales }: { series: readonly KdeSeries[]; scales: KdeScales },
): number | null {
  const [least, most] = scales.x.domain() as [number, number];
  const step = (most - least) / STEPS;
  const values = sortedSamples(series).map(({ sample }) => sample.value);
  const targets: Record<string, number | undefined> = {
    ArrowLeft: event.shiftKey ? values.findLast((value) => value < from) : from - step,
    ArrowRight: event.shiftKey ? values.find((value) => value > from) : from + step,
    PageDown: from - 10 * step,
    PageUp: from + 10 * step,
    Home: least,
    End: most,
  };
  if (!(event.key in targets)) return null;
  return Math.min(most, Math.max(least, targets[event.key] ?? from));
}

/** Densities of samples with their rugs, to be read by pointer and by keyboard. */
export function KdeChart(props: Props): JSX.Element {
  const { series, labels, svgRef, log = false, width = WIDTH } = props;
  const helpId = useId();
  const [place, setPlace] = useState<number | null>(null);
  const frame = frameOf(series.length, width);
  const scales = useMemo(() => kdeScales(series, frameOf(series.length, width)), [series, width]);
  const [least, most] = scales.x.domain() as [number, number];
  const at = place === null ? null : Math.min(most, Math.max(least, place));
  const reading = at === null ? null : readAt(series, at);
  const middle = (least + most) / 2;

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = moved(event, at ?? middle, { series, scales });
    if (next === null) return;
    event.preventDefault();
    setPlace(next);
  };
  const onPointer = (event: PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setPlace(scales.x.invert(((event.clientX - box.left) / box.width) * frame.width));
  };
  return (
    <div className={styles.chart}>
      <div
        role="slider"
        tabIndex={0}
        aria-label={labels.cursor}
        aria-describedby={helpId}
        aria-valuemin={least}
        aria-valuemax={most}
        aria-valuenow={at ?? middle}
        aria-valuetext={labels.reading(reading ?? readAt(series, middle))}
        className={styles.slider}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setPlace(null)}
      >
        <svg ref={svgRef} viewBox={`0 0 ${frame.width} ${frame.height}`} className={styles.svg}>
          <title>{labels.title}</title>
          <Axes scales={scales} frame={frame} labels={labels} log={log} />
          <Curves series={series} scales={scales} />
          <Legend series={series} labels={labels} frame={frame} />
          {reading !== null && <Cursor reading={reading} series={series} scales={scales} />}
        </svg>
      </div>
      <p className={styles.reading} aria-hidden="true">
        {reading === null ? labels.help : labels.reading(reading)}
      </p>
      <p id={helpId} className="visually-hidden">
        {labels.help}
      </p>
    </div>
  );
}
