import { WORK_PER_YIELD } from './apply.ts';
import { tile4x4 } from './tile.ts';

const roundUpTo4 = (n: number): number => 4 * Math.ceil(n / 4);

/** Rows of a matrix padded with zero rows to a multiple of four, so that tiles need no edges. */
export interface PaddedRows {
  readonly data: Float64Array;
  readonly rows: number;
  readonly length: number;
}

/** Room for `rows` rows of `length` numbers. */
export function paddedRows(rows: number, length: number): PaddedRows {
  return { data: new Float64Array(roundUpTo4(rows) * length), rows, length };
}

/** A·Bᵀ, row-major with `stride` numbers a row. */
export interface Product {
  readonly data: Float64Array;
  readonly stride: number;
}

/**
 * A·Bᵀ by tiles; with `lower` only what is on or below the diagonal is meaningful. Each entry is
 * one
 * sum of `length` products in order. Yields the fraction done.
 */
export function* productOf(
  a: PaddedRows,
  b: PaddedRows,
  lower: boolean,
): Generator<number, Product> {
  const stride = roundUpTo4(b.rows);
  const data = new Float64Array(roundUpTo4(a.rows) * stride);
  const out = new Float64Array(16);
  let work = 0;
  for (let i = 0; i < a.rows; i += 4) {
    const end = lower ? Math.min(i + 4, b.rows) : b.rows;
    for (let j = 0; j < end; j += 4) {
      tile4x4(
        { data: a.data, at: i * a.length, stride: a.length },
        { data: b.data, at: j * b.length, stride: b.length },
        a.length,
        out,
      );
      for (let at = 0; at < 16; at++) data[(i + (at >> 2)) * stride + j + (at & 3)] = out[at]!;
    }
    work += 4 * end * a.length;
    if (work > WORK_PER_YIELD) {
      work = 0;
      yield i / a.rows;
    }
  }
  return { data, stride };
}
