import { useEffect, useMemo, useRef, type JSX, type Ref } from 'react';
import { AxisLines, YTicks } from './axes.tsx';
import styles from './bar-chart.module.css';
import { barLayout, UPRIGHT_ROOM, type BarData, type BarLayout } from './bar-layout.ts';
import { fitText } from './fit-text.ts';
import { Legend } from './legend.tsx';
import { ReadableChart, type ReadableLabels } from './readable-chart.tsx';
import { useListCursor } from './use-list-cursor.ts';

/** Texts of a bar chart, in the reader's language. */
export interface BarLabels extends ReadableLabels {
  readonly x: string;
  readonly y: string;
  /** Title of the legend. */
  readonly legend: string;
  readonly reading: (category: number) => string;
}

interface Props {
  readonly data: BarData;
  readonly labels: BarLabels;
  readonly svgRef?: Ref<SVGSVGElement>;
  /** Available width in pixels. */
  readonly width: number;
}

interface PartProps {
  readonly data: BarData;
  readonly layout: BarLayout;
}

const NARROW = 440;
/** Padding for the focus ring, as in the style sheet. */
const EDGE = 3;

function Names({ data, layout }: PartProps): JSX.Element {
  const { base, upright, group } = layout;
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
    </g>
  );
}

function paint(
  color: string,
  hollow: boolean | undefined,
): { fill: string; stroke: string; fillOpacity: number } {
  return { fill: color, stroke: color, fillOpacity: hollow === true ? 0.2 : 1 };
}

function Bars({ data, layout }: PartProps): JSX.Element {
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

function Whiskers({ data, layout }: PartProps): JSX.Element {
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

/** Grouped bars; where there are too many for the available width, they scroll. */
export function BarChart({ data, labels, svgRef, width }: Props): JSX.Element {
  const mark = useRef<SVGRectElement>(null);
  const layout = useMemo(() => barLayout(data, width - 2 * EDGE), [data, width]);
  const { at, set, onKey, onLeave } = useListCursor(data.categories.length);
  const { group, left, top, base, height, y, ticks } = layout;
  const box = { left, right: layout.width - layout.right, top, base };
  // A narrow chart has no room to spare left of its axis.
  const legendLeft = layout.width < NARROW ? 4 : left;
  useEffect(() => {
    const keyboard = document.activeElement?.contains(mark.current) === true;
    if (at !== null && keyboard)
      mark.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [at]);
  return (
    <ReadableChart
      labels={labels}
      range={{ min: 1, max: data.categories.length, now: (at ?? 0) + 1 }}
      reading={labels.reading(at ?? 0)}
      active={at !== null}
      size={layout}
      fontSize={12}
      style={{ width: layout.width, touchAction: 'pan-x pan-y' }}
      svgRef={svgRef}
      onKey={onKey}
      onPoint={(x) => set(Math.floor((x - left) / group.step()))}
      onLeave={onLeave}
      scrolls
    >
      <YTicks ticks={ticks} y={y} box={box} />
      <AxisLines box={box} height={height} names={labels} place="centre" />
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
      <Names data={data} layout={layout} />
      <Legend
        title={labels.legend}
        entries={data.series}
        left={legendLeft}
        top={26}
        width={box.right - legendLeft}
        indent={20}
        mark={({ color, hollow }) => (
          <rect {...paint(color, hollow)} width={14} height={10} y={-5} />
        )}
      />
    </ReadableChart>
  );
}
