import { beforeAll, describe, expect, it } from 'vitest';
import { parseNetDescription } from '../files/net-description.ts';
import { startBackend } from '../tensor/backends.ts';
import { dispose, memory } from '../tensor/engine.ts';
import { fromArray } from '../tensor/tensors.ts';
import { netTarget } from './net-target.ts';
import { imageNumbers } from './target.ts';
import {
  mnistTest,
  netGoldens,
  openReferenceNet,
  REFERENCE_NETS,
} from '../nn/testing/reference-nets.ts';

/** softmax(z) − onehot(y) of each row, in float64. */
function crossEntropyWeights(labels: Uint32Array, classes: number) {
  return (logits: Float32Array): Float32Array => {
    const out = new Float32Array(logits.length);
    labels.forEach((label, n) => {
      const row = logits.subarray(n * classes, (n + 1) * classes);
      const top = Math.max(...row);
      const total = row.reduce((sum, one) => sum + Math.exp(one - top), 0);
      row.forEach((one, c) => (out[n * classes + c] = Math.exp(one - top) / total));
      let others = 0;
      row.forEach((_, c) => (others += c === label ? 0 : out[n * classes + c]!));
      out[n * classes + label] = -others;
    });
    return out;
  };
}

describe.each(['cpu', 'wasm'] as const)('a reference net as a target, on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  it.each(REFERENCE_NETS)(
    "A1 %s: logits and the gradient by the images are PyTorch's, and tensors stay as they were",
    async (name) => {
      const { net, params } = await openReferenceNet(name);
      const target = netTarget(net, params);
      const goldens = netGoldens(name);
      const { images, labels } = mnistTest(0, 3);
      const before = { ...memory() };
      const { logits, gradient } = await target.pullback(
        images,
        crossEntropyWeights(labels, target.classes),
      );
      expect(await target.logits(images)).toEqual(logits);
      expect(memory().numTensors).toBe(before.numTensors);
      expect(memory().numBytes).toBe(before.numBytes);
      const size = imageNumbers(target);
      labels.forEach((_, n) => {
        goldens.logits_f64[n]!.forEach((golden, c) => {
          // The bar of float32 through a net; the references themselves differ by 6e-6.
          expect(Math.abs(logits[n * 10 + c]! - golden)).toBeLessThan(1e-4);
        });
        const one = gradient.subarray(n * size, (n + 1) * size);
        const l2 = Math.sqrt(one.reduce((sum, entry) => sum + entry * entry, 0));
        const golden = goldens.ce_input_grad.l2[n]!;
        expect(Math.abs(l2 - golden)).toBeLessThan(1e-4 * golden);
      });
      dispose(Object.values(params));
    },
  );

  it('frees what it holds when the weights cannot be computed', async () => {
    const { net, params } = await openReferenceNet('mnist-plain');
    const target = netTarget(net, params);
    const before = memory().numTensors;
    const failing = target.pullback(mnistTest(0, 2).images, () => {
      throw new RangeError('no weights');
    });
    await expect(failing).rejects.toThrow('no weights');
    expect(memory().numTensors).toBe(before);
    dispose(Object.values(params));
  });
});

describe('a net that cannot be attacked', () => {
  it('is refused with the field and how to fix it', async () => {
    await startBackend('cpu');
    const dense = { type: 'dense', name: 'head', in_features: 3, out_features: 1, weight: 'w' };
    const text = JSON.stringify({ name: 'vectors', input: { shape: [3] }, layers: [dense] });
    expect(() => netTarget(parseNetDescription(text), {})).toThrow(/input\.shape.*\[3\]/);
    const one = JSON.stringify({
      name: 'one answer',
      input: { shape: [3, 1, 1] },
      layers: [{ type: 'flatten' }, dense],
    });
    const params = { w: fromArray([1, 2, 3], [3, 1]) };
    expect(() => netTarget(parseNetDescription(one), params)).toThrow(/at least 2 classes/);
    dispose(Object.values(params));
  });
});
