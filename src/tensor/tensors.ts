import { tensor, tensor1d } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/** A float32 tensor of numbers in row-major order; the caller disposes of it. */
export function fromArray(
  values: Float32Array | readonly number[],
  shape: readonly number[],
): Tensor {
  return tensor(values as Float32Array, [...shape], 'float32');
}

/** An int32 vector (class labels); the caller disposes of it. */
export function fromIntegers(values: Int32Array | readonly number[]): Tensor1D {
  return tensor1d(values as Int32Array, 'int32');
}
