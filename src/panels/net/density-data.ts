import type { KdeReading, KdeSeries, NamedSample } from '../../charts/kde-paths.ts';
import { kernelDensity, type BandwidthRule } from '../../math/kde.ts';
import { categoricalColor, cssColor, type Theme } from '../../math/palette.ts';
import type { LayerNorms, NetLayerInfo, NetLayerKind, NetRow } from '../../spec/net.ts';
import { formatNumber } from '../../ui/format.ts';
import { TEXT } from './messages.ts';

/** Which number of a layer is drawn. */
export type DrawnNorm = 'l1' | 'linf' | 'lower' | 'upper';
/** Kinds of layers that can be in the figure or not. */
export type LayerGroup = 'conv' | 'batchnorm' | 'dense';

/** What the figure shows. */
export interface DensityWishes {
  readonly norm: DrawnNorm;
  readonly rule: BandwidthRule;
  readonly groups: Readonly<Record<LayerGroup, boolean>>;
}

/** As the paper draws Figure 2: all layers, Scott's bandwidth; ℓ1, as its code does. */
export const FIGURE_2: DensityWishes = {
  norm: 'l1',
  rule: 'scott',
  groups: { conv: true, batchnorm: true, dense: true },
};

/** A net as far as the figure needs it. */
export interface DrawnNet {
  readonly id: string;
  readonly name: string;
  readonly color: number;
  readonly layers: readonly NetLayerInfo[];
  readonly rows: ReadonlyMap<number, NetRow>;
}

const GROUPS: Readonly<Record<NetLayerKind, LayerGroup>> = {
  conv2d: 'conv',
  'conv-transpose2d': 'conv',
  dense: 'dense',
  batchnorm2d: 'batchnorm',
};

const VALUES: Readonly<Record<DrawnNorm, (norms: LayerNorms) => number | undefined>> = {
  l1: ({ l1 }) => l1,
  linf: ({ linf }) => linf,
  lower: ({ l2 }) => l2?.lower,
  upper: ({ l2 }) => l2?.upper,
};

/** A net's part in the figure, from the layers of the wanted kinds. */
export interface Drawn {
  readonly samples: readonly NamedSample[];
  /** Names of the layers that have no norms. */
  readonly left: readonly string[];
  /** Layers that have no such number yet. */
  readonly pending: number;
}

/** The samples of a net, and what is missing among them. */
export function samplesOf(net: DrawnNet, wishes: DensityWishes): Drawn {
  const samples: NamedSample[] = [];
  const left: string[] = [];
  let pending = 0;
  for (const { index, name, kind } of net.layers) {
    if (!wishes.groups[GROUPS[kind]]) continue;
    const row = net.rows.get(index);
    const value = row !== undefined && 'norms' in row ? VALUES[wishes.norm](row.norms) : undefined;
    if (value !== undefined && Number.isFinite(value)) samples.push({ name, value });
    else if (row !== undefined && 'failure' in row) left.push(name);
    else pending++;
  }
  return { samples, left, pending };
}

/** The figure's curves, and what has to be said about nets that have none or are incomplete. */
export function densityFigure(
  nets: readonly DrawnNet[],
  wishes: DensityWishes,
  theme: Theme,
): { series: KdeSeries[]; remarks: string[] } {
  const remarks: string[] = [];
  const series = nets.map((net): KdeSeries => {
    const { samples, left, pending } = samplesOf(net, wishes);
    const result = kernelDensity(
      samples.map(({ value }) => value),
      { rule: wishes.rule },
    );
    if (pending > 0) remarks.push(TEXT.density.pending(net.name, pending));
    else if (result.kind === 'none') remarks.push(TEXT.density.none(net.name, result.reason));
    if (left.length > 0) remarks.push(TEXT.density.left(net.name, left.join(', ')));
    const label =
      result.kind === 'none'
        ? TEXT.density.noCurve(net.name, samples.length)
        : TEXT.density.entry(net.name, result.n, formatNumber(result.bandwidth));
    const color = cssColor(categoricalColor(net.color, theme));
    return { id: net.id, label, color, samples, result };
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
    return height === null ? [] : [TEXT.density.height(name(id), formatNumber(height))];
  });
  const { nearest } = reading;
  const layer =
    nearest === null
      ? ''
      : TEXT.density.nearest(
          nearest.sample.name,
          name(nearest.series.id),
          formatNumber(nearest.sample.value),
        );
  return TEXT.density.reading(formatNumber(reading.x), curves.join(', '), layer);
}
