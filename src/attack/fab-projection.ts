/** Norms whose smallest move to a plane FAB finds here. */
export type PlaneNorm = 'linf' | 'l2';

/** A point q of the box [0, 1]^n and the plane { p : w·p = w·q − excess }. */
export interface PointAndPlane {
  readonly point: ArrayLike<number>;
  /** w */
  readonly normal: ArrayLike<number>;
  /** w·q − b: how far q is above the plane w·p = b, times ‖w‖₂. */
  readonly excess: number;
}

/** Writes the displacement from the point to the plane. */
export type PlaneProjection = (at: PointAndPlane, out: Float64Array) => void;

/**
 * The reference takes a weight of less than 1e-8 for 0 in ℓ2, but any other than 0 for a weight in
 * ℓ∞; kept, since a net with tiny gradients is attacked the worse for it.
 */
const SMALLEST_WEIGHT = { linf: Number.MIN_VALUE, l2: 1e-8 } as const;

/** How fast an entry moves as λ grows, for the absolute value of its weight. */
const RATE: Readonly<Record<PlaneNorm, (weight: number) => number>> = {
  linf: () => 1,
  l2: (weight) => weight,
};

/** How far an entry may move against its weight's sign before it leaves [0, 1]. */
function roomOf(value: number, weight: number): number {
  return Math.max(0, weight > 0 ? value : 1 - value);
}

/** Entries that can move, absolute weights and rooms; the first `count` are still free. */
interface FreeEntries {
  readonly weights: Float64Array;
  readonly rooms: Float64Array;
  count: number;
}

/** Collects the entries that can move, and Σ |w| room: the most that the box allows. */
function collect(at: PointAndPlane, smallest: number, free: FreeEntries): number {
  const sign = at.excess < 0 ? -1 : 1;
  let reach = 0;
  free.count = 0;
  for (let i = 0; i < at.normal.length; i++) {
    const weight = sign * at.normal[i]!;
    const size = Math.abs(weight);
    if (!(size >= smallest)) continue;
    const room = roomOf(at.point[i]!, weight);
    free.weights[free.count] = size;
    free.rooms[free.count++] = room;
    reach += size * room;
  }
  return reach;
}

/**
 * The λ with Σ |w| min(λ·rate, room) = need. The sum is concave and piecewise linear in λ, so
 * Newton's steps from 0 never overshoot and end at the exact piece; what has met its wall leaves.
 */
function solve(need: number, rate: (weight: number) => number, free: FreeEntries): number {
  let [lambda, left] = [0, need];
  for (;;) {
    let [kept, gradient] = [0, 0];
    for (let i = 0; i < free.count; i++) {
      const weight = free.weights[i]!;
      const room = free.rooms[i]!;
      if (room <= lambda * rate(weight)) {
        left -= weight * room;
        continue;
      }
      gradient += weight * rate(weight);
      free.weights[kept] = weight;
      free.rooms[kept++] = room;
    }
    if (kept === 0) return Infinity;
    free.count = kept;
    const next = left / gradient;
    // The same free entries give the same quotient, so this ends; NaN (a gradient not finite) too.
    if (!(next > lambda)) return lambda;
    lambda = next;
  }
}

/**
 * Smallest displacement in a norm from a point of the box to a plane, without leaving the box;
 * where the plane is out of the box's reach, the displacement to the box's wall nearest to it.
 * Holds its working memory: make one for each number of entries.
 *
 * @see Croce & Hein 2020, "Minimally distorted adversarial examples with a fast adaptive boundary
 * attack"; their sorting of breakpoints is replaced by Newton's method with the same result.
 */
export function planeProjection(norm: PlaneNorm, numbers: number): PlaneProjection {
  const free = { weights: new Float64Array(numbers), rooms: new Float64Array(numbers), count: 0 };
  const [rate, smallest] = [RATE[norm], SMALLEST_WEIGHT[norm]];
  return (at, out) => {
    const need = Math.abs(at.excess);
    const reach = collect(at, smallest, free);
    const lambda = reach > need ? solve(need, rate, free) : Infinity;
    const sign = at.excess < 0 ? -1 : 1;
    for (let i = 0; i < numbers; i++) {
      const weight = sign * at.normal[i]!;
      const size = Math.abs(weight);
      if (!(size >= smallest)) out[i] = 0;
      else {
        out[i] = -Math.sign(weight) * Math.min(lambda * rate(size), roomOf(at.point[i]!, weight));
      }
    }
  };
}
