import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import { forward } from '../../src/nn/forward.ts';
import { paramsFromWeights } from '../../src/nn/params.ts';
import type { BackendName } from '../../src/tensor/backend-names.ts';
import { startBackend } from '../../src/tensor/backends.ts';
import { dispose, valueAndGradients, type Tensor } from '../../src/tensor/engine.ts';
import { meanOf, softmaxCrossEntropy } from '../../src/tensor/ops/loss.ts';
import { addScaled } from '../../src/tensor/ops/update.ts';
import { fromArray, fromIntegers } from '../../src/tensor/tensors.ts';
import { BUNDLED_WASM } from '../../src/tensor/wasm-binary.ts';
import {
  CLASSES,
  imagesOf,
  labelsOf,
  LEARNING_RATE,
  NETS,
  SIDE,
  weightsOf,
} from '../train.nets.ts';
import type { BenchNet } from '../train.nets.ts';
import { stockForward } from './stock-net.ts';

/** One engine on one net of the bench, by its place in the list. */
export interface TrainBench {
  /** `stock` takes tfjs as it comes, `lab` the lab's ops and kernels. */
  readonly start: (engine: 'lab' | 'stock', backend: BackendName, net: number) => Promise<void>;
  /** One step: its loss, and its time in milliseconds. */
  readonly step: () => Promise<{ readonly loss: number; readonly milliseconds: number }>;
}

let chosen: BenchNet = NETS[0]!;
let weights: Tensor[] = [];
let names: string[] = [];
let x: tf.Tensor4D;
let labels: tf.Tensor1D;
let stock = false;

async function start(engine: 'lab' | 'stock', backend: BackendName, at: number): Promise<void> {
  chosen = NETS[at]!;
  const { net, batch } = chosen;
  stock = engine === 'stock';
  if (stock) await tf.setBackend(backend);
  else await startBackend(backend, { wasmBinary: BUNDLED_WASM });
  const file = { format: 'safetensors', skipped: [], metadata: {} } as const;
  const params = paramsFromWeights(net, { ...file, tensors: [...weightsOf(net)] });
  // Running statistics take no part in a training step's loss.
  names = Object.keys(params).filter((name) => !name.includes('running_'));
  weights = names.map((name) => params[name]!);
  x = fromArray(imagesOf(batch), [batch, SIDE, SIDE, 3]) as tf.Tensor4D;
  labels = fromIntegers(labelsOf(batch));
}

const named = (tensors: readonly Tensor[]): Record<string, Tensor> =>
  Object.fromEntries(names.map((name, at) => [name, tensors[at]!]));

/** In tfjs's own ops, as its documentation would have it. */
function stockLoss(...now: tf.Tensor[]): tf.Scalar {
  const logits = stockForward(chosen.net.layers, named(now), x) as tf.Tensor2D;
  return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, CLASSES), logits);
}

function labLoss(): Tensor {
  const logits = forward(chosen.net, named(weights), x, { mode: 'train' });
  return meanOf(softmaxCrossEntropy(logits, labels));
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
  await weights.at(-1)!.data();
  const [loss] = await found.value.data();
  dispose(found.value);
  return { loss: loss!, milliseconds: performance.now() - begin };
}

(window as unknown as { trainBench: TrainBench }).trainBench = { start, step };
