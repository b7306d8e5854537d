import { describe, expect, it } from 'vitest';
import { startBackend } from './backends.ts';
import { memory } from './engine.ts';
import { read, readAll, readScalar } from './read.ts';
import { fromArray } from './tensors.ts';

describe.each(['cpu', 'wasm'] as const)('reading on %s', (backend) => {
  it('gives the numbers although the tensor is disposed of before they come, and leaves none behind', async () => {
    await startBackend(backend);
    const before = memory().numTensors;
    const tensor = fromArray([1, 2, 3], [3]);
    const values = read(tensor);
    tensor.dispose();
    expect([...(await values)]).toEqual([1, 2, 3]);
    expect(memory().numTensors).toBe(before);
  });

  it('reads several, and scalars', async () => {
    await startBackend(backend);
    const tensors = [fromArray([1], []), fromArray([2, 3], [2])];
    expect((await readAll(tensors)).map((one) => [...one])).toEqual([[1], [2, 3]]);
    expect(await readScalar(tensors[0]!)).toBe(1);
  });
});
