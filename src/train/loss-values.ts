import type { LossKind } from '../model/train/experiment-fields.ts';

/** Loss of one image from its logits z and its class, in float64. */
export type RowLoss = (z: ArrayLike<number>, label: number) => number;

/** log softmax in float64; NaN where a logit is. */
export function logSoftmax(z: ArrayLike<number>): Float64Array {
  let top = z[0]!;
  for (let c = 1; c < z.length; c++) if (z[c]! > top) top = z[c]!;
  let sum = 0;
  for (let c = 0; c < z.length; c++) sum += Math.exp(z[c]! - top);
  return Float64Array.from(z, (one) => one - top - Math.log(sum));
}

/** −Σ t log softmax with t = (1 − s) onehot(y) + s / C. */
export function crossEntropyWith(smoothing: number): RowLoss {
  return (z, label) => {
    const log = logSoftmax(z);
    const mean = log.reduce((sum, one) => sum + one, 0) / log.length;
    // Not where s is 0: 0 times an infinite logarithm is not 0.
    return smoothing === 0 ? -log[label]! : -(1 - smoothing) * log[label]! - smoothing * mean;
  };
}

function multiMargin(z: ArrayLike<number>, label: number): number {
  let sum = 0;
  for (let c = 0; c < z.length; c++) {
    if (c !== label) sum += Math.max(0, 1 - z[label]! + z[c]!);
  }
  return sum / z.length;
}

function squaredError(z: ArrayLike<number>, label: number): number {
  let sum = 0;
  for (let c = 0; c < z.length; c++) sum += (z[c]! - (c === label ? 1 : 0)) ** 2;
  return sum / z.length;
}

/** KL(softmax a ‖ softmax b) of two rows of logits. */
export function klOfRows(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [logP, logQ] = [logSoftmax(a), logSoftmax(b)];
  // A probability of 0 adds 0, whatever its logarithm.
  return logP.reduce((sum, log, c) => {
    const p = Math.exp(log);
    return p === 0 ? sum : sum + p * (log - logQ[c]!);
  }, 0);
}

/** Mean over classes of (a − b)². */
export function distanceOfRows(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += (a[c]! - b[c]!) ** 2;
  return sum / a.length;
}

/** The loss of a run in float64. */
export function rowLossOf(training: {
  readonly loss: LossKind;
  readonly labelSmoothing: number;
}): RowLoss {
  const losses: Readonly<Record<LossKind, RowLoss>> = {
    'cross-entropy': crossEntropyWith(training.labelSmoothing),
    margin: multiMargin,
    'squared-error': squaredError,
  };
  return losses[training.loss];
}
