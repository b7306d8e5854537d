import { clone } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { guardRead } from './device.ts';

/**
 * The numbers of a tensor, read asynchronously. The tensor may be disposed of at once: the read
 * holds its own handle (tfjs itself throws when a tensor is disposed of before `data()` settles).
 *
 * @throws DeviceError when the device is lost, full or silent; `onDeviceTrouble` tells that to others
 * too.
 */
export async function read(tensor: Tensor): Promise<Float32Array | Int32Array | Uint8Array> {
  const held = clone(tensor);
  try {
    return await guardRead(held.data());
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
