import type { KdeReading, KdeSeries, NamedSample } from '../charts/kde-paths.ts';
import { kernelDensity, type Density, type NoDensity } from '../math/kde.ts';
import { categoricalColor, cssColor, type Theme } from '../math/palette.ts';
import type { FigureView } from '../model/compare/figure-view.ts';
import { formatNumber } from '../ui/format.ts';
import { dashOf, ratesText, robustRemarks, wantedLayers, type FigureEntry } from './entries.ts';
import { FIGURE_TEXT } from './messages.ts';

const MESSAGES = FIGURE_TEXT.density;

/** A net's part in the figure, from the layers of the wanted kinds. */
export interface Drawn {
  /** Norms, or their decimal logarithms on a logarithmic axis. */
  readonly samples: readonly NamedSample[];
  /** Names of the layers that have no norms. */
  readonly left: readonly string[];
  /** Names of the layers whose norm has no logarithm. */
  readonly zeros: readonly string[];
  /** Layers that have no such number yet. */
  readonly pending: number;
}

/** The samples of a net, and what is missing among them. */
export function samplesOf(entry: FigureEntry, view: FigureView): Drawn {
  const samples: NamedSample[] = [];
  const left: string[] = [];
  const zeros: string[] = [];
  let pending = 0;
  for (const { name, numbers, failed } of wantedLayers(entry, view)) {
    const value = numbers?.[view.norm] ?? null;
    if (value !== null && view.log && value <= 0) zeros.push(name);
    else if (value !== null && Number.isFinite(value)) {
      samples.push(
        view.log ? { name, value: Math.log10(value), original: value } : { name, value },
      );
    } else if (failed) left.push(name);
    else pending++;
  }
  return { samples, left, zeros, pending };
}

/** Whether a norm is not computed for an entry at all. */
export function lacksNorm(entry: FigureEntry, { norm }: FigureView): boolean {
  return !entry.bracketed && (norm === 'lower' || norm === 'upper');
}

function remarksOn(entry: FigureEntry, view: FigureView, result: Density | NoDensity): string[] {
  const { name } = entry;
  if (lacksNorm(entry, view)) return [FIGURE_TEXT.noL2(name)];
  const { left, zeros, pending } = samplesOf(entry, view);
  const remarks: string[] = [];
  if (pending > 0) remarks.push(FIGURE_TEXT.pending(name, pending));
  else if (result.kind === 'none') remarks.push(MESSAGES.none(name, result.reason));
  if (left.length > 0) remarks.push(FIGURE_TEXT.left(name, left.join(', ')));
  if (zeros.length > 0) remarks.push(FIGURE_TEXT.notPositive(name, zeros.join(', ')));
  return remarks;
}

function labelOf(entry: FigureEntry, n: number, result: Density | NoDensity): string {
  const { name } = entry;
  if (result.kind === 'none') return MESSAGES.noCurve(name, n);
  const h = formatNumber(result.bandwidth);
  const rates = ratesText(entry);
  return rates === null ? MESSAGES.entry(name, n, h) : MESSAGES.measured(name, rates, n, h);
}

/** The figure's curves, and what has to be said about nets that have none or are incomplete. */
export function densityFigure(
  entries: readonly FigureEntry[],
  view: FigureView,
  theme: Theme,
): { series: KdeSeries[]; remarks: string[] } {
  const remarks: string[] = [];
  const series = entries.map((entry): KdeSeries => {
    const { samples } = samplesOf(entry, view);
    const result = kernelDensity(
      samples.map(({ value }) => value),
      { rule: view.rule },
    );
    remarks.push(...remarksOn(entry, view, result));
    return {
      id: entry.id,
      label: labelOf(entry, samples.length, result),
      color: cssColor(categoricalColor(entry.color, theme)),
      dash: dashOf(entry),
      samples,
      result,
    };
  });
  return { series, remarks: [...remarks, ...robustRemarks(entries)] };
}

/** Title of the legend: what stands in brackets is said where an accuracy is among it. */
export function legendTitle(entries: readonly FigureEntry[]): string {
  if (entries.some(({ robust }) => robust !== null)) return MESSAGES.legendRobust;
  return entries.some(({ accuracy }) => accuracy !== null)
    ? MESSAGES.legendAccuracy
    : MESSAGES.legend;
}

/** What a reading is put into words with. */
interface ReadingContext {
  readonly series: readonly KdeSeries[];
  /** Names of the entries by id. */
  readonly names: ReadonlyMap<string, string>;
  /** Whether places are decimal logarithms. */
  readonly log: boolean;
}

/** What is under the cursor, in words. */
export function readingText(reading: KdeReading, { series, names, log }: ReadingContext): string {
  const name = (id: string): string => names.get(id) ?? id;
  const curves = series.flatMap(({ id }, k) => {
    const height = reading.heights[k] ?? null;
    return height === null ? [] : [MESSAGES.height(name(id), formatNumber(height))];
  });
  const { nearest } = reading;
  const layer =
    nearest === null
      ? ''
      : MESSAGES.nearest(
          nearest.sample.name,
          name(nearest.series.id),
          formatNumber(nearest.sample.original ?? nearest.sample.value),
        );
  const place = log ? 10 ** reading.x : reading.x;
  return MESSAGES.reading(formatNumber(place), curves.join(', '), layer);
}
