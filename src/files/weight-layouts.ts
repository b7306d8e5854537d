import type { ConvGeometry } from '../math/geometry.ts';

type Floats = Float32Array | Float64Array;

/**
 * A tensor with its axes reordered: axis k of the result is axis `order[k]` of `data`, as
 * numpy.transpose. Row major in and out; a copy, or `data` itself where nothing moves.
 */
export function permuteAxes(
  data: Floats,
  shape: readonly number[],
  order: readonly number[],
): Floats {
  if (order.every((axis, k) => axis === k)) return data;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((p, n) => p * n, 1));
  const out =
    data instanceof Float64Array ? new Float64Array(data.length) : new Float32Array(data.length);
  const sizes = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const index = sizes.map(() => 0);
  let from = 0;
  for (let at = 0; at < out.length; at += 1) {
    out[at] = data[from]!;
    for (let k = sizes.length - 1; k >= 0; k -= 1) {
      index[k]! += 1;
      from += steps[k]!;
      if (index[k]! < sizes[k]!) break;
      from -= steps[k]! * sizes[k]!;
      index[k] = 0;
    }
  }
  return out;
}

/**
 * How each format lays a weight out, as the axis order that brings it to [out, in/groups, k1, k2]
 * (for a transposed convolution [in, out/groups, k1, k2]) or [out, in].
 *
 * tfjs: conv HWIO; transposed conv [k1, k2, out, in]; depthwise [k1, k2, in, multiplier], whose
 * output channel is in · multiplier + m; dense [in, out]. The others hold PyTorch's layouts.
 */
export const TFJS_ORDER = {
  conv2d: [3, 2, 0, 1],
  'conv-transpose2d': [3, 2, 0, 1],
  depthwise: [2, 3, 0, 1],
  dense: [1, 0],
} as const;

/** A shape with its axes reordered. */
export function permuteShape(shape: readonly number[], order: readonly number[]): number[] {
  return order.map((axis) => shape[axis]!);
}

/** The order of axes of the result of undoing `order`. */
export function invertOrder(order: readonly number[]): number[] {
  return order.map((_, k) => order.indexOf(k));
}

/** A dense layer as a convolution: one pixel, kernel 1x1. */
export function denseGeometry(dIn: number, dOut: number): ConvGeometry {
  return {
    dIn,
    dOut,
    input: [1, 1],
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
    groups: 1,
    boundary: 'zeros',
  };
}
