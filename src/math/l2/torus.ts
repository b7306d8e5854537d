import { WORK_PER_YIELD } from './apply.ts';
import type { Block } from './blocks.ts';
import { factorHermitian, hermitianMatrix, type HermitianMatrix } from './complex-cholesky.ts';
import { roundUp } from './rounding.ts';
import type { StencilAxis } from './stencil.ts';
import {
  evaluateSymbol,
  gramSymbol,
  polyphaseAxis,
  symbolLine,
  symbolShape,
  symbolWork,
  type GramSymbol,
  type Turn,
} from './symbol.ts';
import { largestEigenvalue } from './hermitian-power.ts';

/** Twists are multiples of 1/TWISTS of a turn. */
const TWISTS = 8;

/** One axis of a grid of frequencies θ_j = (2πj + φ)/side with φ = 2π·twist/TWISTS. */
export interface GridAxis {
  readonly side: number;
  readonly twist: number;
}

/** A grid of frequencies on both axes. */
export type Grid = readonly [GridAxis, GridAxis];

/** Frequency j of a grid axis as an exact fraction of a turn. */
function frequency({ side, twist }: GridAxis, j: number): Turn {
  return { numerator: TWISTS * j + twist, denominator: TWISTS * side };
}

/**
 * Smallest torus on which a (polyphase) axis fits without meeting itself: outputs o in [0, m),
 * inputs
 * X' in [low, high], taps X' − o in [0, k'). No difference may fall into [0, k') by wrapping
 * around.
 */
function smallestSide(axis: StencilAxis): number {
  if (axis.circular) return axis.n;
  const { taps } = polyphaseAxis(axis);
  if (taps === 1) return 1;
  const low = Math.floor(axis.p / axis.s);
  const high = Math.floor((axis.p + axis.n - 1) / axis.s);
  return Math.max(taps + axis.m - 1 - low, high + 1, 1);
}

/** What a torus bound needs and costs. */
export interface TorusPlan {
  readonly sides: readonly [number, number];
  /** Circular axes leave no choice of side or twist. */
  readonly fixed: boolean;
  readonly work: number;
}

/**
 * Frequencies of a grid, one of each conjugate pair where the twists allow it: [j₁, list of j₂].
 */
function* gridLines(grid: Grid): Generator<[number, number[]]> {
  const [first, second] = grid;
  const paired = grid.every(({ twist }) => (2 * twist) % TWISTS === 0);
  const partner = ({ side, twist }: GridAxis, j: number): number =>
    (((-j - (2 * twist) / TWISTS) % side) + side) % side;
  for (let j1 = 0; j1 < first.side; j1++) {
    const list: number[] = [];
    for (let j2 = 0; j2 < second.side; j2++) {
      const mirrored = paired ? partner(first, j1) * second.side + partner(second, j2) : Infinity;
      if (j1 * second.side + j2 <= mirrored) list.push(j2);
    }
    if (list.length > 0) yield [j1, list];
  }
}

function perFrequency(channels: number, taps: readonly [number, number]): number {
  return 0.7 * channels ** 3 + (4 * taps[1] + 50) * channels ** 2 + 500;
}

/** Cost of certifying a grid of given sides. */
export function gridWork(block: Block, sides: readonly [number, number]): number {
  const { taps, channels } = symbolShape(block);
  const lines = sides[0] * (4 * taps[0] * taps[1] * channels ** 2);
  return symbolWork(block) + lines + (sides[0] * sides[1] * perFrequency(channels, taps)) / 2;
}

/** Sides of the smallest torus that holds the block, and the cost of its bound. */
export function torusPlan(block: Block): TorusPlan {
  const sides = [smallestSide(block.axes[0]), smallestSide(block.axes[1])] as const;
  const { channels } = symbolShape(block);
  const fixed = block.axes[0].circular;
  const search = fixed ? 0 : SEARCH[0] * SEARCH[1] * 40 * channels ** 2;
  return { sides, fixed, work: gridWork(block, sides) + search };
}

/** Points of the coarse map of λ_max(G(θ)) from which side and twist are chosen. */
const SEARCH = [16, 9] as const;

/** λ_max(G(θ)) on a coarse grid, roughly, for all θ by conjugate symmetry. */
function* coarseMap(symbol: GramSymbol): Generator<number, number[][]> {
  const [n1, half] = SEARCH;
  const n2 = 2 * (half - 1);
  const map = Array.from({ length: n1 }, () => new Array<number>(n2).fill(0));
  const matrix = hermitianMatrix(symbol.channels);
  let vector: Float64Array | null = null;
  let work = 0;
  for (let j1 = 0; j1 < n1; j1++) {
    const line = symbolLine(symbol, { numerator: j1, denominator: n1 });
    for (let j2 = 0; j2 < half; j2++) {
      evaluateSymbol(line, { numerator: j2, denominator: n2 }, matrix);
      const found = largestEigenvalue(matrix, vector, { steps: 8, tolerance: 1e-4 });
      vector = found.vector;
      map[j1]![j2] = found.value;
      map[(n1 - j1) % n1]![(n2 - j2) % n2] = found.value;
      work += 60 * symbol.channels ** 2 + 1e4;
      if (work > WORK_PER_YIELD) {
        work = 0;
        yield j1 / n1;
      }
    }
  }
  return map;
}

/** Weights of cubic interpolation at fraction f between the second and third of four points. */
function cubic(f: number): [number, number, number, number] {
  return [
    (-f * (1 - f) * (2 - f)) / 6,
    ((1 - f) * (1 + f) * (2 - f)) / 2,
    (f * (1 + f) * (2 - f)) / 2,
    (-f * (1 - f) * (1 + f)) / 6,
  ];
}

/** Interpolates along the first axis, for every point of a grid axis: [side][n2]. */
function resample(map: readonly (readonly number[])[], axis: GridAxis): number[][] {
  const n = map.length;
  return Array.from({ length: axis.side }, (_, j) => {
    const at = (n * (j + axis.twist / TWISTS)) / axis.side;
    const base = Math.floor(at);
    const weights = cubic(at - base);
    return map[0]!.map((_value, column) =>
      weights.reduce((sum, w, q) => sum + w * map[(base + q - 1 + n) % n]![column]!, 0),
    );
  });
}

const flip = (map: readonly (readonly number[])[]): number[][] =>
  map[0]!.map((_, column) => map.map((row) => row[column]!));

/** Sides worth trying: a little larger than needed can keep a peak further from the grid. */
function candidates(side: number): GridAxis[] {
  if (side === 1) return [{ side, twist: 0 }];
  return [0, 1, 2, 3].flatMap((more) =>
    Array.from({ length: TWISTS }, (_, twist) => ({ side: side + more, twist })),
  );
}

/** The grid whose largest interpolated value is least; twists that forbid pairing must earn it. */
function* bestGrid(
  map: readonly (readonly number[])[],
  sides: readonly [number, number],
): Generator<number, Grid> {
  let best: Grid = [
    { side: sides[0], twist: TWISTS / 2 },
    { side: sides[1], twist: TWISTS / 2 },
  ];
  let least = Infinity;
  for (const first of candidates(sides[0])) {
    yield 0;
    const rows = flip(resample(map, first));
    for (const second of candidates(sides[1])) {
      const paired = (first.twist * 2) % TWISTS === 0 && (second.twist * 2) % TWISTS === 0;
      let value = 0;
      for (const row of resample(rows, second)) for (const v of row) if (v > value) value = v;
      if (!paired) value *= 1.001;
      if (value < least) {
        least = value;
        best = [first, second];
      }
    }
  }
  return best;
}

/** Where the search for λ stands. */
interface Level {
  lambda: number;
  slack: number;
}

/** Proves λ_max(G) <= λ + slack at one frequency, raising λ as far as it takes. */
function* raiseUntilProved(
  level: Level,
  matrix: HermitianMatrix,
  refill: () => void,
): Generator<undefined, void> {
  for (let attempt = 0; attempt < 40; attempt++) {
    const slack = factorHermitian(matrix, level.lambda);
    if (matrix.n > 128) yield;
    if (slack !== null) {
      level.slack = Math.max(level.slack, slack);
      return;
    }
    refill();
    const { value } = largestEigenvalue(matrix, null, { steps: 40, tolerance: 1e-6 });
    level.lambda = Math.max(level.lambda * (1 + 5e-5 * 2 ** attempt), value * (1 + 2e-5));
  }
  level.lambda = Infinity;
}

/** Rough largest eigenvalue over the grid, so that certification seldom has to raise λ. */
function* roughMaximum(symbol: GramSymbol, grid: Grid): Generator<number, number> {
  const matrix = hermitianMatrix(symbol.channels);
  let [best, work] = [0, 0];
  let vector: Float64Array | null = null;
  for (const [j1, list] of gridLines(grid)) {
    const line = symbolLine(symbol, frequency(grid[0], j1));
    for (const j2 of list) {
      evaluateSymbol(line, frequency(grid[1], j2), matrix);
      const found = largestEigenvalue(matrix, vector, { steps: 10, tolerance: 1e-3 });
      vector = found.vector;
      if (found.value > 0.97 * best) {
        best = Math.max(
          best,
          largestEigenvalue(matrix, vector, { steps: 60, tolerance: 1e-6 }).value,
        );
      }
      work += 80 * symbol.channels ** 2 + 1000;
      if (work > WORK_PER_YIELD) {
        work = 0;
        yield j1 / grid[0].side / 3;
      }
    }
  }
  return best;
}

/**
 * Certified upper bound of max over the grid of σ(F(θ)): a Cholesky factorization of λI − G(θ) that
 * succeeds at every grid frequency, roundings counted.
 */
export function* certifyGrid(
  symbol: GramSymbol,
  grid: Grid,
  floor: number,
): Generator<number, number> {
  const rough = yield* roughMaximum(symbol, grid);
  const level: Level = { lambda: Math.max(floor, rough * (1 + 1e-5)), slack: 0 };
  const matrix = hermitianMatrix(symbol.channels);
  let work = 0;
  for (const [j1, list] of gridLines(grid)) {
    const line = symbolLine(symbol, frequency(grid[0], j1));
    for (const j2 of list) {
      const refill = (): void => evaluateSymbol(line, frequency(grid[1], j2), matrix);
      refill();
      for (const run = raiseUntilProved(level, matrix, refill); !run.next().done;) {
        yield 1 / 3 + ((2 / 3) * j1) / grid[0].side;
      }
      work += perFrequency(symbol.channels, symbol.taps);
      if (work > WORK_PER_YIELD) {
        work = 0;
        yield 1 / 3 + ((2 / 3) * j1) / grid[0].side;
      }
    }
  }
  return roundUp(Math.sqrt(level.lambda + level.slack + symbol.error), 8);
}

/**
 * Certified upper bound of σ(M). M is a submatrix of the convolution on any torus large enough that
 * it does not meet itself, and multiplying whatever wraps around by a unit number (a twist) changes
 * none of M's entries. The twisted torus is block diagonal over the frequencies θ = (2πj +
 * φ)/side, so
 * σ(M) <= max_j σ(F(θ_j)) for every side and twist; they are chosen to keep the grid off the
 * symbol's
 * peaks, which is why the bound is below the supremum over all θ. On a circular layer side and
 * twist
 * are given and, when no output is missing, the bound is attained.
 *
 * @see Sedghi, Gupta & Long 2019 for the circular case; the twist is this lab's own.
 */
export function* torusBound(
  block: Block,
  plan: TorusPlan,
  lower: number,
): Generator<number, number> {
  const symbol = yield* gramSymbol(block);
  const [first, second] = plan.sides;
  const grid =
    plan.fixed || (first === 1 && second === 1)
      ? ([
          { side: first, twist: 0 },
          { side: second, twist: 0 },
        ] as const)
      : yield* bestGrid(yield* coarseMap(symbol), plan.sides);
  return yield* certifyGrid(symbol, grid, lower ** 2);
}
