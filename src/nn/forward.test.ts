import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../tensor/backends.ts';
import { dispose, memory, tidy, valueAndGradients } from '../tensor/engine.ts';
import { softmaxCrossEntropy, weightedSum } from '../tensor/ops/loss.ts';
import { read } from '../tensor/read.ts';
import { fromArray, fromIntegers } from '../tensor/tensors.ts';
import { forward } from './forward.ts';
import { paramsFromWeights, weightsFromParams } from './params.ts';
import {
  mnistTest,
  netGoldens,
  readReferenceNet,
  REFERENCE_NETS,
  type ReferenceNet,
} from './testing/reference-nets.ts';

const COUNT = 32;
const PIXELS = 28 * 28;

/** The first test images of MNIST, as the nets take them: [32, 28, 28, 1] in [0, 1]. */
const { images: IMAGES } = mnistTest(0, COUNT);

async function open(name: ReferenceNet) {
  return { ...(await readReferenceNet(name)), goldens: netGoldens(name) };
}

describe.each(['cpu', 'wasm'] as const)('nets trained in PyTorch, on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend);
  });

  it.each(REFERENCE_NETS)("%s: logits and losses are PyTorch's to 1e-4", async (name) => {
    const { net, weights, goldens } = await open(name);
    const before = memory().numTensors;
    const params = paramsFromWeights(net, weights);
    const x = fromArray(IMAGES, [COUNT, 28, 28, 1]);
    const labels = fromIntegers(goldens.labels);
    const logits = tidy(() => forward(net, params, x));
    const losses = tidy(() => softmaxCrossEntropy(logits, labels));
    const found = await read(logits);
    goldens.logits_f64.flat().forEach((one, at) => {
      expect(Math.abs(found[at]! - one)).toBeLessThan(1e-4);
    });
    (await read(losses)).forEach((one, at) => {
      expect(Math.abs(one - goldens.ce_f64[at]!)).toBeLessThan(1e-4);
    });
    dispose([...Object.values(params), x, labels, logits, losses]);
    expect(memory().numTensors).toBe(before);
  });

  it.each(REFERENCE_NETS)(
    "%s: the gradient of the loss by the images has PyTorch's norms",
    async (name) => {
      const { net, weights, goldens } = await open(name);
      const params = paramsFromWeights(net, weights);
      const x = fromArray(IMAGES, [COUNT, 28, 28, 1]);
      const labels = fromIntegers(goldens.labels);
      const ones = fromArray(new Float32Array(COUNT).fill(1), [COUNT]);
      const { gradients, value } = valueAndGradients(
        () => weightedSum(softmaxCrossEntropy(forward(net, params, x), labels), ones),
        [x],
      );
      const found = Float32Array.from(await read(gradients[0]!));
      goldens.ce_input_grad.l1.forEach((l1, image) => {
        const one = found.subarray(image * PIXELS, (image + 1) * PIXELS);
        const sum = one.reduce((total, entry) => total + Math.abs(entry), 0);
        // Relative, for images of which the net is sure too: float32 through a dozen layers.
        expect(Math.abs(sum - l1)).toBeLessThan(1e-4 * l1);
      });
      dispose([...Object.values(params), x, labels, ones, value, ...gradients]);
    },
  );

  it("weights come back in PyTorch's layouts, number for number", async () => {
    const { net, weights } = await open('mnist-bn');
    const params = paramsFromWeights(net, weights);
    const back = new Map((await weightsFromParams(params)).map((one) => [one.name, one]));
    for (const { name, shape, data } of weights.tensors.filter(
      (one) => params[one.name] !== undefined,
    )) {
      expect(back.get(name)?.shape).toEqual(shape);
      expect(back.get(name)?.data).toEqual(Float32Array.from(data));
    }
    dispose(Object.values(params));
  });
});
