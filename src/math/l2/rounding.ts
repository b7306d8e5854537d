/**
 * Float64 rounding, accounted for. Every certified number of the l2 room is computed in plain
 * float64
 * and then moved outward by a bound of what rounding can have done, after Higham, "Accuracy and
 * Stability of Numerical Algorithms", chapters 3 and 10.
 */

/** Unit roundoff of float64. */
export const UNIT = 2 ** -53;

/** γ_n = n·u / (1 − n·u): relative error bound of n rounded operations in a row, in any order. */
export function gamma(n: number): number {
  return (n * UNIT) / (1 - n * UNIT);
}

/**
 * An upper bound of the true value of a non-negative expression, given its computed value and the
 * number of roundings on its longest path. The factor 2 covers the rounding of this line itself and
 * 1/(1 − γ) in place of 1 + γ; the smallest subnormal covers underflow.
 */
export function roundUp(value: number, operations: number): number {
  return value === 0 ? 0 : value * (1 + 2 * gamma(operations + 4)) + Number.MIN_VALUE;
}

/** A lower bound, never below 0, in the sense of {@link roundUp}. */
export function roundDown(value: number, operations: number): number {
  return Math.max(0, value * (1 - 2 * gamma(operations + 4)) - Number.MIN_VALUE);
}

/** x · 2^exponent, in steps that neither overflow nor underflow on the way. */
export function scaleBy(x: number, exponent: number): number {
  let value = x;
  let rest = exponent;
  while (rest !== 0 && value !== 0) {
    const step = Math.max(-1000, Math.min(1000, rest));
    value *= 2 ** step;
    rest -= step;
  }
  return value;
}
