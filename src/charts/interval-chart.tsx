import {
  useId,
  useMemo,
  useState,
  type JSX,
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
} from 'react';
import styles from './interval-chart.module.css';
import {
  inReadingOrder,
  intervalLayout,
  type IntervalLayout,
  type IntervalPoint,
  type IntervalSeries,
} from './interval-layout.ts';

/** Words of the picture, in the reader's language. */
export interface IntervalLabels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly cursor: string;
  readonly reading: (series: IntervalSeries, point: IntervalPoint) => string;
  readonly nothing: string;
  readonly help: string;
  /** Numbers on the axes. */
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
}

interface Props {
  readonly series: readonly IntervalSeries[];
  readonly labels: IntervalLabels;
  /** Pixels that the picture may take. */
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
  const { x, y, left, right, top, base, ticks, height } = layout;
  return (
    <g>
      {y.ticks(Y_TICKS).map((tick) => (
        <g key={tick} transform={`translate(0,${y(tick)})`}>
          <line x1={left} x2={right} className={styles.grid} />
          <text x={left - 6} dy="0.32em" textAnchor="end">
            {labels.formatY(tick)}
          </text>
        </g>
      ))}
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${x(tick)},${base})`}>
          <line y2={4} className={styles.axis} />
          <text y={16} textAnchor={x(tick) > right - 20 ? 'end' : 'middle'}>
            {labels.formatX(tick)}
          </text>
        </g>
      ))}
      <path d={`M${left},${top}V${base}H${right}`} className={styles.axis} />
      <text x={right} y={height - 3} textAnchor="end" className={styles.name}>
        {labels.x}
      </text>
      <text x={4} y={11} className={styles.name}>
        {labels.y}
      </text>
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

function Legend({ series, layout: { left } }: PartProps): JSX.Element {
  return (
    <g>
      {series.map((one, at) => (
        <g key={one.id} transform={`translate(${left + 8},${26 + 16 * at})`}>
          <Shape series={one} x={0} y={0} />
          <text x={12} dy="0.32em" className={styles.name}>
            {one.label}
          </text>
        </g>
      ))}
    </g>
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

const KEYS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at) => at + 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** Proportions with their intervals over a real axis, to be read by pointer and by keyboard. */
export function IntervalChart({ series, labels, width, svgRef }: Props): JSX.Element {
  const helpId = useId();
  const [place, setPlace] = useState<number | null>(null);
  const layout = useMemo(() => intervalLayout(series, width), [series, width]);
  const order = useMemo(() => inReadingOrder(series), [series]);
  const last = order.length - 1;
  const at = place === null || last < 0 ? null : Math.min(last, place);
  const here = order[at ?? 0];
  const reading = here === undefined ? labels.nothing : labels.reading(here.series, here.point);

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = KEYS[event.key]?.(at ?? -1, last);
    if (next === undefined) return;
    event.preventDefault();
    setPlace(Math.min(last, Math.max(0, next)));
  };
  const onPointer = (event: PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const far = order.map(({ point }) =>
      Math.hypot(layout.x(point.x) - px, (layout.y(point.y) - py) / 4),
    );
    setPlace(far.length === 0 ? null : far.indexOf(Math.min(...far)));
  };
  return (
    <div className={styles.chart}>
      <div
        role="slider"
        tabIndex={0}
        aria-label={labels.cursor}
        aria-describedby={helpId}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={at ?? 0}
        aria-valuetext={reading}
        className={styles.slider}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
        onPointerLeave={(event) => event.pointerType === 'mouse' && setPlace(null)}
      >
        <svg
          ref={svgRef}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          height={layout.height}
          className={styles.svg}
        >
          <title>{labels.title}</title>
          <Axes labels={labels} layout={layout} />
          <Drawn series={series} layout={layout} />
          <Legend series={series} labels={labels} layout={layout} />
          {at !== null && here !== undefined && (
            <circle
              data-screen-only=""
              cx={layout.x(here.point.x)}
              cy={layout.y(here.point.y)}
              r={8}
              className={styles.cursor}
            />
          )}
        </svg>
      </div>
      <p className={styles.reading} aria-hidden="true">
        {at === null ? labels.help : reading}
      </p>
      <p id={helpId} className="visually-hidden">
        {labels.help}
      </p>
    </div>
  );
}
