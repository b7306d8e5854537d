import { CATEGORICAL_COLORS } from '../math/palette.ts';
import type {
  LayerNorms,
  NetLayerInfo,
  NetLayerKind,
  NetRow,
  NetSummary,
} from '../model/net/net.ts';
import type { DrawnNorm, FigureView, LayerGroup } from '../model/compare/figure-view.ts';
import { FIGURE_TEXT } from './messages.ts';

/** Norms of a layer; the ends of ℓ2 are null where it has not been bracketed. */
export type LayerNumbers = Readonly<Record<DrawnNorm, number | null>>;

/** A layer as far as figures need it. */
export interface FigureLayer {
  readonly name: string;
  readonly group: LayerGroup;
  /** Whether the authors' released code drops it: see {@link isDropped}. */
  readonly dropped: boolean;
  /** Null when it has no norms, or none yet. */
  readonly numbers: LayerNumbers | null;
  /** True when it never will have norms as it is. */
  readonly failed: boolean;
}

/** Pictures that were classified rightly, of how many. */
export interface Accuracy {
  readonly correct: number;
  readonly count: number;
}

/** What an evaluation found of a net: both accuracies are of the same images. */
export interface RobustAccuracy {
  readonly clean: Accuracy;
  /** Images that are right and that no attack broke. */
  readonly standing: Accuracy;
  /** What attacked it: `AutoAttack, standard, ℓ∞, ε = 8/255`. */
  readonly under: string;
}

/** One net, or the net of one run, in a figure. */
export interface FigureEntry {
  readonly id: string;
  readonly name: string;
  /** Place among the categorical colours, from 0. */
  readonly color: number;
  /** On clean test pictures; null when nobody measured it. */
  readonly accuracy: Accuracy | null;
  /** Null when no finished evaluation is of the net as it is. */
  readonly robust: RobustAccuracy | null;
  /** Whether ℓ2 is, or will be, bracketed for it. */
  readonly bracketed: boolean;
  /** How many of those drawn before it have the same colour: their lines and bars must differ. */
  readonly repeat: number;
  readonly layers: readonly FigureLayer[];
}

const GROUPS: Readonly<Record<NetLayerKind, LayerGroup>> = {
  conv2d: 'conv',
  'conv-transpose2d': 'conv',
  dense: 'dense',
  batchnorm2d: 'batchnorm',
};

/**
 * Whether the authors' released code drops a layer: it tracks convolutions without groups, dilation
 * and transposition whose κ + ⌈p/s⌉·s − p ≤ h on both axes, and every dense and BatchNorm layer.
 *
 * @param norms null while they are unknown: then only what the geometry alone tells counts.
 */
export function isDropped({ kind, shape }: NetLayerInfo, norms: LayerNorms | null): boolean {
  if (GROUPS[kind] !== 'conv') return false;
  const plain = shape === null || (shape.groups === 1 && shape.dilation.every((d) => d === 1));
  const fails = norms?.assumption?.sharpHolds === false;
  return kind === 'conv-transpose2d' || !plain || fails;
}

/** A layer of an open net, and what is known of it by now. */
export function layerOf(info: NetLayerInfo, row: NetRow | undefined): FigureLayer {
  const norms = row !== undefined && 'norms' in row ? row.norms : null;
  return {
    name: info.name,
    group: GROUPS[info.kind],
    dropped: isDropped(info, norms),
    numbers: norms && {
      l1: norms.l1,
      linf: norms.linf,
      lower: norms.l2?.lower ?? null,
      upper: norms.l2?.upper ?? null,
    },
    failed: row !== undefined && 'failure' in row,
  };
}

/** An open net, and what is known of its layers by now. */
export interface OpenNet {
  readonly summary: NetSummary;
  readonly rows: ReadonlyMap<number, NetRow>;
  readonly color: number;
}

/** An open net in a figure. Nobody has measured its accuracy. */
export function entryOfNet({ summary, rows, color }: OpenNet): FigureEntry {
  const layers = summary.layers.map((info) => layerOf(info, rows.get(info.index)));
  const { id, name } = summary;
  return { id, name, color, accuracy: null, robust: null, bracketed: true, repeat: 0, layers };
}

/** The same entries, told apart where a colour comes again. */
export function withRepeats(entries: readonly FigureEntry[]): FigureEntry[] {
  const seen = new Map<number, number>();
  return entries.map((entry) => {
    const hue = entry.color % CATEGORICAL_COLORS;
    const repeat = seen.get(hue) ?? 0;
    seen.set(hue, repeat + 1);
    return { ...entry, repeat };
  });
}

const DASHES = [undefined, '7 3', '2 3', '9 3 2 3'] as const;

/** Dash pattern of an entry's lines; none for the first one of its colour. */
export function dashOf({ repeat }: Pick<FigureEntry, 'repeat'>): string | undefined {
  return DASHES[repeat % DASHES.length];
}

/** `93.4 %`, with a decimal as long as a picture more or less can change it. */
export function rateText({ correct, count }: Accuracy): string {
  return `${((100 * correct) / count).toFixed(count < 1000 ? 0 : count < 10_000 ? 1 : 2)} %`;
}

/** `93 % | 41 %`, clean and robust, as in the legend of Figure 2; the clean one alone; null without any. */
export function ratesText({ accuracy, robust }: FigureEntry): string | null {
  if (robust !== null) return `${rateText(robust.clean)} | ${rateText(robust.standing)}`;
  return accuracy === null ? null : rateText(accuracy);
}

/** What the robust accuracies in a legend were measured by: a sentence for each way. */
export function robustRemarks(entries: readonly FigureEntry[]): string[] {
  const names = new Map<string, string[]>();
  for (const { name, robust } of entries) {
    if (robust === null) continue;
    const way = FIGURE_TEXT.robustBy(robust.under, robust.standing.count);
    names.set(way, [...(names.get(way) ?? []), name]);
  }
  return [...names].map(([way, of]) => FIGURE_TEXT.robust(of.join(', '), way));
}

/** The layers of an entry that a figure is asked to show, in their order. */
export function wantedLayers({ layers }: FigureEntry, view: FigureView): FigureLayer[] {
  return layers.filter(({ group, dropped }) => view.groups[group] && (view.dropped || !dropped));
}
