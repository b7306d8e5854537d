import { backend, relu } from '@tensorflow/tfjs-core';
import { dispose } from '../../src/tensor/engine.ts';
import { read } from '../../src/tensor/read.ts';
import { fromArray } from '../../src/tensor/tensors.ts';
import { freeIdleBuffers } from '../../src/tensor/webgpu-device.ts';

/** Bytes of GPU memory: allocated at most on the way, at the end, and once idle; and in use then. */
export interface Filled {
  readonly most: number;
  readonly end: number;
  readonly idle: number;
  readonly used: number;
  /** Bytes of all arrays that went through. */
  readonly total: number;
  /** Whether the last numbers that were read, after the pool was emptied, are right. */
  readonly right: boolean;
}

interface Memory {
  readonly numBytesInGPU: number;
  readonly numBytesAllocatedInGPU: number;
}

const memory = (): Memory => (backend() as unknown as { memory(): Memory }).memory();

/** relu of −1, 2, −1, 2 …; whether it is 0, 2, 0, 2 … */
async function once(size: number): Promise<boolean> {
  const x = fromArray(
    Float32Array.from({ length: size }, (_, k) => (k % 2 === 0 ? -1 : 2)),
    [size],
  );
  const y = relu(x);
  const values = await read(y);
  dispose([x, y]);
  return values.every((value, k) => value === (k % 2 === 0 ? 0 : 2));
}

/** Arrays of `count` different sizes, one after the other, on the WebGPU backend in use. */
export async function fillPool(count: number, largest: number): Promise<Filled> {
  let [most, total] = [0, 0];
  for (let at = 0; at < count; at++) {
    const size = largest - 1000 * at;
    await once(size);
    total += 4 * size;
    most = Math.max(most, memory().numBytesAllocatedInGPU);
  }
  const end = memory().numBytesAllocatedInGPU;
  freeIdleBuffers();
  const { numBytesAllocatedInGPU: idle, numBytesInGPU: used } = memory();
  return { most, end, idle, used, total, right: await once(largest) };
}
