import { concat, reshape, slice, stridedSlice, zeros } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { AxisPair } from '../conv-shape.ts';

/** Puts step − 1 slices of zeros behind every slice of an axis. */
export function spread(x: Tensor, axis: number, step: number): Tensor {
  if (step === 1) return x;
  const before = x.shape.slice(0, axis + 1).reduce((product, one) => product * one, 1);
  const after = x.shape.slice(axis + 1).reduce((product, one) => product * one, 1);
  const parts = [reshape(x, [before, 1, after]), zeros([before, step - 1, after])];
  const shape = x.shape.map((length, index) => (index === axis ? length * step : length));
  return reshape(concat(parts, 1), shape);
}

/** The kernel [k1, k2, …] with d − 1 zeros between its taps: a dilated convolution as a plain one. */
export function dilateKernel(w: Tensor, [d1, d2]: AxisPair): Tensor {
  if (d1 === 1 && d2 === 1) return w;
  const [k1 = 0, k2 = 0, ...channels] = w.shape;
  const wide = spread(spread(w, 0, d1), 1, d2);
  return slice(wide, [0, 0, 0, 0], [(k1 - 1) * d1 + 1, (k2 - 1) * d2 + 1, ...channels]);
}

/** The taps of a dilated kernel out of the plain kernel with zeros between them. */
export function pickTaps(w: Tensor, [d1, d2]: AxisPair): Tensor {
  if (d1 === 1 && d2 === 1) return w;
  return stridedSlice(w, [0, 0, 0, 0], w.shape, [d1, d2, 1, 1]);
}
