import type { AxisGeometry } from './geometry.ts';

/** Tap sets along one axis: which taps an input position (or an output position) sees. */
export interface SetFamily {
  /** Distinct sets, ascending taps, in the order of the first position that has them. */
  readonly sets: readonly (readonly number[])[];
  /** For each set the first position that has it. */
  readonly first: readonly number[];
  /** For each position the index of its set in `sets`. */
  readonly of: Int32Array;
  /** Indices into `sets` of the sets that are not empty and not inside another one. */
  readonly maximal: readonly number[];
}

/** Both families of an axis: `columns` over input positions (ℓ1), `rows` over output positions (ℓ∞). */
export interface AxisSets {
  readonly columns: SetFamily;
  readonly rows: SetFamily;
}

/**
 * Tap that links output position o to input position x on one axis, or −1.
 * Zero padding: x = s·o + d·k − p_begin, inside the input. Circular: the same modulo h (s = 1).
 */
export function tapAt(axis: AxisGeometry, o: number, x: number): number {
  let reach = x + axis.padBegin - axis.stride * o;
  if (axis.boundary === 'circular') {
    reach = ((reach % axis.input) + axis.input) % axis.input;
  }
  if (reach < 0 || reach % axis.dilation !== 0) return -1;
  const tap = reach / axis.dilation;
  return tap < axis.kernel ? tap : -1;
}

/** Taps that input position x sees: tap k with (x + p − d·k) = s·o for an existing output o. */
function tapsOfInput(axis: AxisGeometry, x: number): number[] {
  const taps: number[] = [];
  for (let k = 0; k < axis.kernel; k++) {
    let reach = x + axis.padBegin - axis.dilation * k;
    if (axis.boundary === 'circular') reach = ((reach % axis.input) + axis.input) % axis.input;
    if (reach < 0 || reach % axis.stride !== 0) continue;
    if (reach / axis.stride < axis.output) taps.push(k);
  }
  return taps;
}

/** Taps of output position o that fall inside the input (all of them with circular padding). */
function tapsOfOutput(axis: AxisGeometry, o: number): number[] {
  const taps: number[] = [];
  for (let k = 0; k < axis.kernel; k++) {
    const x = axis.stride * o + axis.dilation * k - axis.padBegin;
    if (axis.boundary === 'circular' || (x >= 0 && x < axis.input)) taps.push(k);
  }
  return taps;
}

/** True when every member of the ascending list a is in the ascending list b. */
export function isSubset(a: readonly number[], b: readonly number[]): boolean {
  let at = 0;
  for (const value of a) {
    while (at < b.length && (b[at] ?? Infinity) < value) at++;
    if (b[at] !== value) return false;
  }
  return true;
}

/** Indices of the sets that are not empty and not a proper subset (nor a later copy) of another. */
export function maximalSets(sets: readonly (readonly number[])[]): number[] {
  const kept: number[] = [];
  sets.forEach((set, index) => {
    const covered = sets.some(
      (other, at) =>
        at !== index &&
        (other.length > set.length || (other.length === set.length && at < index)) &&
        isSubset(set, other),
    );
    if (set.length > 0 && !covered) kept.push(index);
  });
  return kept;
}

function familyOf(positions: number, tapsAt: (position: number) => number[]): SetFamily {
  const sets: number[][] = [];
  const first: number[] = [];
  const known = new Map<string, number>();
  const of = new Int32Array(positions);
  for (let position = 0; position < positions; position++) {
    const taps = tapsAt(position);
    const key = taps.join(',');
    let index = known.get(key);
    if (index === undefined) {
      index = sets.push(taps) - 1;
      first.push(position);
      known.set(key, index);
    }
    of[position] = index;
  }
  return { sets, first, of, maximal: maximalSets(sets) };
}

/**
 * The true tap sets of an axis, found by looking at every position (O(h·κ), once per geometry).
 * Column (j, x, y) of M holds exactly the taps columns₁[x] × columns₂[y]; row (i, o, o₂) exactly
 * rows₁[o] × rows₂[o₂].
 *
 * @see Liang & Huang 2021, Lemma 1, which these families generalise to any stride, asymmetric
 * padding and dilation.
 */
export function axisSets(axis: AxisGeometry): AxisSets {
  return {
    columns: familyOf(axis.input, (x) => tapsOfInput(axis, x)),
    rows: familyOf(axis.output, (o) => tapsOfOutput(axis, o)),
  };
}
