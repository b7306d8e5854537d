import { tapSets } from '../../math/exact-norms.ts';
import type { CheckedGeometry } from '../../math/geometry.ts';
import type { SetFamily } from '../../math/tap-sets.ts';
import { weightStrides, type Floats, type LayerOperator } from '../parameter.ts';
import { sumsOihw, sumsHwio } from './absolute-sums.ts';

/** Weights K[base + n·step + offset] for n < count and every offset: one column or row of M. */
export interface Slice {
  base: number;
  count: number;
  step: number;
  offsets: Int32Array;
}

/** A norm of a layer at its last measurement, and the weights that attain it. Reused. */
export interface NormSlice {
  /** Largest absolute column or row sum of M; NaN when a weight is not a number. */
  value: number;
  /** Input channel of the column, or output channel of the row, of the convolution. */
  channel: number;
  readonly slice: Slice;
}

/** Taps of one column or row, as offsets among the sums and among the weights. */
interface TapList {
  readonly inSums: Int32Array;
  readonly inWeights: Int32Array;
}

/** Columns or rows of M, up to equal tap sets. */
interface Side {
  readonly sums: Float64Array;
  readonly channels: number;
  readonly channelStep: number;
  /** In the order of the first position (y, then x) that has them. */
  readonly lists: readonly TapList[];
  /** Those of `lists` that are not inside another one: only they need to be compared. */
  readonly maximal: readonly TapList[];
  readonly found: NormSlice;
}

/** Both norms of one layer, measured repeatedly in the same buffers. */
export interface NormFinder {
  readonly operator: LayerOperator;
  readonly columns: Side;
  readonly rows: Side;
  /** The layer's own norms: columns and rows, exchanged when it is transposed. */
  readonly l1: NormSlice;
  readonly linf: NormSlice;
}

interface Sizes {
  readonly channels: number;
  readonly families: readonly [SetFamily, SetFamily];
}

function makeSide(operator: LayerOperator, { channels, families }: Sizes): Side {
  const [k1, k2] = operator.geometry.kernel;
  const packed = operator.layout === 'oihw';
  const tapStep = packed ? 1 : channels;
  const weightStep = weightStrides(operator).tap;
  const [vertical, horizontal] = families;
  const listOf = (a: number, b: number): TapList => {
    const taps = vertical.sets[a]!.flatMap((k) => horizontal.sets[b]!.map((t) => k * k2 + t));
    return {
      inSums: Int32Array.from(taps, (tap) => tap * tapStep),
      inWeights: Int32Array.from(taps, (tap) => tap * weightStep),
    };
  };
  const width = horizontal.sets.length;
  const lists = vertical.sets.flatMap((_, a) => horizontal.sets.map((__, b) => listOf(a, b)));
  const maximal = vertical.maximal.flatMap((a) =>
    horizontal.maximal.map((b) => lists[a * width + b]!),
  );
  return {
    sums: new Float64Array(channels * k1 * k2),
    channels,
    channelStep: packed ? k1 * k2 : 1,
    lists,
    maximal,
    found: {
      value: 0,
      channel: 0,
      slice: { base: 0, count: 0, step: 0, offsets: new Int32Array(0) },
    },
  };
}

/** Prepares a layer's norm measurements: computes tap sets and allocates buffers once. */
export function normFinder(operator: LayerOperator): NormFinder {
  const { geometry: g, transposed } = operator;
  const [first, second] = tapSets(g);
  const columns = makeSide(operator, {
    channels: g.dIn,
    families: [first.columns, second.columns],
  });
  const rows = makeSide(operator, { channels: g.dOut, families: [first.rows, second.rows] });
  const [l1, linf] = transposed ? [rows.found, columns.found] : [columns.found, rows.found];
  return { operator, columns, rows, l1, linf };
}

function sumOver(side: Side, channel: number, list: TapList): number {
  const { sums, channelStep } = side;
  const { inSums } = list;
  const base = channel * channelStep;
  let total = 0;
  for (let n = 0; n < inSums.length; n++) total += sums[base + inSums[n]!]!;
  return total;
}

/** The first channel with the largest sum, then the first tap set in it with that sum. */
function find(side: Side): TapList | null {
  const { found } = side;
  found.value = -1;
  found.channel = 0;
  for (let channel = 0; channel < side.channels; channel++) {
    for (let at = 0; at < side.maximal.length; at++) {
      const value = sumOver(side, channel, side.maximal[at]!);
      if (Number.isNaN(value)) {
        found.value = NaN;
        return null;
      }
      if (value <= found.value) continue;
      found.value = value;
      found.channel = channel;
    }
  }
  found.value = Math.max(0, found.value);
  for (let at = 0; at < side.lists.length; at++) {
    const list = side.lists[at]!;
    if (sumOver(side, found.channel, list) === found.value) return list;
  }
  return null;
}

const NO_TAPS = new Int32Array(0);

/**
 * Points a slice at the weights of a channel, its taps apart: all outputs of the group for a column
 * of M, all inputs of the group for a row.
 */
export function aimSlice(
  slice: Slice,
  operator: LayerOperator,
  side: 'columns' | 'rows',
  channel: number,
): void {
  const g = operator.geometry;
  const strides = weightStrides(operator);
  if (side === 'rows') {
    slice.base = channel * strides.output;
    slice.count = g.inPerGroup;
    slice.step = strides.input;
    return;
  }
  const group = Math.floor(channel / g.inPerGroup);
  slice.base = group * g.outPerGroup * strides.output + (channel % g.inPerGroup) * strides.input;
  slice.count = g.outPerGroup;
  slice.step = strides.output;
}

function aim(finder: NormFinder, side: 'columns' | 'rows'): void {
  const list = find(finder[side]);
  const { slice, channel } = finder[side].found;
  aimSlice(slice, finder.operator, side, channel);
  slice.offsets = list?.inWeights ?? NO_TAPS;
}

/**
 * Measures ‖M‖₁ and ‖M‖_∞ of a layer, exact for every geometry, and finds the weights that attain
 * them: the first column in the order of (input channel, y, x), the first row in the order of
 * (output channel, y, x); a later one wins only when its sum is strictly larger. One pass over the
 * weights, nothing allocated.
 *
 * @see Liang & Huang 2021, Theorem 1; exact without Assumption 1.
 */
export function measureNorms(finder: NormFinder, values: Floats): void {
  const { operator, columns, rows } = finder;
  addSums(operator, values, { perInput: columns.sums, perOutput: rows.sums });
  aim(finder, 'columns');
  aim(finder, 'rows');
}

function addSums(
  { geometry, layout }: LayerOperator,
  values: Floats,
  sums: { perInput: Float64Array; perOutput: Float64Array },
): void {
  checkLength(geometry, values);
  sums.perInput.fill(0);
  sums.perOutput.fill(0);
  if (layout === 'oihw') sumsOihw(geometry, values, sums);
  else sumsHwio(geometry, values, sums);
}

function checkLength(g: CheckedGeometry, values: Floats): void {
  if (values.length !== g.weights) {
    throw new RangeError(
      `weights: ${values.length} numbers, but the geometry has ${g.weights}; give as many.`,
    );
  }
}
