import { tapSets } from '../../../math/exact-norms.ts';
import type { Pair } from '../../../math/geometry.ts';
import type { ConvOperator } from '../../../math/operator.ts';
import type { SetFamily } from '../../../math/tap-sets.ts';

/** Taps that some input pixels of the layer see: vertical taps × horizontal taps. */
export interface ProductSet {
  /** Place in the family: a · (number of horizontal sets) + b, which is also its colour in M. */
  readonly kind: number;
  /** A letter for pictures, so that colour is never the only mark. */
  readonly letter: string;
  readonly taps: readonly [readonly number[], readonly number[]];
  /** Input pixels of one channel that see exactly these taps. */
  readonly count: number;
  /** Not inside another set: the only ones that can attain the ℓ1 norm. */
  readonly maximal: boolean;
}

/** The sets of a layer's columns, by place and by pixel. */
export interface ColumnSets {
  /** Size [height, width] of the layer's input. */
  readonly input: Pair;
  readonly families: readonly [SetFamily, SetFamily];
  /** Maximal sets first, then by size. */
  readonly sets: readonly ProductSet[];
  readonly byKind: ReadonlyMap<number, ProductSet>;
}

function countOf(family: SetFamily): Int32Array {
  const counts = new Int32Array(family.sets.length);
  for (const set of family.of) counts[set]! += 1;
  return counts;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

function letterOf(place: number): string {
  return LETTERS[place] ?? String(place + 1);
}

type Unlettered = Omit<ProductSet, 'letter'>;

function productsOf([vertical, horizontal]: readonly [SetFamily, SetFamily]): Unlettered[] {
  const counts = [countOf(vertical), countOf(horizontal)] as const;
  const maximal = [new Set(vertical.maximal), new Set(horizontal.maximal)] as const;
  return vertical.sets.flatMap((a, i) =>
    horizontal.sets.map((b, j) => ({
      kind: i * horizontal.sets.length + j,
      taps: [a, b] as const,
      count: counts[0][i]! * counts[1][j]!,
      maximal: maximal[0].has(i) && maximal[1].has(j),
    })),
  );
}

function size({ taps }: Unlettered): number {
  return taps[0].length * taps[1].length;
}

/**
 * Which taps each input pixel of the layer sees. A transposed convolution's inputs are the outputs of
 * the convolution that it transposes.
 *
 * @see Liang & Huang 2021, Lemma 1.
 */
export function columnSets(op: ConvOperator): ColumnSets {
  const both = tapSets(op.geometry);
  const side = op.transposed ? 'rows' : 'columns';
  const families = [both[0][side], both[1][side]] as const;
  const sets = productsOf(families)
    .sort((a, b) => Number(b.maximal) - Number(a.maximal) || size(b) - size(a) || a.kind - b.kind)
    .map((set, place) => ({ ...set, letter: letterOf(place) }));
  return {
    input: op.transposed ? op.geometry.output : op.geometry.input,
    families,
    sets,
    byKind: new Map(sets.map((set) => [set.kind, set])),
  };
}

/** The set that an input pixel sees. */
export function setAt(sets: ColumnSets, y: number, x: number): ProductSet {
  const [vertical, horizontal] = sets.families;
  const kind = vertical.of[y]! * horizontal.sets.length + horizontal.of[x]!;
  return sets.byKind.get(kind)!;
}
