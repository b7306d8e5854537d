/** Norms of vectors. */
export type VectorNorm = 'linf' | 'l2' | 'l1';

/** A loop for each norm: lengths are taken in every step of an attack. */
const LENGTH: Readonly<Record<VectorNorm, (v: ArrayLike<number>) => number>> = {
  linf: (v) => {
    let most = 0;
    for (let at = 0; at < v.length; at++) most = Math.max(most, Math.abs(v[at]!));
    return most;
  },
  l2: (v) => {
    let sum = 0;
    for (let at = 0; at < v.length; at++) sum += v[at]! * v[at]!;
    return Math.sqrt(sum);
  },
  l1: (v) => {
    let sum = 0;
    for (let at = 0; at < v.length; at++) sum += Math.abs(v[at]!);
    return sum;
  },
};

/** ‖v‖ in the norm's sense; NaN where an entry is. */
export function lengthOf(norm: VectorNorm, v: ArrayLike<number>): number {
  return LENGTH[norm](v);
}

/** ‖z − x‖ in the norm's sense, in float64. */
export function distance(norm: VectorNorm, z: Float32Array, x: Float32Array): number {
  const difference = new Float64Array(z.length);
  for (let at = 0; at < z.length; at++) difference[at] = z[at]! - x[at]!;
  return lengthOf(norm, difference);
}
