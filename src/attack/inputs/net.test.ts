import { beforeAll, describe, expect, it } from 'vitest';
import type { NamedTensor, WeightFile } from '../../files/tensors.ts';
import { permuteAxes, permuteShape } from '../../files/weight-layouts.ts';
import { architecture } from '../../nn/architectures/architectures.ts';
import { initialWeights } from '../../nn/initial-weights.ts';
import { startBackend } from '../../tensor/backends.ts';
import { memory } from '../../tensor/engine.ts';
import { openSubject, openTarget, weightFileOf } from './net.ts';

beforeAll(async () => {
  await startBackend('cpu');
});

const description = architecture('small-cnn', { input: [1, 12, 12], classes: 3, width: 0.25 });
const { tensors } = initialWeights(description, 4);

/** The weights as tfjs lays them out: kernels HWIO, dense [in, out]. */
function asTfjs(): WeightFile {
  const moved = tensors.map((one): NamedTensor => {
    const order = { 4: [2, 3, 1, 0], 2: [1, 0] }[one.shape.length];
    if (order === undefined) return one;
    const data = permuteAxes(one.data, one.shape, order);
    return { ...one, shape: permuteShape(one.shape, order), data };
  });
  return { format: 'tfjs', tensors: moved, skipped: [], metadata: {} };
}

describe('Y12 a net to attack', () => {
  it('answers the same from tfjs weights as from PyTorch’s, and frees its tensors', async () => {
    const images = Float32Array.from({ length: 2 * 144 }, (_, n) => (n % 97) / 97);
    const before = memory().numTensors;
    const answers = [weightFileOf(tensors), asTfjs()].map(async (weights) => {
      const subject = openSubject('net', { description, weights });
      const { target, free } = openTarget(subject);
      const logits = await target.logits(images);
      free();
      return { hash: subject.hash, logits };
    });
    const [one, two] = await Promise.all(answers);
    expect(new Set(one!.logits).size).toBeGreaterThan(1);
    expect(two).toEqual(one);
    expect(memory().numTensors).toBe(before);
  });
});
