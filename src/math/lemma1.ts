import { absoluteSums, tapSets } from './exact-norms.ts';
import { axisOf, effectiveKernel, type AxisGeometry, type CheckedGeometry } from './geometry.ts';
import type { ConvOperator } from './operator.ts';
import { isSubset, maximalSets } from './tap-sets.ts';

/** κ + c·s − p ≤ h on one axis, with its numbers. */
export interface WindowCondition {
  readonly c: number;
  /** κ_e + c·s − p_begin. */
  readonly left: number;
  /** h. */
  readonly right: number;
  readonly holds: boolean;
}

/** Assumption 1 on both axes: as printed (c ≥ 1), and the sharp condition (c = ⌈p/s⌉ ≥ 0). */
export interface Assumption1 {
  readonly printed: readonly [WindowCondition, WindowCondition];
  readonly sharp: readonly [WindowCondition, WindowCondition];
  readonly printedHolds: boolean;
  readonly sharpHolds: boolean;
}

function windowCondition(axis: AxisGeometry, leastC: number): WindowCondition {
  const c = Math.max(leastC, Math.ceil(axis.padBegin / axis.stride));
  const left = effectiveKernel(axis.kernel, axis.dilation) + c * axis.stride - axis.padBegin;
  return { c, left, right: axis.input, holds: left <= axis.input };
}

/**
 * Assumption 1 of the paper: with c the smallest positive integer for which c·s ≥ p, κ + c·s − p ≤ h
 * on both axes. The sharp form takes c = ⌈p/s⌉, which may be 0: it holds exactly when some output
 * window lies wholly inside the input, and is then enough for Eq. (1) and (2). Dilation counts by
 * the effective kernel, asymmetric padding by its beginning.
 *
 * @see Liang & Huang 2021, Assumption 1.
 */
export function assumption1(g: CheckedGeometry): Assumption1 {
  const axes = [axisOf(g, 0), axisOf(g, 1)] as const;
  const printed = [windowCondition(axes[0], 1), windowCondition(axes[1], 1)] as const;
  const sharp = [windowCondition(axes[0], 0), windowCondition(axes[1], 0)] as const;
  const zeros = g.boundary === 'zeros';
  return {
    printed,
    sharp,
    printedHolds: zeros && printed[0].holds && printed[1].holds,
    sharpHolds: zeros && sharp[0].holds && sharp[1].holds,
  };
}

/**
 * How the paper's formulas are read where the paper is silent. `literal`: dilation and groups are
 * not there, padding is p = p_begin on both sides. `expanded`: a dilated kernel is the plain kernel
 * with zeros between its taps, a grouped one the dense kernel with zeros between groups, and 2p is
 * p_begin + p_end. In the paper's own setting the two are the same.
 */
export type Reading = 'literal' | 'expanded';

/** A_a = {a, a+s, …} with taps below κ and span at most h + 2p − κ, all a; maximal ones only. */
function lemma1Sets(axis: AxisGeometry, reading: Reading): number[][] {
  const dilation = reading === 'expanded' ? axis.dilation : 1;
  const effective = effectiveKernel(axis.kernel, dilation);
  const padding = reading === 'expanded' ? axis.padBegin + axis.padEnd : 2 * axis.padBegin;
  const span = axis.input + padding - effective;
  const sets: number[][] = [];
  for (let a = 0; a < effective; a++) {
    const taps: number[] = [];
    for (let e = a; e < effective && e - a <= span; e += axis.stride) {
      if (e % dilation === 0) taps.push(e / dilation);
    }
    sets.push(taps);
  }
  return maximalSets(sets).map((index) => sets[index]!);
}

/** A member of Lemma 1's family on one axis, and whether an input position really sees all of it. */
export interface PrintedSet {
  readonly taps: readonly number[];
  readonly realized: boolean;
}

/** The (maximal) members of S on one axis as printed, each compared with the true column sets. */
export function printedSets(
  axis: AxisGeometry,
  truth: readonly (readonly number[])[],
): PrintedSet[] {
  return lemma1Sets(axis, 'expanded').map((taps) => ({
    taps,
    realized: truth.some((set) => isSubset(taps, set)),
  }));
}

/** Σ_{(k,t)∈A×B} sums over all set pairs: the largest. */
function largestSum(
  sums: Float64Array,
  width: number,
  sets: readonly [number[][], number[][]],
): number {
  let best = 0;
  for (const a of sets[0]) {
    for (const b of sets[1]) {
      let total = 0;
      for (const k of a) for (const t of b) total += sums[k * width + t]!;
      best = Math.max(best, total);
    }
  }
  return best;
}

/** What formulas (1), (2) and (3) of the paper give; whether that is true is another question. */
export interface PaperFormulas {
  /** Eq. (1): meant to be ‖M‖₁. */
  readonly formula1: number;
  /** Eq. (2): meant to be ‖M‖_∞. */
  readonly formula2: number;
  /** Eq. (3): an upper bound of ‖M‖₂, (h_out · w_out · ΣK²)^½. */
  readonly formula3: number;
}

/** Σ_i |K| per (input channel of the kernel, tap): over a group, or over all outputs when read literally. */
function columnSums(op: ConvOperator, perInput: Float64Array, reading: Reading): Float64Array {
  const g = op.geometry;
  if (reading === 'expanded' || g.groups === 1) return perInput;
  const block = g.inPerGroup * g.kernel[0] * g.kernel[1];
  const sums = new Float64Array(block);
  perInput.forEach((value, at) => (sums[at % block]! += value));
  return sums;
}

/**
 * Eq. (1), (2), (3) of the paper for the convolution of an operator (for a transposed convolution
 * too: the paper knows none, so these are the formulas of the convolution that it transposes, with
 * (1) and (2) exchanged).
 *
 * @see Liang & Huang 2021, Theorem 1.
 */
export function paperFormulas(op: ConvOperator, reading: Reading): PaperFormulas {
  const g = op.geometry;
  const taps = g.kernel[0] * g.kernel[1];
  const { perInput, perOutput } = absoluteSums(g, op.kernel);
  const sets = [lemma1Sets(axisOf(g, 0), reading), lemma1Sets(axisOf(g, 1), reading)] as const;
  const columns = columnSums(op, perInput, reading);
  let one = 0;
  for (let at = 0; at < columns.length; at += taps) {
    one = Math.max(
      one,
      largestSum(columns.subarray(at, at + taps), g.kernel[1], [sets[0], sets[1]]),
    );
  }
  let two = 0;
  for (let at = 0; at < perOutput.length; at += taps) {
    two = Math.max(
      two,
      perOutput.subarray(at, at + taps).reduce((sum, value) => sum + value, 0),
    );
  }
  let squares = 0;
  for (const value of op.kernel) squares += value * value;
  const formula3 = Math.sqrt(g.output[0] * g.output[1] * squares);
  return op.transposed
    ? { formula1: two, formula2: one, formula3 }
    : { formula1: one, formula2: two, formula3 };
}

/** Which printed sets of each axis no input position realizes: the reason why Eq. (1) can be too large. */
export function unrealizedSets(g: CheckedGeometry): readonly [PrintedSet[], PrintedSet[]] {
  const truth = tapSets(g);
  const of = (axis: 0 | 1): PrintedSet[] =>
    printedSets(axisOf(g, axis), truth[axis].columns.sets).filter((set) => !set.realized);
  return [of(0), of(1)];
}
