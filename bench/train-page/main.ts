import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import { forward } from '../../src/nn/forward.ts';
import { paramsFromWeights } from '../../src/nn/params.ts';
import type { BackendName } from '../../src/tensor/backend-probes.ts';
import { startBackend } from '../../src/tensor/backends.ts';
import { dispose, valueAndGradients, type Tensor } from '../../src/tensor/engine.ts';
import { meanOf, softmaxCrossEntropy } from '../../src/tensor/ops/loss.ts';
import { addScaled } from '../../src/tensor/ops/update.ts';
import { fromArray, fromIntegers } from '../../src/tensor/tensors.ts';
import { BUNDLED_WASM_FILES } from '../../src/tensor/wasm-files.ts';
import {
  CLASSES,
  imagesOf,
  labelsOf,
  LEARNING_RATE,
  NETS,
  SIDE,
  weightsOf,
} from '../train.nets.ts';

/** One engine on the first net of the bench: the small CNN. */
export interface TrainBench {
  /** `stock` takes tfjs as it comes, `lab` the lab's ops and kernels. */
  readonly start: (engine: 'lab' | 'stock', backend: BackendName) => Promise<void>;
  /** One step: its loss, and its time in milliseconds. */
  readonly step: () => Promise<{ readonly loss: number; readonly milliseconds: number }>;
}

const { net, batch } = NETS[0]!;
let weights: Tensor[] = [];
let names: string[] = [];
let x: tf.Tensor4D;
let labels: tf.Tensor1D;
let stock = false;

async function start(engine: 'lab' | 'stock', backend: BackendName): Promise<void> {
  stock = engine === 'stock';
  if (stock) await tf.setBackend(backend);
  else await startBackend(backend, { wasmFiles: BUNDLED_WASM_FILES });
  const file = { format: 'safetensors', skipped: [], metadata: {} } as const;
  const params = paramsFromWeights(net, { ...file, tensors: [...weightsOf(net)] });
  names = Object.keys(params);
  weights = Object.values(params);
  x = fromArray(imagesOf(batch), [batch, SIDE, SIDE, 3]) as tf.Tensor4D;
  labels = fromIntegers(labelsOf(batch));
}

/** As tfjs's documentation would have it. */
function stockLoss(...now: tf.Tensor[]): tf.Scalar {
  const features = now
    .slice(0, 3)
    .reduce<tf.Tensor4D>(
      (input, w, at) => tf.relu(tf.conv2d(input, w as tf.Tensor4D, at === 0 ? 1 : 2, 1)),
      x,
    );
  const logits = tf.matMul(tf.mean<tf.Tensor2D>(features, [1, 2]), now[3] as tf.Tensor2D);
  return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, CLASSES), logits);
}

function labLoss(): Tensor {
  const params = Object.fromEntries(names.map((name, at) => [name, weights[at]!]));
  return meanOf(softmaxCrossEntropy(forward(net, params, x, { mode: 'train' }), labels));
}

function gradients(): { value: Tensor; gradients: Tensor[] } {
  if (!stock) return valueAndGradients(labLoss, weights);
  const { value, grads } = tf.tidy(() => tf.valueAndGrads(stockLoss)(weights));
  return { value, gradients: grads };
}

function moved(weight: Tensor, gradient: Tensor): Tensor {
  return stock
    ? tf.tidy(() => weight.sub(gradient.mul(LEARNING_RATE)))
    : addScaled(weight, -LEARNING_RATE, gradient);
}

async function step(): Promise<{ loss: number; milliseconds: number }> {
  const begin = performance.now();
  const found = gradients();
  const next = weights.map((weight, at) => moved(weight, found.gradients[at]!));
  dispose([...weights, ...found.gradients]);
  weights = next;
  // The step is over when its weights are there, not when its commands were sent.
  await weights[3]!.data();
  const [loss] = await found.value.data();
  dispose(found.value);
  return { loss: loss!, milliseconds: performance.now() - begin };
}

(window as unknown as { trainBench: TrainBench }).trainBench = { start, step };
