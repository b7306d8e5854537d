import {
  add,
  cast,
  div,
  exp,
  expandDims,
  greater,
  log,
  max,
  mean,
  mul,
  oneHot,
  reshape,
  softmax,
  square,
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

/** One-hot rows of classes, float32. */
function hotRows(labels: Tensor1D, classes: number): Tensor {
  // Not oneHot(…, 'float32'): tfjs's wasm kernel writes integers into it all the same.
  return cast(oneHot(labels, classes), 'float32');
}

/** (1 − s) onehot(y) + s / C, as PyTorch smooths labels. */
function smoothed(hot: Tensor, smoothing: number): Tensor {
  return smoothing === 0 ? hot : add(mul(hot, 1 - smoothing), smoothing / hot.shape[1]!);
}

/**
 * Cross-entropy of each example with the target t = (1 − s) onehot(y) + s / C, [N]: −Σ t log softmax,
 * finite for all finite logits. Its gradient is softmax(z) − t.
 *
 * @param labels Classes, int32 [N].
 * @param smoothing s, from 0 to below 1.
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor1D, smoothing = 0): Tensor {
  const [, classes = 0] = logits.shape;
  return differentiable([logits], () => {
    const target = smoothed(hotRows(labels, classes), smoothing);
    const gradient = (z: Tensor, t: Tensor): Tensor =>
      smoothing === 0 ? softmaxMinusTarget(z, t) : sub(softmax(z), t);
    return {
      value: crossEntropies(logits, target),
      saved: [logits, target],
      gradients: (dy, [z, t]) => [() => tidy(() => mul(gradient(z!, t!), expandDims(dy, 1)))],
    };
  });
}

/**
 * Multi-class margin loss of each example, [N]: (1/C) Σ_{c≠y} max(0, 1 − z_y + z_c), as PyTorch's
 * MultiMarginLoss with p = 1 and margin 1. At a kink the slope is 0.
 *
 * @param labels Classes, int32 [N].
 */
export function multiMargin(logits: Tensor, labels: Tensor1D): Tensor {
  const [, classes = 0] = logits.shape;
  return differentiable([logits], () => {
    const hot = hotRows(labels, classes);
    const short = sub(add(logits, 1), sum(mul(logits, hot), 1, true));
    const over = mul(cast(greater(short, 0), 'float32'), sub(1, hot));
    return {
      value: div(sum(mul(short, over), 1), classes),
      saved: [over, hot],
      gradients: (dy, [active, target]) => [
        () =>
          tidy(() => {
            const pull = sub(active!, mul(target!, sum(active!, 1, true)));
            return mul(pull, expandDims(div(dy, classes), 1));
          }),
      ],
    };
  });
}

/**
 * Squared error of each example, [N]: the mean over classes of (z − onehot(y))².
 *
 * @param labels Classes, int32 [N].
 */
export function squaredError(logits: Tensor, labels: Tensor1D): Tensor {
  const [, classes = 0] = logits.shape;
  return differentiable([logits], () => {
    const rest = sub(logits, hotRows(labels, classes));
    return {
      value: mean(square(rest), 1),
      saved: [rest],
      gradients: (dy, [r]) => [() => tidy(() => mul(r!, expandDims(mul(dy, 2 / classes), 1)))],
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
