/** What McNemar's test makes of two treatments' results on the same cases. */
export interface McNemar {
  /** Two-sided p-value of the exact test; 1 where the discordant counts are equal or both 0. */
  readonly p: number;
  /** Two-sided mid-p value: less cautious, and still close to its level. */
  readonly midP: number;
}

/** log C(n, k), as a sum of logarithms: exact to about n · 1e-16. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let at = 1; at <= k; at++) sum += Math.log((n - k + at) / at);
  return sum;
}

/**
 * McNemar's exact test: whether cases on which two treatments differ fall to one side more often
 * than a fair coin would. With X ~ Binomial(b + c, ½) and m = min(b, c), p = min(1, 2·P(X ≤ m)),
 * and the mid-p value is 2·P(X ≤ m) − P(X = m).
 *
 * @param b Cases on which the first alone succeeds.
 * @param c Cases on which the second alone does.
 * @throws RangeError when they are no counts.
 * @see McNemar 1947, "Note on the sampling error of the difference between correlated proportions or
 * percentages"; Fagerland et al. 2013, "The McNemar test for binary matched-pairs data".
 */
export function mcnemar(b: number, c: number): McNemar {
  for (const [name, count] of [['b', b] as const, ['c', c] as const]) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new RangeError(`${name} = ${count}: give a whole number from 0.`);
  }
  if (b === c) return { p: 1, midP: 1 };
  const [n, least] = [b + c, Math.min(b, c)];
  const last = Math.exp(logChoose(n, least) - n * Math.LN2);
  // Each term from the one above it: C(n, k − 1) = C(n, k) · k / (n − k + 1).
  let [tail, term] = [last, last];
  for (let k = least; k >= 1; k--) {
    term *= k / (n - k + 1);
    tail += term;
  }
  return { p: Math.min(1, 2 * tail), midP: 2 * tail - last };
}
