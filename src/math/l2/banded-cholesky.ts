import { WORK_PER_YIELD } from './apply.ts';
import { gamma } from './rounding.ts';
import { tile4x4 } from './tile.ts';

/** A symmetric matrix with half-bandwidth `band`, row by row. */
export interface BandedMatrix {
  readonly n: number;
  readonly band: number;
  /** Adds entries (row, c), first <= c <= row, to out[at + c − first]. */
  writeRow(row: number, target: { out: Float64Array; at: number; first: number }): void;
}

/** What a factorization of λI − G found. */
export interface Factorization {
  readonly succeeded: boolean;
  /** Largest diagonal entry of λI − G, and its trace. */
  readonly largestDiagonal: number;
  readonly trace: number;
}

/** The last rows of the factor, four to a tile; older ones are overwritten. */
class Window {
  readonly stride: number;
  readonly tiles: number;
  readonly data: Float64Array;
  constructor(
    readonly band: number,
    n: number,
  ) {
    this.stride = 4 * Math.ceil((Math.min(band, n) + 9) / 4);
    this.tiles = Math.min(Math.ceil(n / 4), Math.ceil(band / 4) + 2);
    this.data = new Float64Array(this.tiles * 4 * this.stride);
  }
  /** Column of the first number kept for the tile's rows: a multiple of four. */
  first(tile: number): number {
    return Math.max(0, 4 * Math.floor((4 * tile - this.band) / 4));
  }
  at(tile: number): number {
    return (tile % this.tiles) * 4 * this.stride;
  }
}

/** Puts four rows of λI − G into the window. Rows past the end become rows of the identity. */
function loadTile(window: Window, matrix: BandedMatrix, tile: number, lambda: number): number[] {
  const [at, first] = [window.at(tile), window.first(tile)];
  const { data, stride } = window;
  data.fill(0, at, at + 4 * stride);
  const diagonals: number[] = [];
  for (let r = 0; r < 4; r++) {
    const row = 4 * tile + r;
    const start = at + r * stride;
    if (row >= matrix.n) {
      data[start + row - first] = 1;
      continue;
    }
    matrix.writeRow(row, { out: data, at: start, first });
    for (let c = start; c <= start + row - first; c++) data[c] = -data[c]!;
    data[start + row - first]! += lambda;
    diagonals.push(data[start + row - first]!);
  }
  return diagonals;
}

/** Subtracts what earlier columns contribute to a 4 x 4 tile. */
function subtract(window: Window, [i, j]: [number, number], out: Float64Array): void {
  const first = window.first(i);
  const { data, stride } = window;
  const length = 4 * j - first;
  if (length > 0) {
    tile4x4(
      { data, at: window.at(i), stride },
      { data, at: window.at(j) + first - window.first(j), stride },
      length,
      out,
    );
    const at = window.at(i) + 4 * j - first;
    for (let r = 0; r < 4; r++) {
      for (let c = 0; c < 4; c++) data[at + r * stride + c]! -= out[4 * r + c]!;
    }
  }
}

/** Solves a tile against the finished triangle of its column. */
function solveTile(window: Window, i: number, j: number): void {
  const { data, stride } = window;
  const at = window.at(i) + 4 * j - window.first(i);
  const diagonal = window.at(j) + 4 * j - window.first(j);
  for (let r = 0; r < 4; r++) {
    for (let c = 0; c < 4; c++) {
      let value = data[at + r * stride + c]!;
      for (let k = 0; k < c; k++)
        value -= data[at + r * stride + k]! * data[diagonal + c * stride + k]!;
      data[at + r * stride + c] = value / data[diagonal + c * stride + c]!;
    }
  }
}

/** Factors the triangle on the diagonal; false when a pivot is not positive. */
function factorTriangle(window: Window, tile: number): boolean {
  const { data, stride } = window;
  const at = window.at(tile) + 4 * tile - window.first(tile);
  for (let r = 0; r < 4; r++) {
    for (let c = 0; c <= r; c++) {
      let value = data[at + r * stride + c]!;
      for (let k = 0; k < c; k++) value -= data[at + r * stride + k]! * data[at + c * stride + k]!;
      if (c < r) data[at + r * stride + c] = value / data[at + c * stride + c]!;
      else if (!(value > 0)) return false;
      else data[at + r * stride + r] = Math.sqrt(value);
    }
  }
  return true;
}

/**
 * Tries the Cholesky factorization of λI − G for a banded G, keeping only a window of band²
 * numbers.
 * Success proves λI − G positive semidefinite up to {@link factorizationSlack}. Yields the fraction
 * done; returns at the first pivot that is not positive.
 */
export function* factorBanded(
  matrix: BandedMatrix,
  lambda: number,
): Generator<number, Factorization> {
  const window = new Window(matrix.band, matrix.n);
  const out = new Float64Array(16);
  let [largestDiagonal, trace, work] = [0, 0, 0];
  const tiles = Math.ceil(matrix.n / 4);
  for (let i = 0; i < tiles; i++) {
    for (const value of loadTile(window, matrix, i, lambda)) {
      if (!(value > 0)) return { succeeded: false, largestDiagonal, trace };
      largestDiagonal = Math.max(largestDiagonal, value);
      trace += value;
    }
    for (let j = window.first(i) / 4; j < i; j++) {
      subtract(window, [i, j], out);
      solveTile(window, i, j);
      work += 8 * (4 * j - window.first(i)) + 40;
    }
    subtract(window, [i, i], out);
    if (!factorTriangle(window, i)) return { succeeded: false, largestDiagonal, trace };
    if (work > WORK_PER_YIELD) {
      work = 0;
      yield i / tiles;
    }
  }
  return { succeeded: true, largestDiagonal, trace };
}

/**
 * How far below zero an eigenvalue of A = λI − G can lie although the floating-point Cholesky
 * factorization of A succeeded. The computed factor satisfies RᵀR = A + E with
 * |E_ij| <= γ/(1−γ) √(a_ii a_jj), γ = γ_{b+2}, inside the band, so ‖E‖ is at most γ/(1−γ) times the
 * trace, and times (2b+1)·max a_ii. Doubled, which also covers the rounded diagonal of A.
 *
 * @see Rump 2006, "Verification of positive definiteness", Theorem 2.3; Higham 2002, Theorem 10.3.
 */
export function factorizationSlack(band: number, found: Factorization): number {
  const weight = Math.min(found.trace, (2 * band + 1) * found.largestDiagonal);
  return 2 * gamma(band + 10) * weight + 4 * gamma(2) * found.largestDiagonal;
}
