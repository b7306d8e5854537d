import {
  cast,
  div,
  exp,
  expandDims,
  log,
  max,
  mean,
  mul,
  oneHot,
  reshape,
  softmax,
  sub,
  sum,
  tidy,
  tile,
} from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { differentiable } from '../engine.ts';

/** log Σ exp of each row, from numbers whose maximum is 0, so that nothing overflows. */
function crossEntropies(logits: Tensor, classes: Tensor): Tensor {
  const shifted = sub(logits, max(logits, 1, true));
  return sub(log(sum(exp(shifted), 1)), sum(mul(shifted, classes), 1));
}

/**
 * softmax(z) − onehot(y), the true class's entry as −Σ of the others: 1 − p loses all digits
 * where a net is sure, and attacks look exactly there.
 */
function softmaxMinusTarget(logits: Tensor, target: Tensor): Tensor {
  const others = mul(softmax(logits), sub(1, target));
  return sub(others, mul(target, sum(others, 1, true)));
}

/**
 * Cross-entropy of each example, [N]: log Σ exp(z) − z_y, finite for all finite logits.
 * Its gradient is softmax(z) − onehot(y).
 *
 * @param labels Classes, int32 [N].
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor1D): Tensor {
  const [, classes = 0] = logits.shape;
  return differentiable([logits], () => {
    // Not oneHot(…, 'float32'): tfjs's wasm kernel writes integers into it all the same.
    const hot = cast(oneHot(labels, classes), 'float32');
    return {
      value: crossEntropies(logits, hot),
      saved: [logits, hot],
      gradients: (dy, [z, target]) => [
        () => tidy(() => mul(softmaxMinusTarget(z!, target!), expandDims(dy, 1))),
      ],
    };
  });
}

/** Mean of all numbers, as a scalar. */
export function meanOf(x: Tensor): Tensor {
  const { shape, size } = x;
  return differentiable([x], () => ({
    value: mean(x),
    saved: [],
    gradients: (dy) => [() => reshape(tile(reshape(div(dy, size), [1]), [size]), shape)],
  }));
}

/** Σ weights · x: the scalar whose gradient is `weights` (a Jacobian's row for any op). */
export function weightedSum(x: Tensor, weights: Tensor): Tensor {
  return differentiable([x], () => ({
    value: sum(mul(x, weights)),
    saved: [weights],
    gradients: (dy, [row]) => [() => mul(row!, dy)],
  }));
}
