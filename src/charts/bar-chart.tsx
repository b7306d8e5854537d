import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type JSX,
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
} from 'react';
import styles from './bar-chart.module.css';
import { barLayout, UPRIGHT_ROOM, type BarData, type BarLayout } from './bar-layout.ts';
import { fitText } from './fit-text.ts';

/** Words of the picture, in the reader's language. */
export interface BarLabels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly legend: string;
  /** Names the group under the cursor for who cannot see it. */
  readonly cursor: string;
  readonly reading: (category: number) => string;
  /** What the keys do. */
  readonly help: string;
}

interface Props {
  readonly data: BarData;
  readonly labels: BarLabels;
  readonly svgRef?: Ref<SVGSVGElement>;
  /** Width that there is, in pixels. */
  readonly width: number;
}

type PartProps = Pick<Props, 'data' | 'labels'> & { readonly layout: BarLayout };

const LINE = 18;
const NARROW = 440;
/** Room around the picture for the mark of focus, as in the style sheet. */
const EDGE = 3;

function ValueAxis({ labels, layout }: PartProps): JSX.Element {
  const { left, right, top, base, width, ticks, y } = layout;
  return (
    <g>
      {ticks.map(({ value, text }) => (
        <g key={value} transform={`translate(0,${y(value)})`}>
          <line x1={left} x2={width - right} className={styles.grid} />
          <text x={left - 6} dy="0.32em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      <path d={`M${left},${top}V${base}H${width - right}`} className={styles.axis} />
      <text
        transform={`translate(14,${(top + base) / 2}) rotate(-90)`}
        textAnchor="middle"
        className={styles.name}
      >
        {labels.y}
      </text>
    </g>
  );
}

function Names({ data, labels, layout }: PartProps): JSX.Element {
  const { base, height, left, right, width, upright, group } = layout;
  const place = (at: number): string => {
    const x = group(at)! + group.bandwidth() / 2;
    return upright ? `translate(${x + 4},${base + 8}) rotate(-90)` : `translate(${x},${base + 16})`;
  };
  return (
    <g className={styles.names}>
      {data.categories.map((name, at) => (
        <text key={name} transform={place(at)} textAnchor={upright ? 'end' : 'middle'}>
          {upright ? fitText(name, UPRIGHT_ROOM, 11) : name}
        </text>
      ))}
      <text x={(left + width - right) / 2} y={height - 6} className={styles.name}>
        {labels.x}
      </text>
    </g>
  );
}

function Legend({ data, labels, layout }: PartProps): JSX.Element {
  const { right, width } = layout;
  // A narrow picture has no room to spare left of its axis.
  const left = width < NARROW ? 4 : layout.left;
  return (
    <g>
      <text x={left} y={12} className={styles.name}>
        {labels.legend}
      </text>
      {data.series.map(({ id, label, color, hollow }, index) => (
        <g key={id} transform={`translate(${left},${LINE * (index + 1)})`}>
          <rect {...paint(color, hollow)} width={14} height={10} y={3} />
          <text x={20} y={12} className={styles.name}>
            {fitText(label, width - right - left - 20)}
          </text>
        </g>
      ))}
    </g>
  );
}

function paint(
  color: string,
  hollow: boolean | undefined,
): { fill: string; stroke: string; fillOpacity: number } {
  return { fill: color, stroke: color, fillOpacity: hollow === true ? 0.2 : 1 };
}

function Bars({ data, layout }: Pick<PartProps, 'data' | 'layout'>): JSX.Element {
  const { group, bar, y, base } = layout;
  return (
    <g>
      {data.series.map(({ id, color, hollow, values }, which) => (
        <g key={id} {...paint(color, hollow)} strokeWidth={0.5}>
          {values.map((value, at) =>
            value === null ? null : (
              <rect
                key={data.categories[at]}
                x={group(at)! + bar(which)!}
                y={y(value)}
                width={bar.bandwidth()}
                height={base - y(value)}
              />
            ),
          )}
        </g>
      ))}
    </g>
  );
}

/** Half the width of a whisker's ends, in pixels. */
const CAP = 4;

function Whiskers({ data, layout }: Pick<PartProps, 'data' | 'layout'>): JSX.Element {
  const { group, bar, y } = layout;
  return (
    <g className={styles.whisker}>
      {data.series.flatMap(({ id, intervals = [] }, which) =>
        intervals.map((interval, at) => {
          if (interval === null) return null;
          const x = group(at)! + bar(which)! + bar.bandwidth() / 2;
          const [low, high] = [y(interval.lower), y(interval.upper)];
          const caps = `M${x - CAP},${low}h${2 * CAP}M${x - CAP},${high}h${2 * CAP}`;
          return <path key={`${id} ${data.categories[at]!}`} d={`M${x},${low}V${high}${caps}`} />;
        }),
      )}
    </g>
  );
}

const KEYS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at) => at + 1,
  PageDown: (at) => at - 10,
  PageUp: (at) => at + 10,
  Home: () => 0,
  End: (_, last) => last,
};

/** Grouped bars, to be read by pointer and by keyboard. Too many for the page's width: they scroll. */
export function BarChart({ data, labels, svgRef, width }: Props): JSX.Element {
  const helpId = useId();
  const mark = useRef<SVGRectElement>(null);
  const [place, setPlace] = useState<number | null>(null);
  const layout = useMemo(() => barLayout(data, width - 2 * EDGE), [data, width]);
  const last = data.categories.length - 1;
  const at = place === null ? null : Math.min(last, place);
  const { group, top, base } = layout;

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = KEYS[event.key]?.(at ?? -1, last);
    if (next === undefined) return;
    event.preventDefault();
    setPlace(Math.min(last, Math.max(0, next)));
  };
  const onPointer = (event: PointerEvent): void => {
    const { left, width: drawn } = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - left) / drawn) * layout.width - layout.left;
    setPlace(Math.min(last, Math.max(0, Math.floor(x / group.step()))));
  };
  useEffect(() => {
    const keyboard = document.activeElement?.contains(mark.current) === true;
    if (at !== null && keyboard)
      mark.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [at]);
  return (
    <div className={styles.chart}>
      <div className={styles.scroll}>
        <div
          role="slider"
          tabIndex={0}
          aria-label={labels.cursor}
          aria-describedby={helpId}
          aria-valuemin={1}
          aria-valuemax={last + 1}
          aria-valuenow={(at ?? 0) + 1}
          aria-valuetext={labels.reading(at ?? 0)}
          className={styles.slider}
          style={{ width: layout.width }}
          onKeyDown={onKeyDown}
          onPointerMove={onPointer}
          onPointerDown={onPointer}
          onPointerLeave={(event) => event.pointerType === 'mouse' && setPlace(null)}
        >
          <svg ref={svgRef} viewBox={`0 0 ${layout.width} ${layout.height}`} className={styles.svg}>
            <title>{labels.title}</title>
            <ValueAxis data={data} labels={labels} layout={layout} />
            {at !== null && (
              <rect
                ref={mark}
                data-screen-only=""
                x={group(at)! - 2}
                y={top}
                width={group.bandwidth() + 4}
                height={base - top}
                className={styles.cursor}
              />
            )}
            <Bars data={data} layout={layout} />
            <Whiskers data={data} layout={layout} />
            <Names data={data} labels={labels} layout={layout} />
            <Legend data={data} labels={labels} layout={layout} />
          </svg>
        </div>
      </div>
      <p className={styles.reading} aria-hidden="true">
        {at === null ? labels.help : labels.reading(at)}
      </p>
      <p id={helpId} className="visually-hidden">
        {labels.help}
      </p>
    </div>
  );
}
