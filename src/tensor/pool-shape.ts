import type { AxisPair, Margins } from './conv-shape.ts';

/** What a pooling is, apart from its arrays. */
export interface PoolAttributes {
  readonly kernel: AxisPair;
  readonly stride: AxisPair;
  readonly padding: Margins;
}

/** All sizes of one pooling. */
export interface PoolShape extends PoolAttributes {
  readonly batch: number;
  readonly input: AxisPair;
  readonly output: AxisPair;
  readonly channels: number;
}

/**
 * The sizes of pooling x [N, H, W, C]; windows that stick out beyond the padding are dropped.
 *
 * @throws RangeError when the window is larger than the padded input.
 */
export function poolShape(x: readonly number[], attributes: PoolAttributes): PoolShape {
  const [batch = 0, height = 0, width = 0, channels = 0] = x;
  const {
    kernel,
    stride,
    padding: [top, bottom, left, right],
  } = attributes;
  const output: AxisPair = [
    Math.floor((height + top + bottom - kernel[0]) / stride[0]) + 1,
    Math.floor((width + left + right - kernel[1]) / stride[1]) + 1,
  ];
  if (output[0] < 1 || output[1] < 1) {
    throw new RangeError(
      `pooling window ${kernel[0]}×${kernel[1]} is larger than the padded input ${height}×${width}: use a smaller window or leave this pooling out.`,
    );
  }
  return { ...attributes, batch, input: [height, width], output, channels };
}
