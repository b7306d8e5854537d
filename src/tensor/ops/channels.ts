import {
  add,
  div,
  mean,
  mul,
  ones,
  relu as stockRelu,
  sigmoid as stockSigmoid,
  sqrt,
  square,
  step,
  sub,
  sum,
  tensor1d,
  tidy,
  reshape,
} from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { differentiable, hasKernel, runKernel, runKernels } from '../engine.ts';
import {
  BATCH_NORM_GRADIENT,
  BIAS_ADD,
  CHANNEL_SUMS,
  MOMENTS,
  NORMALIZE,
  RELU_GRADIENT,
} from '../kernel-names.ts';

/** All axes but the last. */
const pixelAxes = (x: Tensor): number[] => Array.from({ length: x.rank - 1 }, (_, axis) => axis);
const pixelCount = (x: Tensor): number => x.size / (x.shape.at(-1) ?? 1);

/** Σ over all axes but the last: [C]. No gradient. */
export function channelSums(x: Tensor): Tensor {
  return hasKernel(CHANNEL_SUMS) ? runKernel(CHANNEL_SUMS, { x }) : sum(x, pixelAxes(x));
}

/** x + bias over the last axis, bias [C]. */
export function addBias(x: Tensor, bias: Tensor): Tensor {
  return differentiable([x, bias], () => ({
    value: hasKernel(BIAS_ADD) ? runKernel(BIAS_ADD, { x, bias }) : add(x, bias),
    saved: [],
    gradients: (dy) => [() => dy.clone(), () => channelSums(dy)],
  }));
}

/** max(x, 0); the gradient at 0 is 0, as in PyTorch. */
export function relu(x: Tensor): Tensor {
  return differentiable([x], () => {
    const value = stockRelu(x);
    return {
      value,
      saved: [value],
      gradients: (dy, [y]) => [
        () =>
          hasKernel(RELU_GRADIENT) ? runKernel(RELU_GRADIENT, { y: y!, dy }) : mul(dy, step(y!)),
      ],
    };
  });
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(x: Tensor): Tensor {
  return differentiable([x], () => {
    const value = stockSigmoid(x);
    return {
      value,
      saved: [value],
      gradients: (dy, [y]) => [() => mul(dy, mul(y!, sub(1, y!)))],
    };
  });
}

/** a + b, equal shapes. */
export function addTensors(a: Tensor, b: Tensor): Tensor {
  return differentiable([a, b], () => ({
    value: add(a, b),
    saved: [],
    gradients: (dy) => [() => dy.clone(), () => dy.clone()],
  }));
}

/** x [N, H, W, C] times a gate [N, C] that is the same for all pixels of an image. */
export function gateChannels(x: Tensor, gate: Tensor): Tensor {
  const [batch = 0, , , channels = 0] = x.shape;
  const wide = (g: Tensor): Tensor => reshape(g, [batch, 1, 1, channels]);
  return differentiable([x, gate], () => ({
    value: mul(x, wide(gate)),
    saved: [x, gate],
    gradients: (dy, [input, factor]) => [
      () => mul(dy, wide(factor!)),
      () => sum(mul(dy, input!), [1, 2]),
    ],
  }));
}

/** Mean over height and width: [N, H, W, C] to [N, C]. */
export function globalMean(x: Tensor): Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  return differentiable([x], () => ({
    value: mean(x, [1, 2]),
    saved: [],
    // Not tile: on wasm a product with ones takes a tenth of its time.
    gradients: (dy) => [
      () => mul(ones(x.shape), reshape(div(dy, height * width), [batch, 1, 1, channels])),
    ],
  }));
}

/** Mean and biased variance of each channel over all other axes. */
export interface Moments {
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** Mean and biased variance (divided by n) of each channel: [C] each. No gradient. */
export function channelMoments(x: Tensor): Moments {
  if (hasKernel(MOMENTS)) {
    const [average, variance] = runKernels(MOMENTS, { x }) as [Tensor1D, Tensor1D];
    return { mean: average, variance };
  }
  const axes = pixelAxes(x);
  return tidy(() => {
    const average = mean<Tensor1D>(x, axes);
    return { mean: average, variance: mean<Tensor1D>(square(sub(x, average)), axes) };
  });
}

function normalize(x: Tensor, by: { mean: Tensor; scale: Tensor; shift: Tensor }): Tensor {
  return hasKernel(NORMALIZE)
    ? runKernel(NORMALIZE, { x, ...by })
    : add(mul(sub(x, by.mean), by.scale), by.shift);
}

/** γ and β of a BatchNorm, [C] each. */
export interface Affine {
  readonly gamma: Tensor;
  readonly beta: Tensor;
}

const scaleOf = (gamma: Tensor, variance: Tensor, epsilon: number): Tensor =>
  div(gamma, sqrt(add(variance, epsilon)));

/** [dx, dγ, dβ] of train-mode BatchNorm. */
function batchNormGradients(
  saved: { x: Tensor; gamma: Tensor } & Moments,
  dy: Tensor,
  epsilon: number,
): Tensor[] {
  const { x, gamma, mean: average, variance } = saved;
  if (hasKernel(BATCH_NORM_GRADIENT)) {
    return runKernels(BATCH_NORM_GRADIENT, { x, dy, gamma, mean: average, variance }, { epsilon });
  }
  const inverse = div(1, sqrt(add(variance, epsilon)));
  const normal = mul(sub(x, average), inverse);
  const [dGamma, dBeta] = [channelSums(mul(dy, normal)), channelSums(dy)];
  const count = pixelCount(x);
  const inner = sub(sub(dy, div(dBeta, count)), mul(normal, div(dGamma, count)));
  return [mul(inner, mul(gamma, inverse)), dGamma, dBeta];
}

/**
 * BatchNorm in train mode: normalized with the batch's mean and *biased* variance, which are given
 * so that the caller can also update the running statistics; the gradient flows through both.
 *
 * @param moments `channelMoments(x)`.
 */
export function batchNormTrain(
  x: Tensor,
  { gamma, beta }: Affine,
  moments: Moments,
  epsilon: number,
): Tensor {
  return differentiable([x, gamma, beta], () => ({
    value: normalize(x, {
      mean: moments.mean,
      scale: scaleOf(gamma, moments.variance, epsilon),
      shift: beta,
    }),
    saved: [x, gamma, moments.mean, moments.variance],
    gradients: (dy, [input, scale, average, variance]) =>
      batchNormGradients(
        { x: input!, gamma: scale!, mean: average as Tensor1D, variance: variance as Tensor1D },
        dy,
        epsilon,
      ),
  }));
}

/** BatchNorm in inference mode: the running statistics are constants. */
export function batchNormInference(
  x: Tensor,
  { gamma, beta }: Affine,
  running: Moments,
  epsilon: number,
): Tensor {
  return differentiable([x, gamma, beta], () => ({
    value: normalize(x, {
      mean: running.mean,
      scale: scaleOf(gamma, running.variance, epsilon),
      shift: beta,
    }),
    saved: [x, gamma, running.mean, running.variance],
    gradients: (dy, [input, scale, average, variance]) => [
      () => mul(dy, scaleOf(scale!, variance!, epsilon)),
      () => channelSums(mul(dy, div(sub(input!, average!), sqrt(add(variance!, epsilon))))),
      () => channelSums(dy),
    ],
  }));
}

/**
 * PyTorch's running statistics after one batch: 0.9·old + 0.1·new for momentum 0.1, the new
 * variance *unbiased* (divided by n − 1), although the normalization used the biased one.
 */
export function nextRunning(
  running: Moments,
  batch: Moments,
  { momentum, count }: { momentum: number; count: number },
): Moments {
  const blend = (old: Tensor, now: Tensor, factor: number): Tensor1D =>
    tidy(() => add(mul(old, 1 - momentum), mul(now, momentum * factor)));
  const unbiased = count > 1 ? count / (count - 1) : 1;
  return {
    mean: blend(running.mean, batch.mean, 1),
    variance: blend(running.variance, batch.variance, unbiased),
  };
}

/** Ones: γ where a BatchNorm has none. */
export function onesVector(length: number): Tensor1D {
  return tensor1d(new Float32Array(length).fill(1));
}

/** Zeros: β where a BatchNorm has none. */
export function zerosVector(length: number): Tensor1D {
  return tensor1d(new Float32Array(length));
}
