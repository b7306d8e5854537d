import { useMemo, type JSX, type Ref } from 'react';
import { AxisLines, tickTexts, YTicks } from './axes.tsx';
import chartStyles from './chart.module.css';
import styles from './interval-chart.module.css';
import {
  inReadingOrder,
  intervalLayout,
  type IntervalLayout,
  type IntervalPoint,
  type IntervalSeries,
} from './interval-layout.ts';
import { Legend } from './legend.tsx';
import { ReadableChart, type ReadableLabels } from './readable-chart.tsx';
import { nearestIndex, useListCursor } from './use-list-cursor.ts';

/** Texts of an interval chart, in the reader's language. */
export interface IntervalLabels extends ReadableLabels {
  readonly x: string;
  readonly y: string;
  readonly reading: (series: IntervalSeries, point: IntervalPoint) => string;
  /** The reading while there is no point. */
  readonly nothing: string;
  /** Numbers on the axes. */
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
}

interface Props {
  readonly series: readonly IntervalSeries[];
  readonly labels: IntervalLabels;
  /** Available width in pixels. */
  readonly width: number;
  readonly svgRef?: Ref<SVGSVGElement>;
}

interface PartProps extends Pick<Props, 'series' | 'labels'> {
  readonly layout: IntervalLayout;
}

const Y_TICKS = 5;
/** Half the width of a whisker's ends. */
const END = 3;

function Axes({ labels, layout }: Omit<PartProps, 'series'>): JSX.Element {
  const { x, y, right, base, ticks, height } = layout;
  return (
    <g>
      <YTicks ticks={tickTexts(y.ticks(Y_TICKS), labels.formatY)} y={y} box={layout} />
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${x(tick)},${base})`}>
          <line y2={4} className={chartStyles.axis} />
          <text y={16} textAnchor={x(tick) > right - 20 ? 'end' : 'middle'}>
            {labels.formatX(tick)}
          </text>
        </g>
      ))}
      <AxisLines box={layout} height={height} names={labels} place="end" />
    </g>
  );
}

const diamond = (x: number, y: number, r: number): string =>
  `M${x},${y - r}L${x + r},${y}L${x},${y + r}L${x - r},${y}Z`;

function Shape({ series, x, y }: { series: IntervalSeries; x: number; y: number }): JSX.Element {
  return series.look === 'line' ? (
    <circle cx={x} cy={y} r={3} fill={series.color} />
  ) : (
    <path d={diamond(x, y, 5)} fill={series.color} />
  );
}

function Drawn({ series, layout: { x, y } }: Omit<PartProps, 'labels'>): JSX.Element {
  return (
    <g>
      {series.map((one) => {
        const { id, color, look, points } = one;
        const along = (value: (point: IntervalPoint) => number, all = points): string =>
          all.map((point) => `${x(point.x)},${y(value(point))}`).join('L');
        const band = `M${along((p) => p.upper)}L${along((p) => p.lower, points.toReversed())}Z`;
        return (
          <g key={id}>
            {look === 'line' && points.length > 0 && (
              <>
                <path d={band} fill={color} fillOpacity={0.15} />
                <path d={`M${along((p) => p.y)}`} fill="none" stroke={color} strokeWidth={1.5} />
              </>
            )}
            {points.map((point) => {
              const [at, low, high] = [x(point.x), y(point.lower), y(point.upper)];
              return (
                <g key={point.x} stroke={color}>
                  <path
                    d={`M${at},${low}V${high}M${at - END},${low}h${2 * END}M${at - END},${high}h${2 * END}`}
                    fill="none"
                  />
                  <Shape series={one} x={at} y={y(point.y)} />
                </g>
              );
            })}
          </g>
        );
      })}
    </g>
  );
}

/** Proportions with their intervals over a numeric axis. */
export function IntervalChart({ series, labels, width, svgRef }: Props): JSX.Element {
  const layout = useMemo(() => intervalLayout(series, width), [series, width]);
  const order = useMemo(() => inReadingOrder(series), [series]);
  const { at, set, onKey, onLeave } = useListCursor(order.length);
  const { x, y, left, right } = layout;
  const here = order[at ?? 0];
  // Distances along y count a quarter: points are found by their x.
  const nearest = (px: number, py: number): number | null =>
    nearestIndex(order.map(({ point }) => Math.hypot(x(point.x) - px, (y(point.y) - py) / 4)));
  return (
    <ReadableChart
      labels={labels}
      range={{ min: 0, max: Math.max(0, order.length - 1), now: at ?? 0 }}
      reading={here === undefined ? labels.nothing : labels.reading(here.series, here.point)}
      active={at !== null}
      size={layout}
      fontSize={11}
      fixedHeight
      svgRef={svgRef}
      onKey={onKey}
      onPoint={(px, py) => set(nearest(px, py))}
      onLeave={onLeave}
    >
      <Axes labels={labels} layout={layout} />
      <Drawn series={series} layout={layout} />
      <Legend
        entries={series}
        left={left + 8}
        top={26}
        width={right - left - 8}
        indent={12}
        mark={(one) => <Shape series={one} x={0} y={0} />}
      />
      {at !== null && here !== undefined && (
        <circle
          data-screen-only=""
          cx={x(here.point.x)}
          cy={y(here.point.y)}
          r={8}
          className={styles.cursor}
        />
      )}
    </ReadableChart>
  );
}
