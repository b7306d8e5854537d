/** A two-sided confidence interval. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Quantile of the standard normal distribution at 0.975: both ends of a 95 % interval. */
export const Z_95 = 1.959963984540054;

/**
 * Wilson's score interval for a proportion: the p for which |successes/n − p| ≤ z·√(p(1 − p)/n). It stays
 * inside [0, 1] and holds its level for proportions near the ends, where ± z·√(p̂(1 − p̂)/n) does not.
 *
 * @param successes whole number from 0 to n.
 * @param n number of trials, at least 1.
 * @param z quantile of the standard normal distribution; {@link Z_95} for 95 %.
 * @throws RangeError when the counts are no counts.
 * @see Wilson 1927, "Probable inference, the law of succession, and statistical inference".
 */
export function wilsonInterval(successes: number, n: number, z = Z_95): Interval {
  if (!Number.isInteger(n) || n < 1) {
    throw new RangeError(`n = ${n}: give a whole number of at least 1.`);
  }
  if (!Number.isInteger(successes) || successes < 0 || successes > n) {
    throw new RangeError(`successes = ${successes}: give a whole number from 0 to ${n}.`);
  }
  const rate = successes / n;
  const shrink = 1 + z ** 2 / n;
  const middle = (rate + z ** 2 / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2));
  // At 0 and n the ends are 0 and 1 exactly; rounding would miss them.
  return {
    lower: successes === 0 ? 0 : middle - half,
    upper: successes === n ? 1 : middle + half,
  };
}
