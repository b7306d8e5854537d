import {
  add,
  div,
  exp,
  expandDims,
  log,
  max,
  mean,
  mul,
  neg,
  square,
  sub,
  sum,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../engine.ts';

/** log softmax of each row, finite for all finite logits. */
function logSoftmaxRows(logits: Tensor): Tensor {
  const shifted = sub(logits, max(logits, 1, true));
  return sub(shifted, log(sum(exp(shifted), 1, true)));
}

/**
 * KL(softmax a ‖ softmax b) = Σ p (log p − log q) of each example, [N], with a gradient by both
 * logits: p (log p − log q − KL) by a, q − p by b.
 *
 * @param a Logits [N, C]; p is their softmax, q that of b.
 */
export function klDivergence(a: Tensor, b: Tensor): Tensor {
  return differentiable([a, b], () => {
    const [logP, logQ] = [logSoftmaxRows(a), logSoftmaxRows(b)];
    const p = exp(logP);
    const ratio = sub(logP, logQ);
    const value = sum(mul(p, ratio), 1);
    return {
      value,
      saved: [p, ratio, exp(logQ), value],
      gradients: (dy, [p, ratio, q, kl]) => [
        () => tidy(() => mul(mul(p!, sub(ratio!, expandDims(kl!, 1))), expandDims(dy, 1))),
        () => tidy(() => mul(sub(q!, p!), expandDims(dy, 1))),
      ],
    };
  });
}

/** Mean over classes of (a − b)² of each example, [N], with a gradient by both [N, C]. */
export function squaredDistance(a: Tensor, b: Tensor): Tensor {
  const [, classes = 0] = a.shape;
  return differentiable([a, b], () => {
    const rest = sub(a, b);
    const gradient = (dy: Tensor, r: Tensor): Tensor =>
      mul(r, expandDims(div(mul(dy, 2), classes), 1));
    return {
      value: mean(square(rest), 1),
      saved: [rest],
      gradients: (dy, [r]) => [
        () => tidy(() => gradient(dy, r!)),
        () => tidy(() => neg(gradient(dy, r!))),
      ],
    };
  });
}

/** A term of a loss: a scalar, and what it is multiplied by. */
export interface LossTerm {
  readonly weight: number;
  readonly value: Tensor;
}

/** Σ weight · value of scalars. */
export function weightedTotal(terms: readonly LossTerm[]): Tensor {
  return differentiable(
    terms.map(({ value }) => value),
    () => ({
      value: tidy(() =>
        terms.map(({ weight, value }) => mul(value, weight)).reduce((a, b) => add(a, b)),
      ),
      saved: [],
      gradients: (dy) =>
        terms.map(
          ({ weight }) =>
            () =>
              mul(dy, weight),
        ),
    }),
  );
}
