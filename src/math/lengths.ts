/** Norms of vectors. */
export type VectorNorm = 'linf' | 'l2' | 'l1';

/** ‖v‖ in the norm's sense; NaN where an entry is. */
export function lengthOf(norm: VectorNorm, v: ArrayLike<number>): number {
  let [sum, most] = [0, 0];
  for (let at = 0; at < v.length; at++) {
    const size = Math.abs(v[at]!);
    sum += norm === 'l2' ? size * size : size;
    most = size > most || Number.isNaN(size) ? size : most;
  }
  if (norm === 'linf') return most;
  return norm === 'l2' ? Math.sqrt(sum) : sum;
}

/** ‖z − x‖ in the norm's sense, in float64. */
export function distance(norm: VectorNorm, z: Float32Array, x: Float32Array): number {
  const difference = new Float64Array(z.length);
  for (let at = 0; at < z.length; at++) difference[at] = z[at]! - x[at]!;
  return lengthOf(norm, difference);
}
