import type { Block } from './blocks.ts';
import { denseBlock, denseNorm, type DenseNorm } from './dense-norm.ts';
import { roundUp } from './rounding.ts';
import type { Stencil } from './stencil.ts';
import { polyphaseAxis } from './symbol.ts';

/** Multiply-adds that certifying one reshaped kernel may cost. */
const WORK = 4e9;

/**
 * σ of the kernel written as a d_out x (d_in/groups · k1 · k2) matrix: neither an upper nor a lower
 * bound of ‖M‖₂.
 *
 * @see Yoshida & Miyato 2017, "Spectral norm regularization for improving the generalizability of
 * deep learning".
 */
export function reshapedNorm(stencil: Stencil, seed: number): Generator<number, DenseNorm> {
  const rows = stencil.groups * stencil.cOut;
  return denseNorm(denseBlock(rows, stencil.weights.length / rows, stencil.weights), seed, 0);
}

/** A certified upper bound, or why there is none within the cap. */
export interface CertifiedBound {
  readonly upper: number | null;
  readonly iterations: number;
}

/**
 * √q · σ(reshaped kernel), q the largest number of output windows that share an input pixel: the
 * windows' norms add up to at most q‖x‖². Certified; per block, the largest counts.
 *
 * @see Tsuzuku, Sato & Sugiyama 2018.
 */
export function* patchBound(
  blocks: readonly Block[],
  seed: number,
): Generator<number, CertifiedBound> {
  let [upper, iterations] = [0, 0];
  for (const block of blocks) {
    const { axes, cOut, weights } = block;
    const windows = polyphaseAxis(axes[0]).taps * polyphaseAxis(axes[1]).taps;
    const found = yield* denseNorm(denseBlock(cOut, weights.length / cOut, weights), seed, WORK);
    iterations += found.iterations;
    if (found.upper === null) return { upper: null, iterations };
    upper = Math.max(upper, roundUp(Math.sqrt(windows) * found.upper, 4));
  }
  return { upper, iterations };
}

/** Index orders of the four reshapes of the polyphase kernel: which indices make the rows. */
const RESHAPES = [['i', 'a'], ['i', 'b'], ['i'], ['i', 'a', 'b']] as const;

type Index = 'i' | 'j' | 'a' | 'b';
const ORDER: readonly Index[] = ['i', 'j', 'a', 'b'];

/** The polyphase kernel with the given indices as rows, the others as columns. */
function reshape(block: Block, rowIndices: readonly Index[]): Block {
  const { axes, cIn, cOut, weights } = block;
  const [s1, s2] = [axes[0].s, axes[1].s];
  const parts = [polyphaseAxis(axes[0]), polyphaseAxis(axes[1])] as const;
  const size: Record<Index, number> = {
    i: cOut,
    j: cIn * parts[0].phases * parts[1].phases,
    a: parts[0].taps,
    b: parts[1].taps,
  };
  const columnIndices = ORDER.filter((index) => !rowIndices.includes(index));
  const product = (list: readonly Index[]): number =>
    list.reduce((total, index) => total * size[index], 1);
  const [rows, columns] = [product(rowIndices), product(columnIndices)];
  const out = new Float64Array(rows * columns);
  let at = 0;
  for (let i = 0; i < cOut; i++) {
    for (let c = 0; c < cIn; c++) {
      for (let a = 0; a < axes[0].k; a++) {
        for (let b = 0; b < axes[1].k; b++) {
          const j = (c * parts[0].phases + (a % s1)) * parts[1].phases + (b % s2);
          const index: Record<Index, number> = {
            i,
            j,
            a: Math.floor(a / s1),
            b: Math.floor(b / s2),
          };
          const fold = (list: readonly Index[]): number =>
            list.reduce((flat, name) => flat * size[name] + index[name], 0);
          out[fold(rowIndices) * columns + fold(columnIndices)] = weights[at++]!;
        }
      }
    }
  }
  return denseBlock(rows, columns, out);
}

/**
 * √(k1·k2) times the least σ of four reshapes of the (polyphase) kernel, each certified: an upper
 * bound for every input size. Their code runs 50 power steps instead, which gives a lower estimate
 * of
 * this upper bound.
 *
 * @see Singla & Feizi 2021, "Fantastic Four", Theorem 1; strides through the polyphase kernel.
 */
export function* fantasticFour(
  blocks: readonly Block[],
  seed: number,
): Generator<number, CertifiedBound> {
  let [upper, iterations] = [0, 0];
  for (const block of blocks) {
    const taps = polyphaseAxis(block.axes[0]).taps * polyphaseAxis(block.axes[1]).taps;
    let least = Infinity;
    for (const rowIndices of RESHAPES) {
      const found = yield* denseNorm(reshape(block, rowIndices), seed, WORK);
      iterations += found.iterations;
      if (found.upper !== null) least = Math.min(least, found.upper);
    }
    if (least === Infinity) return { upper: null, iterations };
    upper = Math.max(upper, roundUp(Math.sqrt(taps) * least, 4));
  }
  return { upper, iterations };
}
