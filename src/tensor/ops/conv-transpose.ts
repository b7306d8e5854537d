import type { Tensor } from '@tensorflow/tfjs-core';
import { convShape } from '../conv-shape.ts';
import type { AxisPair, ConvAttributes } from '../conv-shape.ts';
import { differentiable } from '../engine.ts';
import { convForward, convGradients } from './conv2d.ts';

/** A transposed convolution: the attributes of the convolution whose adjoint it is. */
export interface TransposeAttributes extends ConvAttributes {
  /** Rows and columns added at the bottom and right of the output; less than the stride. */
  readonly outputPadding: AxisPair;
}

/** Size of a transposed convolution's output along one axis. */
function outputLength(
  length: number,
  taps: number,
  { attributes, axis }: { attributes: TransposeAttributes; axis: 0 | 1 },
): number {
  const { stride, padding, dilation, outputPadding } = attributes;
  const margins = axis === 0 ? padding[0] + padding[1] : padding[2] + padding[3];
  return (
    (length - 1) * stride[axis] - margins + dilation[axis] * (taps - 1) + 1 + outputPadding[axis]
  );
}

/**
 * The adjoint of a convolution applied to x [N, H, W, I], as torch.nn.functional.conv_transpose2d:
 * w is [k1, k2, O / groups, I], the kernel of the convolution from O to I channels.
 *
 * @throws RangeError when the shapes do not fit.
 */
export function convTranspose2d(x: Tensor, w: Tensor, attributes: TransposeAttributes): Tensor {
  const [batch = 0, height = 0, width = 0] = x.shape;
  const [k1 = 0, k2 = 0, perGroup = 0] = w.shape;
  const size = [
    outputLength(height, k1, { attributes, axis: 0 }),
    outputLength(width, k2, { attributes, axis: 1 }),
  ] as const;
  const shape = convShape([batch, ...size, perGroup * attributes.groups], w.shape, attributes);
  const gradients = convGradients();
  return differentiable([x, w], () => ({
    value: gradients.input(x, w, shape),
    saved: [x, w],
    gradients: (dy, [input, kernel]) => [
      () => convForward(dy, kernel!, shape),
      () => gradients.filter(dy, input!, shape),
    ],
  }));
}
