import type { ConvOperator } from '../operator.ts';
import { WORK_PER_YIELD } from './apply.ts';
import { blocksOf, type Block } from './blocks.ts';
import { sqrtL1LinfBound } from './cheap-bounds.ts';
import { hermitianMatrix } from './complex-cholesky.ts';
import { complex, dft, fftPlan, smoothSize, type Complex, type Plan } from './fft.ts';
import { largestEigenvalue } from './hermitian-power.ts';
import { gamma, roundUp, scaleBy, UNIT } from './rounding.ts';
import { stencilOf } from './stencil.ts';
import {
  evaluateSymbol,
  gramSymbol,
  symbolLine,
  symbolShape,
  symbolWork,
  type GramSymbol,
} from './symbol.ts';

/** Complex numbers that a rung may store (128 MiB), and multiply-adds that it may cost. */
const MEMORY_CAP = 2 ** 23;
const WORK_CAP = 6e9;

/** Sides of a frequency grid that holds the kernel of (MᵀM)^(2^(t−1)) without wrapping. */
function sidesOf(taps: readonly [number, number], t: number): [number, number] {
  return [smoothSize(2 ** t * (taps[0] - 1) + 1), smoothSize(2 ** t * (taps[1] - 1) + 1)];
}

/** Multiply-adds of rung t >= 1 of a block. */
function rungWork(block: Block, t: number): number {
  const { taps, channels } = symbolShape(block);
  const [n1, n2] = sidesOf(taps, t);
  return symbolWork(block) + (n1 * n2 * ((t - 1) * 4 * channels ** 3 + 100 * channels ** 2)) / 2;
}

/** Why a rung is not computed, or null when it can be. */
export function rungObstacle(blocks: readonly Block[], t: number): string | null {
  const work = blocks.reduce((sum, block) => sum + rungWork(block, t), 0);
  const memory = blocks.map((block) => {
    const { taps, channels } = symbolShape(block);
    const [n1, n2] = sidesOf(taps, t);
    return n1 * n2 * channels ** 2;
  });
  const largest = memory.reduce((most, value) => Math.max(most, value), 0);
  if (largest > MEMORY_CAP) {
    return `its kernel would take ${Math.round((largest * 16) / 2 ** 20)} MiB`;
  }
  return work > WORK_CAP ? `it would take ${(work / 1e9).toFixed(0)}·10⁹ multiply-adds` : null;
}

/** A square complex matrix, full. */
interface Square extends Complex {
  readonly n: number;
}

/** b = a·a for Hermitian a. */
function squareInto({ re, im, n }: Square, b: Complex): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let [x, y] = [0, 0];
      const [p, q] = [i * n, j * n];
      for (let k = 0; k < n; k++) {
        x += re[p + k]! * re[q + k]! + im[p + k]! * im[q + k]!;
        y += im[p + k]! * re[q + k]! - re[p + k]! * im[q + k]!;
      }
      b.re[p + j] = x;
      b.im[p + j] = y;
      b.re[q + i] = x;
      b.im[q + i] = -y;
    }
  }
}

function frobenius({ re, im }: Complex): number {
  let sum = 0;
  for (let at = 0; at < re.length; at++) sum += re[at]! ** 2 + im[at]! ** 2;
  return Math.sqrt(sum) * (1 + re.length * UNIT * 4);
}

/** A power of a Gram symbol on a grid: entry (r, c) at [(r·n + c)·points + point]. */
interface Powers extends Complex {
  readonly sides: readonly [number, number];
  /** Bound of the absolute error of every entry, and of every entry itself. */
  readonly error: number;
  readonly size: number;
}

/**
 * Doublings of a matrix in place, with the error of each counted: ‖Â² − A²‖ <= 2‖Â‖e + e² +
 * rounding.
 */
function doublings(start: Square, count: number, error: number): { matrix: Square; error: number } {
  let [a, b] = [start, { ...complex(start.n ** 2), n: start.n }];
  let e = error;
  for (let step = 0; step < count; step++) {
    const size = frobenius(a);
    squareInto(a, b);
    e = (2 * size * e + e * e + 2 * gamma(2 * start.n + 4) * size ** 2) * (1 + 1e-12);
    [a, b] = [b, a];
  }
  return { matrix: a, error: e };
}

/** (G(θ)/scale)^(2^(t−1)) on the whole grid, one of each conjugate pair computed. */
function* powersOnGrid(symbol: GramSymbol, t: number, scale: number): Generator<number, Powers> {
  const n = symbol.channels;
  const sides = sidesOf(symbol.taps, t);
  const points = sides[0] * sides[1];
  const store = complex(n * n * points);
  const lower = hermitianMatrix(n);
  let [error, size, work] = [0, 0, 0];
  for (let j1 = 0; j1 <= sides[0] / 2; j1++) {
    const line = symbolLine(symbol, { numerator: j1, denominator: sides[0] });
    for (let j2 = 0; j2 < sides[1]; j2++) {
      evaluateSymbol(line, { numerator: j2, denominator: sides[1] }, lower);
      const start: Square = { ...complex(n * n), n };
      for (let r = 0; r < n; r++) {
        for (let c = 0; c <= r; c++) {
          const [re, im] = [
            lower.re[r * lower.stride + c]! / scale,
            lower.im[r * lower.stride + c]! / scale,
          ];
          start.re[r * n + c] = re;
          start.re[c * n + r] = re;
          start.im[r * n + c] = r === c ? 0 : im;
          start.im[c * n + r] = r === c ? 0 : -im;
        }
      }
      const done = doublings(start, t - 1, symbol.error / scale);
      error = Math.max(error, done.error);
      size = Math.max(size, frobenius(done.matrix));
      const mirrored = ((sides[0] - j1) % sides[0]) * sides[1] + ((sides[1] - j2) % sides[1]);
      for (let at = 0; at < n * n; at++) {
        const [re, im] = [done.matrix.re[at]!, done.matrix.im[at]!];
        store.re[at * points + mirrored] = re;
        store.im[at * points + mirrored] = -im;
        store.re[at * points + j1 * sides[1] + j2] = re;
        store.im[at * points + j1 * sides[1] + j2] = im;
      }
      work += (t - 1) * 2 * n ** 3 + 50 * n * n;
      if (work > WORK_PER_YIELD / 2) {
        work = 0;
        yield j1 / sides[0];
      }
    }
  }
  return { ...store, sides, error, size };
}

/** Σ_d |Γ_d| of one entry: the inverse DFT of its values on the grid, summed. */
function absoluteSum(
  { re, im, sides: [n1, n2] }: Powers,
  at: number,
  plans: readonly [Plan, Plan],
): number {
  const points = n1 * n2;
  const [row, rowOut] = [complex(n2), complex(n2)];
  const half = complex(points);
  for (let j = 0; j < n1; j++) {
    row.re.set(re.subarray(at * points + j * n2, at * points + (j + 1) * n2));
    row.im.set(im.subarray(at * points + j * n2, at * points + (j + 1) * n2));
    dft(row, rowOut, plans[1]);
    half.re.set(rowOut.re, j * n2);
    half.im.set(rowOut.im, j * n2);
  }
  const [column, columnOut] = [complex(n1), complex(n1)];
  let sum = 0;
  for (let k = 0; k < n2; k++) {
    for (let j = 0; j < n1; j++) {
      column.re[j] = half.re[j * n2 + k]!;
      column.im[j] = half.im[j * n2 + k]!;
    }
    dft(column, columnOut, plans[0]);
    for (const value of columnOut.re) sum += Math.abs(value);
  }
  return sum / points;
}

/** Largest row sum of the kernel of a power of the Gram operator, with all roundings added. */
function* largestRowSum(powers: Powers, n: number): Generator<number, number> {
  const points = powers.sides[0] * powers.sides[1];
  const plans = [fftPlan(powers.sides[0]), fftPlan(powers.sides[1])] as const;
  const sums = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    for (let c = 0; c <= r; c++) {
      const sum = absoluteSum(powers, r * n + c, plans);
      sums[r]! += sum;
      if (c < r) sums[c]! += sum;
      if (points > 1000 || c % 16 === 0) yield 0.5 + r / n / 2;
    }
  }
  // Rounding of the transform: O(log N) operations per value, generously 1000 with the sum's own.
  const perEntry = powers.error + gamma(1000) * powers.size;
  return Math.max(...sums) * (1 + gamma(4 * points * n)) + n * points * perEntry;
}

/**
 * Rung t >= 1 of the Gram ladder for one block: ‖(MᵀM)^(2^(t−1))‖_∞^(1/2^t) on the infinite input,
 * from
 * the kernel K ⋆ K ⋆ …, computed exactly (up to counted rounding) through its symbol. An upper
 * bound
 * of σ(M) for every input size that falls with t to sup_θ σ(F(θ)).
 *
 * @see Delattre, Barthélemy & Allauzen 2024, "Spectral norm of convolutional layers with circular
 * and
 * zero paddings"; rung 1 is AOL's bound (Prach & Lampert 2022).
 */
export function* gramRung(block: Block, t: number): Generator<number, number> {
  // Undilated, a circular kernel's powers do not wrap: their sums can only be larger.
  const symbol = { ...(yield* gramSymbol(block)), dilation: [1, 1] as const };
  const middle = hermitianMatrix(symbol.channels);
  let largest = 0;
  for (const numerator of [0, 1, 2, 3]) {
    const line = symbolLine(symbol, { numerator, denominator: 8 });
    for (const other of [0, 3, 6]) {
      evaluateSymbol(line, { numerator: other, denominator: 8 }, middle);
      largest = Math.max(
        largest,
        largestEigenvalue(middle, null, { steps: 10, tolerance: 1e-2 }).value,
      );
    }
  }
  // A power of two near the top keeps 2^(t−1)-th powers in range and divides without rounding.
  const scale = 2 ** Math.round(Math.log2(Math.max(largest, 1e-200)));
  const powers = yield* powersOnGrid(symbol, t, scale);
  const sum = yield* largestRowSum(powers, symbol.channels);
  return roundUp(Math.sqrt(scale * sum ** (1 / 2 ** (t - 1))), 64);
}

/** A rung of the ladder: its bound, or null and why. */
export interface Rung {
  readonly t: number;
  readonly value: number | null;
  readonly note: string;
}

/**
 * The ladder from the paper's formulas to the ℓ2 norm: √(l1·linf) at t = 0, then the Gram rungs
 * t = 1 … 6, each at least the next. Yields the rungs found so far.
 */
export function* ladder(op: ConvOperator): Generator<readonly Rung[], readonly Rung[]> {
  const { stencil, exponent } = stencilOf(op);
  const blocks = blocksOf(stencil);
  const rungs: Rung[] = [{ t: 0, value: sqrtL1LinfBound(op), note: '√(ℓ1·ℓ∞)' }];
  for (let t = 1; t <= 6; t++) {
    const obstacle = rungObstacle(blocks, t);
    if (obstacle !== null) {
      rungs.push({ t, value: null, note: obstacle });
      continue;
    }
    let value = 0;
    for (const block of blocks) {
      const run = gramRung(block, t);
      let step = run.next();
      for (; !step.done; step = run.next()) yield [...rungs];
      value = Math.max(value, step.value);
    }
    rungs.push({ t, value: roundUp(scaleBy(value, exponent), 1), note: '' });
    yield [...rungs];
  }
  return rungs;
}
