import { clone } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * The numbers of a tensor, read asynchronously. The tensor may be disposed of at once: the read
 * holds its own handle (tfjs itself throws when a tensor is disposed of before `data()` settles).
 *
 * @throws Error when the device is lost while reading; `onDeviceTrouble` tells that in words.
 */
export async function read(tensor: Tensor): Promise<Float32Array | Int32Array | Uint8Array> {
  const held = clone(tensor);
  try {
    return await held.data();
  } finally {
    held.dispose();
  }
}

/** Several tensors, read together. */
export async function readAll(
  tensors: readonly Tensor[],
): Promise<(Float32Array | Int32Array | Uint8Array)[]> {
  return Promise.all(tensors.map(read));
}

/** The single number of a scalar. */
export async function readScalar(tensor: Tensor): Promise<number> {
  return (await read(tensor))[0]!;
}
