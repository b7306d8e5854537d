import type { Block } from './blocks.ts';
import { paddedRows, productOf, type Product } from './gram-products.ts';
import type { StencilAxis } from './stencil.ts';

/** Which Gram matrix: MᵀM over the input pixels, or MMᵀ over the output pixels. */
export type Side = 'columns' | 'rows';

/** Links between two positions of an axis: pairs of taps that meet at a common middle position. */
type Links = readonly (readonly [number, number])[];

/** One axis of a Gram matrix: for each position the linked positions that are not after it. */
interface GramAxis {
  readonly size: number;
  readonly reach: number;
  /** links[q] maps every linked position q' to the tap pairs. */
  readonly links: readonly ReadonlyMap<number, Links>[];
}

/** Shape of a banded Gram matrix and what its factorization costs. */
export interface GramPlan {
  readonly side: Side;
  /** Slow axis of the pixel order: the other one runs fastest. */
  readonly slow: 0 | 1;
  readonly axes: readonly [GramAxis, GramAxis];
  readonly channels: number;
  readonly n: number;
  /** Half-bandwidth: entries further from the diagonal are zero. */
  readonly band: number;
  /** Multiply-adds of a Cholesky factorization. */
  readonly work: number;
  /** Multiply-adds of the tap products that the entries are made of. */
  readonly productWork: number;
}

/** Numbers that the tap products may take (256 MiB): enough for 3x3 on 512 channels. */
const PRODUCT_CAP = 2 ** 25;

function tapOf(axis: StencilAxis, o: number, x: number): number {
  let reach = x + axis.p - axis.s * o;
  if (axis.circular) reach = ((reach % axis.n) + axis.n) % axis.n;
  if (reach < 0 || reach % axis.d !== 0) return -1;
  return reach / axis.d < axis.k ? reach / axis.d : -1;
}

/** [position, tap] pairs of a middle position. */
function tapsAtMiddle(axis: StencilAxis, side: Side, middle: number): [number, number][] {
  const found: [number, number][] = [];
  if (side === 'columns') {
    for (let a = 0; a < axis.k; a++) {
      let x = axis.s * middle + axis.d * a - axis.p;
      if (axis.circular) x = ((x % axis.n) + axis.n) % axis.n;
      if (x >= 0 && x < axis.n) found.push([x, a]);
    }
    return found;
  }
  if (axis.circular) {
    for (let o = 0; o < axis.m; o++) {
      const tap = tapOf(axis, o, middle);
      if (tap >= 0) found.push([o, tap]);
    }
    return found;
  }
  const last = Math.min(axis.m - 1, Math.floor((middle + axis.p) / axis.s));
  for (let o = last; o >= 0 && middle + axis.p - axis.s * o < axis.k; o--) {
    found.push([o, middle + axis.p - axis.s * o]);
  }
  return found;
}

function gramAxis(axis: StencilAxis, side: Side): GramAxis {
  const [size, middles] = side === 'columns' ? [axis.n, axis.m] : [axis.m, axis.n];
  const links = Array.from({ length: size }, () => new Map<number, [number, number][]>());
  let reach = 0;
  for (let middle = 0; middle < middles; middle++) {
    const meeting = tapsAtMiddle(axis, side, middle);
    for (const [p, a] of meeting) {
      for (const [q, b] of meeting) {
        reach = Math.max(reach, Math.abs(p - q));
        const list = links[p]!.get(q) ?? [];
        list.push([a, b]);
        links[p]!.set(q, list);
      }
    }
  }
  return { size, reach, links };
}

function planFor(block: Block, side: Side): GramPlan {
  const axes = [gramAxis(block.axes[0], side), gramAxis(block.axes[1], side)] as const;
  const [channels, other] = side === 'columns' ? [block.cIn, block.cOut] : [block.cOut, block.cIn];
  const n = channels * axes[0].size * axes[1].size;
  const pixels = [0, 1].map(
    (slow) =>
      axes[slow as 0 | 1].reach * axes[(1 - slow) as 0 | 1].size + axes[(1 - slow) as 0 | 1].reach,
  );
  const slow = pixels[0]! <= pixels[1]! ? 0 : 1;
  const band = Math.min(n - 1, (pixels[slow]! + 1) * channels - 1);
  const taps = block.axes[0].k * block.axes[1].k;
  const productWork = ((taps * channels) ** 2 * other) / 2;
  const work = (n * band * band) / 2 - band ** 3 / 3;
  return { side, slow, axes, channels, n, band, work: Math.max(work, n), productWork };
}

/** The cheaper Gram matrix of a block, or null when its tap products would take too much memory. */
export function gramPlan(block: Block): GramPlan | null {
  const taps = block.axes[0].k * block.axes[1].k;
  const plans = (['columns', 'rows'] as const)
    .filter((side) => (taps * (side === 'columns' ? block.cIn : block.cOut)) ** 2 <= PRODUCT_CAP)
    .map((side) => planFor(block, side))
    .sort((a, b) => a.work + a.productWork - b.work - b.productWork);
  return plans[0] ?? null;
}

/** A Gram matrix whose rows are made when asked for. */
export interface GramMatrix {
  readonly plan: GramPlan;
  /** Rounded operations behind an entry, for γ. */
  readonly operations: number;
  readonly products: Product;
}

/**
 * Multiplies the taps' matrices with each other: all that entries of the Gram matrix are sums of.
 */
export function* gramMatrix(block: Block, plan: GramPlan): Generator<number, GramMatrix> {
  const { cIn, cOut, weights } = block;
  const taps = block.axes[0].k * block.axes[1].k;
  const [channels, other] = plan.side === 'columns' ? [cIn, cOut] : [cOut, cIn];
  const rows = paddedRows(taps * channels, other);
  for (let i = 0; i < cOut; i++) {
    for (let j = 0; j < cIn; j++) {
      const [channel, term] = plan.side === 'columns' ? [j, i] : [i, j];
      for (let tap = 0; tap < taps; tap++) {
        rows.data[(tap * channels + channel) * other + term] = weights[(i * cIn + j) * taps + tap]!;
      }
    }
  }
  const products = yield* productOf(rows, rows, false);
  return { plan, operations: other + taps + 2, products };
}

/**
 * Writes entries (row, c) of the Gram matrix for `first` <= c <= row into `out`, entry c at
 * `at + c − first`. `out` must hold zeros there.
 */
export function writeGramRow(
  { plan, products }: GramMatrix,
  width: number,
  row: number,
  target: { readonly out: Float64Array; readonly at: number; readonly first: number },
): void {
  const { channels, slow, axes } = plan;
  const fast = (1 - slow) as 0 | 1;
  const pixel = Math.floor(row / channels);
  const [ps, pf] = [Math.floor(pixel / axes[fast].size), pixel % axes[fast].size];
  for (const [qs, slowPairs] of axes[slow].links[ps]!) {
    for (const [qf, fastPairs] of axes[fast].links[pf]!) {
      const begin = (qs * axes[fast].size + qf) * channels;
      const count = Math.min(channels, row + 1 - begin);
      if (count <= 0) continue;
      for (const [as, bs] of slowPairs) {
        for (const [af, bf] of fastPairs) {
          const [a, b] =
            slow === 0 ? [as * width + af, bs * width + bf] : [af * width + as, bf * width + bs];
          const from = (a * channels + (row % channels)) * products.stride + b * channels;
          const to = target.at + begin - target.first;
          for (let c = 0; c < count; c++) target.out[to + c]! += products.data[from + c]!;
        }
      }
    }
  }
}
