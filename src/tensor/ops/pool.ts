import {
  add,
  avgPool as stockAvgPool,
  equal,
  maxPool as stockMaxPool,
  mul,
  pad,
  slice,
  stridedSlice,
  sub,
  cast,
  zeros,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { differentiable, hasKernel, runKernel } from '../engine.ts';
import { MAX_POOL_GRADIENT } from '../kernel-names.ts';
import { poolShape } from '../pool-shape.ts';
import type { PoolAttributes, PoolShape } from '../pool-shape.ts';
import { spread } from './dilation.ts';

/** Less than every finite float32: what a maximum never takes. */
const LOWEST = -3.4028234663852886e38;

/** Margins before and after each axis of [N, H, W, C]. */
const margins = ({ padding: [top, bottom, left, right] }: PoolShape): [number, number][] => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

const isPadded = ({ padding }: PoolShape): boolean => padding.some((margin) => margin > 0);

/** The part of the padded input that windows start from, moved by (row, column). */
function shifted(x: Tensor, shape: PoolShape, [row, column]: readonly [number, number]): Tensor {
  const [s1, s2] = shape.stride;
  const end = [
    row + (shape.output[0] - 1) * s1 + 1,
    column + (shape.output[1] - 1) * s2 + 1,
  ] as const;
  const [batch, channels] = [shape.batch, shape.channels];
  return stridedSlice(x, [0, row, column, 0], [batch, ...end, channels], [1, s1, s2, 1]);
}

/** The reverse of `shifted`: numbers at the windows' places, zeros elsewhere, of the given size. */
function placed(
  g: Tensor,
  shape: PoolShape,
  at: readonly [number, number],
  size: readonly [number, number],
): Tensor {
  const wide = spread(spread(g, 1, shape.stride[0]), 2, shape.stride[1]);
  const [batch, channels] = [shape.batch, shape.channels];
  const reach = [
    (shape.output[0] - 1) * shape.stride[0] + 1,
    (shape.output[1] - 1) * shape.stride[1] + 1,
  ] as const;
  const cut = slice(wide, [0, 0, 0, 0], [batch, ...reach, channels]);
  return pad(cut, [
    [0, 0],
    [at[0], size[0] - at[0] - reach[0]],
    [at[1], size[1] - at[1] - reach[1]],
    [0, 0],
  ]);
}

/** Places of a window, row by row. */
function windowPlaces({ kernel }: PoolShape): (readonly [number, number])[] {
  return Array.from(
    { length: kernel[0] * kernel[1] },
    (_, at) => [Math.floor(at / kernel[1]), at % kernel[1]] as const,
  );
}

/** The first maximum of each window takes the gradient, written with ops that every backend has. */
function composedGradient(
  { x, y, dy }: { x: Tensor; y: Tensor; dy: Tensor },
  shape: PoolShape,
): Tensor {
  const padded = isPadded(shape) ? pad(x, margins(shape), LOWEST) : x;
  const size = [padded.shape[1]!, padded.shape[2]!] as const;
  let left = dy;
  let total: Tensor = zeros(padded.shape);
  for (const place of windowPlaces(shape)) {
    const taken = mul(left, cast(equal(shifted(padded, shape, place), y), 'float32'));
    left = sub(left, taken);
    total = add(total, placed(taken, shape, place, size));
  }
  const [top, , before] = shape.padding;
  return isPadded(shape) ? slice(total, [0, top, before, 0], x.shape) : total;
}

/**
 * The maximum of each window; padding never wins. Where several are equal the first in the window
 * (row by row) takes the gradient, as in PyTorch: backends of tfjs differ in that.
 *
 * @throws RangeError when the window is larger than the padded input.
 */
export function maxPool(x: Tensor, attributes: PoolAttributes): Tensor {
  const shape = poolShape(x.shape, attributes);
  return differentiable([x], () => {
    const input = isPadded(shape) ? pad(x, margins(shape), LOWEST) : x;
    const value = stockMaxPool(input as Tensor4D, [...shape.kernel], [...shape.stride], 'valid');
    return {
      value,
      saved: [x, value],
      gradients: (dy, [from, y]) => [
        () =>
          hasKernel(MAX_POOL_GRADIENT)
            ? runKernel(MAX_POOL_GRADIENT, { x: from!, y: y!, dy }, shape)
            : composedGradient({ x: from!, y: y!, dy }, shape),
      ],
    };
  });
}

/**
 * The mean of each window; padding counts as zeros (PyTorch's default, not tfjs's).
 *
 * @throws RangeError when the window is larger than the padded input.
 */
export function avgPool(x: Tensor, attributes: PoolAttributes): Tensor {
  const shape = poolShape(x.shape, attributes);
  return differentiable([x], () => {
    const input = isPadded(shape) ? pad(x, margins(shape)) : x;
    const [filterSize, strides] = [[...shape.kernel], [...shape.stride]];
    const value = stockAvgPool(
      input as Tensor4D,
      filterSize as [number, number],
      strides as [number, number],
      'valid',
    );
    return {
      value,
      saved: [input],
      gradients: (dy, [from]) => [
        () =>
          tidy(() => {
            const whole = runKernel(
              'AvgPoolGrad',
              { dy, input: from! },
              { filterSize, strides, pad: 'valid' },
            );
            const [top, , before] = shape.padding;
            return isPadded(shape) ? slice(whole, [0, top, before, 0], x.shape) : whole;
          }),
      ],
    };
  });
}
