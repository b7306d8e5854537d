import { exactNorms } from '../exact-norms.ts';
import type { ConvOperator } from '../operator.ts';
import type { Block } from './blocks.ts';
import { roundUp } from './rounding.ts';
import { isRealized, type Stencil, type StencilAxis } from './stencil.ts';

/** Number of entries of M that tap a makes on one axis: n_a = #{o : 0 <= s·o + d·a − p < n}. */
function uses(axis: StencilAxis, a: number): number {
  if (axis.circular) return axis.m;
  if (!isRealized(axis, a)) return 0;
  const shift = axis.d * a - axis.p;
  const first = Math.max(0, Math.ceil(-shift / axis.s));
  return Math.min(axis.m, Math.floor((axis.n - 1 - shift) / axis.s) + 1) - first;
}

/** Upper bound of ‖M‖_F = √(Σ_ab n_a n_b ‖K_ab‖²), equal to it up to rounding. */
export function frobeniusBound({ axes, weights }: Stencil): number {
  const [k1, k2] = [axes[0].k, axes[1].k];
  const taps = k1 * k2;
  const counts = Array.from(
    { length: taps },
    (_, tap) => uses(axes[0], Math.floor(tap / k2)) * uses(axes[1], tap % k2),
  );
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += counts[at % taps]! * weights[at]! ** 2;
  return roundUp(Math.sqrt(sum), weights.length + 4);
}

/** Largest entry. (Spreading a typed array into Math.max overflows the stack.) */
function largest(values: Float64Array): number {
  let best = 0;
  for (const value of values) if (value > best) best = value;
  return best;
}

/**
 * Σ_ab |K_ijab| summed over outputs (per input) and over inputs (per output): S's column and row
 * sums.
 */
export function absoluteSymbolNorms({ cIn, cOut, weights }: Block): {
  one: number;
  infinity: number;
} {
  const taps = weights.length / (cIn * cOut);
  const perInput = new Float64Array(cIn);
  const perOutput = new Float64Array(cOut);
  for (let at = 0; at < weights.length; at++) {
    const channel = Math.floor(at / taps);
    const value = Math.abs(weights[at]!);
    perInput[channel % cIn]! += value;
    perOutput[Math.floor(channel / cIn)]! += value;
  }
  return { one: largest(perInput), infinity: largest(perOutput) };
}

/**
 * Upper bound of √(‖M‖₁‖M‖_∞) >= σ(M): rung 0 of the Gram ladder.
 *
 * @see Liang & Huang 2021, Theorem 1, for the two factors.
 */
export function sqrtL1LinfBound(op: ConvOperator): number {
  const { l1, linf } = exactNorms(op);
  return roundUp(Math.sqrt(l1.value) * Math.sqrt(linf.value), op.geometry.weights + 4);
}

/**
 * √(l1·linf) of a block from its own tap sets, for sorting blocks and as a factor of error
 * bounds.
 */
export function blockSqrtL1Linf(block: Block): number {
  const { axes, cIn, cOut, weights } = block;
  const [k1, k2] = [axes[0].k, axes[1].k];
  const perInput = new Float64Array(cIn * k1 * k2);
  const perOutput = new Float64Array(cOut * k1 * k2);
  const taps = k1 * k2;
  for (let at = 0; at < weights.length; at++) {
    const value = Math.abs(weights[at]!);
    const channel = Math.floor(at / taps);
    perInput[(channel % cIn) * taps + (at % taps)]! += value;
    perOutput[Math.floor(channel / cIn) * taps + (at % taps)]! += value;
  }
  const l1 = largestPhase(perInput, [k1, k2], [axes[0].s, axes[1].s]);
  const linf = largestPhase(perOutput, [k1, k2], [1, 1]);
  return roundUp(Math.sqrt(l1) * Math.sqrt(linf), weights.length + 4);
}

/** Largest sum over taps a ≡ r₁ (mod s₁), b ≡ r₂ (mod s₂): contains every tap set of the block. */
function largestPhase(
  sums: Float64Array,
  [k1, k2]: [number, number],
  [s1, s2]: [number, number],
): number {
  let best = 0;
  for (let at = 0; at < sums.length; at += k1 * k2) {
    for (let r = 0; r < s1 * s2; r++) {
      let total = 0;
      for (let a = Math.floor(r / s2); a < k1; a += s1) {
        for (let b = r % s2; b < k2; b += s2) total += sums[at + a * k2 + b]!;
      }
      best = Math.max(best, total);
    }
  }
  return best;
}
