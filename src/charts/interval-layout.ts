import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { LEGEND_LINE } from './legend-line.ts';

/** A proportion with its interval, at a place of the x axis. */
export interface IntervalPoint {
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
}

/** Points that belong together: joined by a line within a band, or a mark of its own each. */
export interface IntervalSeries {
  readonly id: string;
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  readonly look: 'line' | 'mark';
  /** By rising x. */
  readonly points: readonly IntervalPoint[];
}

/** Size and scales of the picture, in pixels. */
export interface IntervalLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly base: number;
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  /** Places on the x axis that are named. */
  readonly ticks: readonly number[];
}

const HEIGHT = 240;
/** Pixels that the name of a place takes. */
const TICK_ROOM = 46;

/** Of places those whose names do not touch; the last one always has its name. */
export function namedPlaces(
  places: readonly number[],
  at: (place: number) => number,
  room: number,
): number[] {
  const named: number[] = [];
  for (const place of places.toSorted((a, b) => b - a)) {
    const next = named[0];
    if (next === undefined || at(next) - at(place) >= room) named.unshift(place);
  }
  return named;
}

/** Lays a picture of proportions from 0 to 1 out in a width. */
export function intervalLayout(series: readonly IntervalSeries[], width: number): IntervalLayout {
  const [left, right] = [56, width - 16];
  const [top, base] = [24 + LEGEND_LINE * series.length, HEIGHT - 34];
  const places = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))];
  const most = Math.max(...places, 0);
  const x = scaleLinear([0, most > 0 ? most : 1], [left, right]);
  const y = scaleLinear([0, 1], [base, top]);
  const ticks = namedPlaces(places, x, TICK_ROOM);
  return { width, height: HEIGHT, left, right, top, base, x, y, ticks };
}

/** All points in the order in which the keyboard reads them: by x, then by series. */
export function inReadingOrder(
  series: readonly IntervalSeries[],
): readonly { readonly series: IntervalSeries; readonly point: IntervalPoint }[] {
  return series
    .flatMap((one) => one.points.map((point) => ({ series: one, point })))
    .sort((a, b) => a.point.x - b.point.x);
}
