import { matMul, reshape, transpose } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { ConvAttributes } from '../conv-shape.ts';
import { differentiable, hasKernel, runKernel } from '../engine.ts';
import { CONV_FILTER_GRADIENT, SWAP_AXES } from '../kernel-names.ts';
import { conv2d } from './conv2d.ts';

const POINTWISE: ConvAttributes = {
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: 1,
};

/** x with another shape of as many numbers. */
export function reshaped(x: Tensor, shape: readonly number[]): Tensor {
  const before = x.shape;
  return differentiable([x], () => ({
    value: reshape(x, [...shape]),
    saved: [],
    gradients: (dy) => [() => reshape(dy, before)],
  }));
}

/** x [N, I] · w [I, O]. */
export function dense(x: Tensor, w: Tensor): Tensor {
  const [batch = 0, inputs = 0] = x.shape;
  const [, outputs = 0] = w.shape;
  if (hasKernel(CONV_FILTER_GRADIENT)) {
    // wasm multiplies transposed matrices with plain loops; its convolutions are fast both ways.
    const y = conv2d(
      reshaped(x, [1, batch, 1, inputs]),
      reshaped(w, [1, 1, inputs, outputs]),
      POINTWISE,
    );
    return reshaped(y, [batch, outputs]);
  }
  return differentiable([x, w], () => ({
    value: matMul(x as Tensor2D, w as Tensor2D),
    saved: [x, w],
    gradients: (dy, [input, weight]) => [
      () => matMul(dy as Tensor2D, weight as Tensor2D, false, true),
      () => matMul(input as Tensor2D, dy as Tensor2D, true, false),
    ],
  }));
}

/** x [N, A, B] as [N, B, A]; no gradient of its own. */
const swapped = (x: Tensor): Tensor =>
  hasKernel(SWAP_AXES) ? runKernel(SWAP_AXES, { x }) : transpose(x, [0, 2, 1]);

/** [N, H, W, C] to [N, C·H·W] in PyTorch's order (CHW, the width fastest). */
export function flattenChw(x: Tensor): Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [pixels, size] = [height * width, height * width * channels];
  if (pixels === 1 || channels === 1) return reshaped(x, [batch, size]);
  return differentiable([x], () => ({
    value: reshape(swapped(reshape(x, [batch, pixels, channels])), [batch, size]),
    saved: [],
    gradients: (dy) => [() => reshape(swapped(reshape(dy, [batch, channels, pixels])), x.shape)],
  }));
}
