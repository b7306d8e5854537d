import type { AttackSeed } from './target.ts';

/** Images that an attack starts from. */
export interface AttackBatch {
  /** Clean images, float32 [n, H, W, C] in [0, 1]. */
  readonly images: Float32Array;
  /** Their true classes. */
  readonly labels: ArrayLike<number>;
  readonly seed: AttackSeed;
  /** Images attacked at the same time: where one ends, the next begins. Default: all of them. */
  readonly width?: number;
}

/** Row n of a flat array of rows; a view. */
export function rowOf(values: Float32Array, n: number, length: number): Float32Array {
  return values.subarray(n * length, (n + 1) * length);
}

/** Rows beside each other in one new array. */
export function joinRows(rows: readonly Float32Array[], length: number): Float32Array {
  const joined = new Float32Array(rows.length * length);
  rows.forEach((row, n) => joined.set(row, n * length));
  return joined;
}

/** Distance of two images, differences rounded to float32 as the reference's tensors are. */
export function distanceOf(norm: 'linf' | 'l2', a: Float32Array, b: Float32Array): number {
  let [largest, squares] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(Math.fround(a[i]! - b[i]!));
    if (difference > largest) largest = difference;
    squares += difference * difference;
  }
  return norm === 'linf' ? largest : Math.fround(Math.sqrt(squares));
}
