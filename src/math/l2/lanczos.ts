import { fillNormal } from '../random.ts';
import { addScaled, dot, WORK_PER_YIELD, type LinearMap } from './apply.ts';
import { gamma, roundDown } from './rounding.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** How a Lanczos run starts and stops. */
export interface LanczosOptions {
  readonly seed: number;
  readonly steps: number;
  /** Stops when ‖MᵀMv − θv‖ <= tolerance · θ. */
  readonly tolerance: number;
}

/** The largest singular value as Lanczos sees it, with the vector that attains it. */
export interface LanczosResult {
  /** ‖Mv‖ / ‖v‖ as computed: a lower estimate of σ(M). */
  readonly value: number;
  /** v, on the smaller side of M (M is transposed when it has fewer rows). */
  readonly vector: Float64Array;
  readonly iterations: number;
  /** ‖MᵀMv − θv‖ / θ. */
  readonly residual: number;
}

/** Float64 numbers that the basis may take (64 MiB). */
const BASIS_CAP = 2 ** 23;

/** M or Mᵀ, whichever has fewer columns; both have the same norm. */
export function smallerSide(map: LinearMap): LinearMap {
  if (map.columns <= map.rows) return map;
  return {
    ...map,
    rows: map.columns,
    columns: map.rows,
    forward: (x, y) => map.adjoint(x, y),
    adjoint: (y, x) => map.forward(y, x),
  };
}

/** Euclidean norm. */
export function norm2(x: Float64Array): number {
  return Math.sqrt(dot({ data: x, at: 0 }, { data: x, at: 0 }, x.length));
}

function scaleTo(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i]! *= factor;
}

/** A growing orthonormal basis V with the projection H = VᵀMᵀMV. */
interface Basis {
  readonly vectors: Float64Array[];
  readonly capacity: number;
  readonly h: Float64Array;
}

/**
 * w minus its part in the basis; the coefficients enter H. Always two passes: what one pass leaves
 * grows from step to step and ruins H within some forty of them.
 */
function* orthogonalize(basis: Basis, w: Float64Array): Generator<undefined, void> {
  const last = basis.vectors.length - 1;
  for (let pass = 0; pass < 2; pass++) {
    let work = 0;
    for (const [row, v] of basis.vectors.entries()) {
      const along = dot({ data: v, at: 0 }, { data: w, at: 0 }, w.length);
      addScaled(-along, v, 0, w);
      work += 2 * w.length;
      if (work > WORK_PER_YIELD / 2) {
        work = 0;
        yield;
      }
      if (pass > 0) continue;
      basis.h[row * basis.capacity + last] = along;
      basis.h[last * basis.capacity + row] = along;
    }
  }
}

interface Ritz {
  readonly order: number[];
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

function* ritz(basis: Basis): Generator<number, Ritz> {
  const size = basis.vectors.length;
  const small = Float64Array.from(
    { length: size * size },
    (_, at) => basis.h[Math.floor(at / size) * basis.capacity + (at % size)]!,
  );
  const { values, vectors } = yield* symmetricEigen(small, size);
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
  return { order, values, vectors };
}

/** V·(column of the small eigenvectors). */
function combine(basis: Basis, { vectors }: Ritz, column: number): Float64Array {
  const size = basis.vectors.length;
  const out = new Float64Array(basis.vectors[0]!.length);
  basis.vectors.forEach((v, row) => {
    addScaled(vectors[row * size + column]!, v, 0, out);
  });
  return out;
}

/** Thick restart: the best Ritz vectors stay, with their Ritz values as H. */
function* restart(basis: Basis, found: Ritz): Generator<undefined, void> {
  const keep = found.order.slice(0, Math.max(1, Math.floor(basis.capacity / 3)));
  const kept: Float64Array[] = [];
  for (const column of keep) {
    kept.push(combine(basis, found, column));
    yield;
  }
  basis.h.fill(0);
  keep.forEach((column, at) => (basis.h[at * basis.capacity + at] = found.values[column]!));
  basis.vectors.splice(0, basis.vectors.length, ...kept);
}

/** Runs work, yielding the same number at each of its beats. */
function* beating<T>(work: Generator<unknown, T>, value: number): Generator<number, T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    yield value;
  }
}

/**
 * Golub–Kahan–Lanczos for the largest singular value: Lanczos on MᵀM (on the smaller side), whose
 * tridiagonal matrix is BᵀB of the Golub–Kahan bidiagonal B, with full reorthogonalization and
 * thick
 * restarts within a memory cap. Yields its current estimate √θ, which never falls.
 *
 * @see Golub & Kahan 1965; Wu & Simon 2000 (thick restart).
 */
export function* lanczos(
  whole: LinearMap,
  options: LanczosOptions,
): Generator<number, LanczosResult> {
  const map = smallerSide(whole);
  const n = map.columns;
  const capacity = Math.min(n, 48, Math.max(3, Math.floor(BASIS_CAP / n)));
  const basis: Basis = { vectors: [], capacity, h: new Float64Array(capacity * capacity) };
  const y = new Float64Array(map.rows);
  let next: Float64Array = fillNormal({ seed: options.seed, stream: 2 }, new Float64Array(n));
  let nextNorm = norm2(next);
  let [estimate, residual, iterations, largestImage] = [0, Infinity, 0, 0];
  let best = next;
  for (;;) {
    scaleTo(next, 1 / nextNorm);
    basis.vectors.push(next);
    yield* beating(map.forward(next, y), estimate);
    const w = new Float64Array(n);
    yield* beating(map.adjoint(y, w), estimate);
    largestImage = Math.max(largestImage, norm2(w));
    yield* beating(orthogonalize(basis, w), estimate);
    nextNorm = norm2(w);
    iterations++;
    next = w;
    const full = basis.vectors.length >= capacity;
    const stop = iterations >= options.steps || nextNorm <= 1e-13 * largestImage;
    if (full || stop || iterations % 4 === 0) {
      const found = yield* beating(ritz(basis), estimate);
      const top = found.order[0]!;
      const size = basis.vectors.length;
      const theta = found.values[top]!;
      estimate = Math.sqrt(Math.max(0, theta));
      residual =
        theta > 0 ? (nextNorm * Math.abs(found.vectors[(size - 1) * size + top]!)) / theta : 0;
      if (stop || residual <= options.tolerance || size >= n) {
        best = combine(basis, found, top);
        break;
      }
      if (full) yield* beating(restart(basis, found), estimate);
    }
    yield estimate;
  }
  yield* beating(map.forward(best, y), estimate);
  return { value: norm2(y) / norm2(best), vector: best, iterations, residual };
}

/**
 * A certified lower bound of σ(M) from a vector: ‖Mv‖/‖v‖ evaluated in float64 and moved down by
 * what rounding can have added. With ŷ = fl(Mv): ‖ŷ − Mv‖ <= γ_q ‖|M||v|‖ <= γ_q √(l1·linf) ‖v‖,
 * q the largest number of terms of a row. A Lanczos vector belongs to {@link smallerSide} of its
 * map.
 *
 * @see Higham 2002, Eq. (3.13).
 */
export function* certifiedQuotient(
  map: LinearMap,
  vector: Float64Array,
  sqrtL1Linf: number,
): Generator<undefined, number> {
  const y = new Float64Array(map.rows);
  yield* map.forward(vector, y);
  const length = norm2(vector);
  if (!(length > 0)) return 0;
  const quotient = roundDown(norm2(y) / length, map.rows + map.columns + 8);
  return Math.max(0, quotient - 2 * gamma(map.terms + 2) * sqrtL1Linf - Number.MIN_VALUE);
}
