import { useMemo, useState, type JSX, type KeyboardEvent, type Ref } from 'react';
import { AxisLines, tickTexts, YTicks } from './axes.tsx';
import chartStyles from './chart.module.css';
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
import { Legend } from './legend.tsx';
import { LEGEND_LINE } from './legend-line.ts';
import { ReadableChart, type ReadableLabels } from './readable-chart.tsx';
import { tickText } from './tick-text.ts';

/** Texts of a density chart, in the reader's language. */
export interface KdeLabels extends ReadableLabels {
  readonly x: string;
  readonly y: string;
  /** Title of the legend. */
  readonly legend: string;
  readonly reading: (reading: KdeReading) => string;
}

interface Props {
  readonly series: readonly KdeSeries[];
  readonly labels: KdeLabels;
  readonly svgRef?: Ref<SVGSVGElement>;
  /** Samples are decimal logarithms: the axis shows the numbers themselves. */
  readonly log?: boolean;
  /** Width of the view box: that on screen, where text has to keep its size. */
  readonly width?: number;
}

const WIDTH = 480;
const NARROW = 440;
const PLOT = 288;
/** Steps of the arrow keys across the chart. */
const STEPS = 100;

function frameOf(count: number, width: number): KdeFrame {
  const legend = LEGEND_LINE * (count + 1) + 8;
  return { width, height: PLOT + legend + 44, left: 64, right: 12, top: legend, bottom: 44 };
}

function Axes({
  scales,
  frame,
  labels,
  log = false,
}: Pick<Props, 'labels' | 'log'> & { scales: KdeScales; frame: KdeFrame }): JSX.Element {
  const { x, y } = scales;
  const box = {
    left: frame.left,
    right: frame.width - frame.right,
    top: frame.top,
    base: frame.height - frame.bottom,
  };
  return (
    <g>
      {xTicks(scales, log).map(({ at, text }) => (
        <g key={at} transform={`translate(${x(at)},0)`}>
          <line y1={box.top} y2={box.base} className={chartStyles.grid} />
          <text y={box.base + 16} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      <YTicks ticks={tickTexts(y.ticks(5), tickText(y, 5))} y={y} box={box} />
      <AxisLines box={box} height={frame.height} names={labels} place="centre" />
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
      <line
        x1={x(reading.x)}
        x2={x(reading.x)}
        y1={top}
        y2={bottom}
        className={chartStyles.cursor}
      />
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

/** Where a key moves the cursor; null for any other key. */
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

/** Densities of samples with their rugs. */
export function KdeChart(props: Props): JSX.Element {
  const { series, labels, svgRef, log = false, width = WIDTH } = props;
  const [place, setPlace] = useState<number | null>(null);
  const frame = frameOf(series.length, width);
  const scales = useMemo(() => kdeScales(series, frameOf(series.length, width)), [series, width]);
  const [least, most] = scales.x.domain() as [number, number];
  const at = place === null ? null : Math.min(most, Math.max(least, place));
  const middle = (least + most) / 2;
  const reading = readAt(series, at ?? middle);
  // A narrow chart has no room to spare left of its axis.
  const left = frame.width < NARROW ? 4 : frame.left;

  const onKey = (event: KeyboardEvent): boolean => {
    const next = moved(event, at ?? middle, { series, scales });
    if (next !== null) setPlace(next);
    return next !== null;
  };
  return (
    <ReadableChart
      labels={labels}
      range={{ min: least, max: most, now: at ?? middle }}
      reading={labels.reading(reading)}
      active={at !== null}
      size={frame}
      fontSize={12}
      svgRef={svgRef}
      onKey={onKey}
      onPoint={(x) => setPlace(scales.x.invert(x))}
      onLeave={() => setPlace(null)}
    >
      <Axes scales={scales} frame={frame} labels={labels} log={log} />
      <Curves series={series} scales={scales} />
      <Legend
        title={labels.legend}
        entries={series}
        left={left}
        top={26}
        width={frame.width - frame.right - left}
        indent={28}
        mark={({ color, dash }) => (
          <line x1={0} x2={22} stroke={color} strokeWidth={2} strokeDasharray={dash} />
        )}
      />
      {at !== null && <Cursor reading={reading} series={series} scales={scales} />}
    </ReadableChart>
  );
}
