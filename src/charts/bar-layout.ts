import { max, min } from 'd3-array';
import { scaleBand, scaleLinear, scaleLog, type ScaleBand } from 'd3-scale';
import { textWidth } from './fit-text.ts';
import { LEGEND_LINE } from './legend-line.ts';
import { tickText } from './tick-text.ts';

/** One bar for each category. */
export interface BarSeries {
  readonly id: string;
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  /** Hollow bars, where a colour has come again. */
  readonly hollow?: boolean | undefined;
  /** A value for each category; null where there is none. */
  readonly values: readonly (number | null)[];
  /** An interval around each value, drawn as a whisker; null where there is none. */
  readonly intervals?: readonly ({ readonly lower: number; readonly upper: number } | null)[];
}

/** What the picture is made of. */
export interface BarData {
  /** Names below the groups of bars. */
  readonly categories: readonly string[];
  readonly series: readonly BarSeries[];
  /** Whether the values' axis is logarithmic. */
  readonly log: boolean;
  /** Where a linear axis ends; a little above the highest bar when left out. */
  readonly top?: number;
}

/** Where everything stands, in pixels. */
export interface BarLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** y of the axis that the bars stand on. */
  readonly base: number;
  /** Whether names of categories are written upwards. */
  readonly upright: boolean;
  /** x of a category's group. */
  readonly group: ScaleBand<number>;
  /** x of a series' bar in its group. */
  readonly bar: ScaleBand<number>;
  /** y of a value, and the axis' ticks with their texts. */
  readonly y: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

const PLOT = 220;
const MARGIN = { left: 64, right: 12 };
/** Least width of a bar, and of the gap between two groups. */
const LEAST_BAR = 4;
const LEAST_GAP = 5;
const FONT = 11;
/** A name longer than this is cut where it is written upwards. */
export const UPRIGHT_ROOM = 110;

type Range = readonly [number, number];

function valueScale({ series, log, top }: BarData, range: Range): Pick<BarLayout, 'y' | 'ticks'> {
  const values = series.flatMap((one) => one.values.filter((value) => value !== null));
  const positive = values.filter((value) => value > 0);
  const highest = max(values) ?? 0;
  if (log && positive.length > 0) {
    const least = min(positive)!;
    // The least bar has to be seen, too.
    const scale = scaleLog([least / 2, Math.max(highest, least) * 1.1], range).clamp(true);
    const text = scale.tickFormat(5, '~g');
    const ticks = scale.ticks(5).map((value) => ({ value, text: text(value) }));
    return { y: (value) => (value > 0 ? scale(value) : range[0]), ticks };
  }
  const scale = scaleLinear([0, top ?? (highest > 0 ? highest * 1.05 : 1)], range);
  const text = tickText(scale, 5);
  return {
    y: (value) => scale(value),
    ticks: scale.ticks(5).map((value) => ({ value, text: text(value) })),
  };
}

/**
 * Lays grouped bars out. The picture is as wide as `room`, or wider where bars would become too thin to
 * be seen.
 *
 * @param room width that there is, in pixels.
 */
export function barLayout(data: BarData, room: number): BarLayout {
  const { categories, series } = data;
  const { left, right } = MARGIN;
  const least = LEAST_BAR * Math.max(1, series.length) + LEAST_GAP;
  const width = Math.max(room, left + right + categories.length * Math.max(least, FONT + 3));
  const group = scaleBand(
    categories.map((_, at) => at),
    [left, width - right],
  ).paddingInner(0.3);
  const bar = scaleBand(
    series.map((_, at) => at),
    [0, group.bandwidth()],
  );
  const longest = max(categories, (name) => textWidth(name, FONT)) ?? 0;
  const upright = longest > group.step() - 4;
  const top = LEGEND_LINE * (series.length + 1) + 8;
  const base = top + PLOT;
  const names = upright ? Math.min(UPRIGHT_ROOM, longest) + 12 : 20;
  const height = base + names + 22;
  return {
    width,
    height,
    left,
    right,
    top,
    base,
    upright,
    group,
    bar,
    ...valueScale(data, [base, top]),
  };
}

/** The picture's numbers as a table: a row for each category, a column for each series. */
export function barTable({ categories, series }: BarData, first: string): (string | number)[][] {
  const rows = categories.map((name, at) => [
    name,
    ...series.map(({ values }) => values[at] ?? ''),
  ]);
  return [[first, ...series.map(({ label }) => label)], ...rows];
}
