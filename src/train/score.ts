import { firstLargest } from '../attack/losses.ts';
import { rowOf } from '../attack/batch.ts';
import type { RowLoss } from './loss-values.ts';

/** Score of a batch. */
export interface Score {
  /** Σ loss over the images. */
  readonly loss: number;
  readonly correct: number;
  readonly count: number;
}

/** Number of right answers in logits [N, C]: the first largest one is the answer. */
export function countRight(logits: Float32Array, labels: Int32Array): number {
  const classes = logits.length / labels.length;
  return labels.reduce(
    (sum, label, n) => sum + (firstLargest(rowOf(logits, n, classes)) === label ? 1 : 0),
    0,
  );
}

/**
 * Σ loss and number of right answers from logits [N, C], in float64. Logits that are not numbers
 * give a loss of NaN.
 */
export function scoreLogits(logits: Float32Array, labels: Int32Array, loss: RowLoss): Score {
  const classes = logits.length / labels.length;
  return {
    loss: labels.reduce((sum, label, n) => sum + loss(rowOf(logits, n, classes), label), 0),
    correct: countRight(logits, labels),
    count: labels.length,
  };
}
