import type { BarData } from '../charts/bar-layout.ts';
import { categoricalColor, cssColor, type Theme } from '../math/palette.ts';
import type { FigureView } from '../model/compare/figure-view.ts';
import { formatNumber } from '../ui/format.ts';
import { lacksNorm } from './density-data.ts';
import { ratesText, wantedLayers, type FigureEntry, type FigureLayer } from './entries.ts';
import { FIGURE_TEXT } from './messages.ts';

const MESSAGES = FIGURE_TEXT.bars;

/** Layers of several nets beside each other. */
export interface Aligned {
  readonly categories: readonly string[];
  /** For each entry the layer of each category; null where it has none. */
  readonly layers: readonly (readonly (FigureLayer | null)[])[];
  /** Whether layers stand together by their place, since their names differ. */
  readonly byPlace: boolean;
}

type Keyed = ReadonlyMap<string, FigureLayer>;

const byName = (layers: readonly FigureLayer[]): Keyed =>
  new Map(layers.map((layer) => [layer.name, layer]));

/** Keys such as "conv 3": counted for each kind, as the paper's plots of single layers are. */
function byPlaceInKind(layers: readonly FigureLayer[]): Keyed {
  const counts = new Map<string, number>();
  return new Map(
    layers.map((layer) => {
      const n = (counts.get(layer.group) ?? 0) + 1;
      counts.set(layer.group, n);
      return [MESSAGES.place(FIGURE_TEXT.kinds[layer.group], n), layer];
    }),
  );
}

/**
 * Puts the wanted layers of several nets side by side: by name where the longest list has all names of
 * the others, else by place among the layers of their kind.
 */
export function alignLayers(entries: readonly FigureEntry[], view: FigureView): Aligned {
  const lists = entries.map((entry) => wantedLayers(entry, view));
  const longest = lists.reduce<FigureLayer[]>((a, b) => (b.length > a.length ? b : a), []);
  const names = new Set(longest.map(({ name }) => name));
  const byPlace = !lists.every((list) => list.every(({ name }) => names.has(name)));
  const keyed = lists.map(byPlace ? byPlaceInKind : byName);
  const first = keyed[lists.indexOf(longest)] ?? new Map<string, FigureLayer>();
  const categories = [...new Set([...first.keys(), ...keyed.flatMap((map) => [...map.keys()])])];
  const layers = keyed.map((map) => categories.map((key) => map.get(key) ?? null));
  return { categories, layers, byPlace };
}

/** The bars, and what has to be said about them. */
export function barsFigure(
  entries: readonly FigureEntry[],
  view: FigureView,
  theme: Theme,
): { data: BarData; remarks: string[] } {
  const { categories, layers, byPlace } = alignLayers(entries, view);
  const series = entries.map((entry, which) => {
    const { id, name, color, repeat } = entry;
    const rates = ratesText(entry);
    return {
      id,
      hollow: repeat > 0,
      color: cssColor(categoricalColor(color, theme)),
      label: rates === null ? name : `${name} (${rates})`,
      values: layers[which]!.map((layer) => layer?.numbers?.[view.norm] ?? null),
    };
  });
  const lacking = entries.filter((entry) => lacksNorm(entry, view));
  const remarks = lacking.map(({ name }) => FIGURE_TEXT.noL2(name));
  if (byPlace) remarks.push(MESSAGES.byPlace);
  return { data: { categories, series, log: view.log }, remarks };
}

/** The norms of one layer in words; layers matched by place are named for each net. */
export function barsReading(
  { categories, layers, byPlace }: Aligned,
  entries: readonly FigureEntry[],
  { at, view }: { readonly at: number; readonly view: FigureView },
): string {
  const values = entries.flatMap(({ name }, which) => {
    const layer = layers[which]![at];
    if (layer === null || layer === undefined) return [];
    const value = layer.numbers?.[view.norm] ?? null;
    const text = value === null ? MESSAGES.unknown : formatNumber(value);
    return [MESSAGES.value(byPlace ? `${name}, ${layer.name}` : name, text)];
  });
  return MESSAGES.reading(categories[at] ?? '', values.join('; '));
}
