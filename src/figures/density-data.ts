import type { KdeReading, KdeSeries, NamedSample } from '../charts/kde-paths.ts';
import { kernelDensity } from '../math/kde.ts';
import { categoricalColor, cssColor, type Theme } from '../math/palette.ts';
import type { FigureView } from '../spec/figure-view.ts';
import { formatNumber } from '../ui/format.ts';
import { wantedLayers, type FigureEntry } from './entries.ts';
import { FIGURE_TEXT } from './messages.ts';

const WORDS = FIGURE_TEXT.density;

/** A net's part in the figure, from the layers of the wanted kinds. */
export interface Drawn {
  readonly samples: readonly NamedSample[];
  /** Names of the layers that have no norms. */
  readonly left: readonly string[];
  /** Layers that have no such number yet. */
  readonly pending: number;
}

/** The samples of a net, and what is missing among them. */
export function samplesOf(entry: FigureEntry, view: FigureView): Drawn {
  const samples: NamedSample[] = [];
  const left: string[] = [];
  let pending = 0;
  for (const { name, numbers, failed } of wantedLayers(entry, view)) {
    const value = numbers?.[view.norm] ?? null;
    if (value !== null && Number.isFinite(value)) samples.push({ name, value });
    else if (failed) left.push(name);
    else pending++;
  }
  return { samples, left, pending };
}

/** The figure's curves, and what has to be said about nets that have none or are incomplete. */
export function densityFigure(
  entries: readonly FigureEntry[],
  view: FigureView,
  theme: Theme,
): { series: KdeSeries[]; remarks: string[] } {
  const remarks: string[] = [];
  const series = entries.map((entry): KdeSeries => {
    const { id, name } = entry;
    const { samples, left, pending } = samplesOf(entry, view);
    const result = kernelDensity(
      samples.map(({ value }) => value),
      { rule: view.rule },
    );
    if (pending > 0) remarks.push(FIGURE_TEXT.pending(name, pending));
    else if (result.kind === 'none') remarks.push(WORDS.none(name, result.reason));
    if (left.length > 0) remarks.push(FIGURE_TEXT.left(name, left.join(', ')));
    const label =
      result.kind === 'none'
        ? WORDS.noCurve(name, samples.length)
        : WORDS.entry(name, result.n, formatNumber(result.bandwidth));
    const color = cssColor(categoricalColor(entry.color, theme));
    return { id, label, color, samples, result };
  });
  return { series, remarks };
}

/** What is under the cursor, in words. */
export function readingText(
  reading: KdeReading,
  series: readonly KdeSeries[],
  names: ReadonlyMap<string, string>,
): string {
  const name = (id: string): string => names.get(id) ?? id;
  const curves = series.flatMap(({ id }, k) => {
    const height = reading.heights[k] ?? null;
    return height === null ? [] : [WORDS.height(name(id), formatNumber(height))];
  });
  const { nearest } = reading;
  const layer =
    nearest === null
      ? ''
      : WORDS.nearest(
          nearest.sample.name,
          name(nearest.series.id),
          formatNumber(nearest.sample.value),
        );
  return WORDS.reading(formatNumber(reading.x), curves.join(', '), layer);
}
