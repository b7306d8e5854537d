import type { Block } from './blocks.ts';
import { hermitianMatrix } from './complex-cholesky.ts';
import { largestEigenvalue } from './hermitian-power.ts';
import { roundUp } from './rounding.ts';
import type { Stencil, StencilAxis } from './stencil.ts';
import { evaluateSymbol, gramSymbol, symbolLine, symbolShape } from './symbol.ts';
import { certifyGrid, gridWork, type Grid } from './torus.ts';

/**
 * What Sedghi, Gupta and Long's method computes for a group: the largest σ of the kernel's DFT over
 * the n x n grid of the input, stride and padding ignored. Exact for a circular stride-1 layer.
 *
 * @see Sedghi, Gupta & Long 2019, "The singular values of convolutional layers".
 */
export function* circularNorm(stencil: Stencil): Generator<number, number> {
  const toCircle = (axis: StencilAxis): StencilAxis => ({
    ...axis,
    m: axis.n,
    s: 1,
    p: 0,
    circular: true,
  });
  const axes = [toCircle(stencil.axes[0]), toCircle(stencil.axes[1])] as const;
  const size = stencil.weights.length / stencil.groups;
  let best = 0;
  for (let group = 0; group < stencil.groups; group++) {
    const weights = stencil.weights.subarray(group * size, (group + 1) * size);
    best = Math.max(best, yield* largestOnGrid({ ...stencil, groups: 1, axes, weights }, best));
  }
  return best;
}

/**
 * max over the input's DFT frequencies of σ(F), by power iteration at each, close ones to 1e-13.
 */
function* largestOnGrid(block: Block, known: number): Generator<number, number> {
  const symbol = yield* gramSymbol(block);
  const [h, w] = [block.axes[0].n, block.axes[1].n];
  const matrix = hermitianMatrix(symbol.channels);
  let best = known ** 2;
  let vector: Float64Array | null = null;
  for (let j1 = 0; j1 <= h / 2; j1++) {
    const line = symbolLine(symbol, { numerator: j1, denominator: h });
    for (let j2 = 0; j2 < w; j2++) {
      evaluateSymbol(line, { numerator: j2, denominator: w }, matrix);
      const rough = largestEigenvalue(matrix, vector, { steps: 16, tolerance: 1e-4 });
      vector = rough.vector;
      if (rough.value < 0.9 * best) continue;
      best = Math.max(
        best,
        largestEigenvalue(matrix, vector, { steps: 4000, tolerance: 1e-15 }).value,
      );
    }
    yield Math.sqrt(best);
  }
  return Math.sqrt(best);
}

/** Grid sizes of the supremum bound, finest first. */
const SIZES = [64, 48, 32, 24, 16];

/**
 * Ehlich and Zeller's factor of one axis: |uᴴF(θ)v| is, up to a unit factor, a trigonometric
 * polynomial
 * of degree (k − 1)/2 for odd k, and its square one of degree k − 1 for any k.
 */
function gridFactor(taps: number, side: number): number {
  if (taps === 1) return 1;
  return taps % 2 === 1
    ? 1 / Math.cos((Math.PI * (taps - 1)) / (2 * side))
    : 1 / Math.sqrt(Math.cos((Math.PI * (taps - 1)) / side));
}

function supremumGrid(taps: readonly [number, number], size: number): Grid {
  const side = (k: number): number => (k === 1 ? 1 : Math.max(size, 4 * k));
  return [
    { side: side(taps[0]), twist: 0 },
    { side: side(taps[1]), twist: 0 },
  ];
}

/** The finest grid within a budget, and its cost; the coarsest when none fits. */
export function supremumPlan(block: Block, budget: number): { size: number; work: number } {
  const { taps } = symbolShape(block);
  const plans = SIZES.map((size) => {
    const grid = supremumGrid(taps, size);
    return { size, work: gridWork(block, [grid[0].side, grid[1].side]) };
  });
  return plans.find(({ work }) => work <= budget) ?? plans.at(-1)!;
}

/**
 * Certified upper bound of sup over all θ of σ(F(θ)), hence of ‖M‖₂ for every input size: the
 * largest
 * σ on an N x N grid, certified, times Ehlich and Zeller's factor per axis.
 *
 * @see Ehlich & Zeller 1964, "Schwankung von Polynomen zwischen Gitterpunkten".
 */
export function* supremumBound(
  block: Block,
  size: number,
  lower: number,
): Generator<number, number> {
  // A dilation only renames the frequencies.
  const symbol = { ...(yield* gramSymbol(block)), dilation: [1, 1] as const };
  const grid = supremumGrid(symbol.taps, size);
  const onGrid = yield* certifyGrid(symbol, grid, lower ** 2 / 2);
  const factor =
    gridFactor(symbol.taps[0], grid[0].side) * gridFactor(symbol.taps[1], grid[1].side);
  return roundUp(onGrid * factor, 16);
}
