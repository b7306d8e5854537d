import { bisectCenter, max } from 'd3-array';
import { scaleLinear, scaleLog, type ScaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { densityAt, type Density, type NoDensity } from '../math/kde.ts';
import { tickText } from './tick-text.ts';

/** One sample of a series: a value, and what it is the value of. */
export interface NamedSample {
  readonly name: string;
  /** In the unit of the axis. */
  readonly value: number;
  /** The number itself, where `value` is its decimal logarithm. */
  readonly original?: number;
}

/** One curve of the picture with its rug. */
export interface KdeSeries {
  readonly id: string;
  readonly label: string;
  /** CSS colour. */
  readonly color: string;
  /** SVG dash pattern, where a colour has come again. */
  readonly dash?: string | undefined;
  readonly samples: readonly NamedSample[];
  readonly result: Density | NoDensity;
}

/** Size of the picture, and of the frame that its axes stand in, in pixels. */
export interface KdeFrame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Scales from values to pixels. */
export interface KdeScales {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
}

/** Rug ticks reach this far up the frame; the paper's figure has them so. */
const RUG_HEIGHT = 0.025;
/** Room beyond the data on either side, and above the highest curve: once, and once more for each rug. */
const MARGIN = 0.05;

function valuesOf({ samples, result }: KdeSeries): number[] {
  const ends = result.kind === 'density' ? [result.grid[0]!, result.grid.at(-1)!] : [];
  return [...ends, ...samples.map(({ value }) => value)];
}

/** The range of x that holds all curves and rugs, with room at both ends. */
function domainOf(series: readonly KdeSeries[]): [number, number] {
  const values = series.flatMap(valuesOf);
  if (values.length === 0) return [0, 1];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // A single place has no width of its own: show as much as its size, or a unit around zero.
  const room = most > least ? MARGIN * (most - least) : Math.abs(least) * 0.5 || 0.5;
  return [least - room, most + room];
}

/**
 * Scales of the picture: linear axes, y from 0, and above the highest curve 5 % of room and 5 % more
 * for each rug.
 *
 * @see Liang & Huang 2021, Figure 2.
 */
export function kdeScales(series: readonly KdeSeries[], frame: KdeFrame): KdeScales {
  const highest =
    max(series, ({ result }) => (result.kind === 'density' ? (max(result.density) ?? 0) : 0)) ?? 0;
  const top = highest > 0 ? highest * (1 + MARGIN + MARGIN * series.length) : 1;
  return {
    x: scaleLinear(domainOf(series), [frame.left, frame.width - frame.right]),
    y: scaleLinear([0, top], [frame.height - frame.bottom, frame.top]),
  };
}

/** A mark on an axis: where, in the axis' own unit, and what it says (nothing for a bare line). */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Marks of the x axis; with `log`, for samples that are decimal logarithms, the numbers themselves. */
export function xTicks({ x }: KdeScales, log: boolean): Tick[] {
  if (!log) {
    const text = tickText(x, 6);
    return x.ticks(6).map((at) => ({ at, text: text(at) }));
  }
  const scale = scaleLog(
    x.domain().map((power) => 10 ** power),
    x.range(),
  );
  const text = scale.tickFormat(6, '~g');
  return scale.ticks(6).map((value) => ({ at: Math.log10(value), text: text(value) }));
}

/** SVG path of a density, two decimals of a pixel. */
export function curvePath({ grid, density }: Density, { x, y }: KdeScales): string {
  const path = line<number>(
    (_, k) => x(grid[k]!),
    (value) => y(value),
  ).digits(2);
  return path(Array.from(density)) ?? '';
}

/** SVG path of a rug: one tick for each sample, from the axis upwards. */
export function rugPath(samples: readonly NamedSample[], { x, y }: KdeScales): string {
  const [bottom, top] = y.range() as [number, number];
  const height = (RUG_HEIGHT * (bottom - top)).toFixed(2);
  return samples
    .map(({ value }) => `M${x(value).toFixed(2)},${bottom.toFixed(2)}v-${height}`)
    .join('');
}

/** What is at one place of the x axis. */
export interface KdeReading {
  readonly x: number;
  /** Height of each curve there; null for a series without one. */
  readonly heights: readonly (number | null)[];
  /** The sample nearest to the place, over all series. */
  readonly nearest: { readonly series: KdeSeries; readonly sample: NamedSample } | null;
}

/** All samples of all series in ascending order, for stepping from one to the next. */
export function sortedSamples(
  series: readonly KdeSeries[],
): { series: KdeSeries; sample: NamedSample }[] {
  return series
    .flatMap((one) => one.samples.map((sample) => ({ series: one, sample })))
    .sort((a, b) => a.sample.value - b.sample.value);
}

/** Reads all curves at a place, and finds the nearest sample. */
export function readAt(series: readonly KdeSeries[], x: number): KdeReading {
  const sorted = sortedSamples(series);
  const at = bisectCenter(
    sorted.map(({ sample }) => sample.value),
    x,
  );
  const heights = series.map(({ samples, result }) =>
    result.kind === 'density'
      ? densityAt(
          x,
          samples.map(({ value }) => value),
          result.bandwidth,
        )
      : null,
  );
  return { x, heights, nearest: sorted[at] ?? null };
}

/**
 * The picture's numbers as a table: every sample, then every point of every curve. With `log` (samples
 * are decimal logarithms) the norms themselves are written, and the density is one of their logarithms.
 */
export function kdeTable(series: readonly KdeSeries[], log = false): (string | number)[][] {
  const samples = series.flatMap(({ label, samples: list }) =>
    list.map(({ name, value, original }) => [label, 'sample', name, original ?? value, '']),
  );
  const curves = series.flatMap(({ label, result }) =>
    result.kind === 'none'
      ? []
      : Array.from(result.grid, (x, k) => [
          label,
          'density',
          '',
          log ? 10 ** x : x,
          result.density[k]!,
        ]),
  );
  const density = log ? 'density per decade' : 'density';
  return [['net', 'what', 'layer', 'norm', density], ...samples, ...curves];
}
