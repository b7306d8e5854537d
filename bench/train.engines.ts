import { createRequire } from 'node:module';
import type * as tf from '@tensorflow/tfjs';
import { forward } from '../src/nn/forward.ts';
import { paramsFromWeights } from '../src/nn/params.ts';
import { startBackend } from '../src/tensor/backends.ts';
import { dispose, tidy, valueAndGradients, type Tensor } from '../src/tensor/engine.ts';
import { meanOf, softmaxCrossEntropy } from '../src/tensor/ops/loss.ts';
import { addScaled } from '../src/tensor/ops/update.ts';
import { readScalar } from '../src/tensor/read.ts';
import { fromArray, fromIntegers } from '../src/tensor/tensors.ts';
import { CLASSES, imagesOf, labelsOf, LEARNING_RATE, SIDE, weightsOf } from './train.nets.ts';
import type { BenchNet } from './train.nets.ts';

/**
 * Stock tfjs in its ES2017 build: its Node build is ES5, where a training step of the cpu backend
 * takes about four times as long, which would flatter the comparison.
 */
const stockTf = createRequire(import.meta.url)('@tensorflow/tfjs/dist/tf.es2017.js') as typeof tf;

/** One way to train a net: its steps begin at the same weights and must see the same losses. */
export interface Engine {
  readonly name: string;
  /** Makes its backend the one in use. */
  readonly enter: () => Promise<unknown>;
  readonly step: () => Promise<number>;
  readonly end: () => void;
}

interface State {
  params: Record<string, Tensor>;
  readonly trained: readonly string[];
  readonly x: Tensor;
  readonly labels: tf.Tensor1D;
}

/** Weights that a step replaces, and the batch, as tensors of the backend in use. */
function makeState({ net, batch }: BenchNet): State {
  const tensors = [...weightsOf(net)];
  const weights = { format: 'safetensors', tensors, skipped: [], metadata: {} } as const;
  const params = { ...paramsFromWeights(net, weights) };
  return {
    params,
    trained: Object.keys(params).filter((name) => !name.includes('running_')),
    x: fromArray(imagesOf(batch), [batch, SIDE, SIDE, 3]),
    labels: fromIntegers(labelsOf(batch)),
  };
}

const free = ({ params, x, labels }: State): void => {
  dispose([...Object.values(params), x, labels]);
};

/** Takes a step along gradients, disposes of them, and reads the loss. */
async function descend(
  state: State,
  { value, gradients }: { value: Tensor; gradients: readonly Tensor[] },
  update: (weight: Tensor, gradient: Tensor) => Tensor,
): Promise<number> {
  const old = state.trained.map((name) => state.params[name]!);
  const next = state.trained.map((name, at) => [name, update(old[at]!, gradients[at]!)] as const);
  state.params = { ...state.params, ...Object.fromEntries(next) };
  dispose([...old, ...gradients]);
  const loss = await readScalar(value);
  dispose(value);
  return loss;
}

/** The lab's own ops and kernels on wasm. */
export async function labEngine(one: BenchNet): Promise<Engine> {
  await startBackend('wasm');
  const state = makeState(one);
  const step = (): Promise<number> => {
    const logits = (): Tensor => forward(one.net, state.params, state.x, { mode: 'train' });
    const result = valueAndGradients(
      () => meanOf(softmaxCrossEntropy(logits(), state.labels)),
      state.trained.map((name) => state.params[name]!),
    );
    return descend(state, result, (w, g) => addScaled(w, -LEARNING_RATE, g));
  };
  return {
    name: 'lab, wasm',
    enter: () => stockTf.setBackend('wasm'),
    step,
    end: () => {
      free(state);
    },
  };
}

/** The small CNN in tfjs's own ops, as its documentation would have it. */
function stockLoss(weights: readonly Tensor[], { x, labels }: State): Tensor {
  const features = weights
    .slice(0, 3)
    .reduce<tf.Tensor4D>(
      (input, w, at) => stockTf.relu(stockTf.conv2d(input, w as tf.Tensor4D, at === 0 ? 1 : 2, 1)),
      x as tf.Tensor4D,
    );
  const mean = stockTf.mean<tf.Tensor2D>(features, [1, 2]);
  const logits = stockTf.matMul(mean, weights[3] as tf.Tensor2D);
  return stockTf.losses.softmaxCrossEntropy(stockTf.oneHot(labels, CLASSES), logits);
}

/** Stock tfjs on its cpu backend, for the small CNN. */
export async function stockEngine(one: BenchNet): Promise<Engine> {
  await stockTf.setBackend('cpu');
  const state = makeState(one);
  const step = (): Promise<number> => {
    const { value, grads } = tidy(() =>
      stockTf.valueAndGrads((...weights: Tensor[]) => stockLoss(weights, state))(
        state.trained.map((name) => state.params[name]!),
      ),
    );
    return descend(state, { value, gradients: grads }, (w, g) =>
      stockTf.tidy(() => w.sub(g.mul(LEARNING_RATE))),
    );
  };
  return {
    name: 'stock tfjs, cpu',
    enter: () => stockTf.setBackend('cpu'),
    step,
    end: () => {
      free(state);
    },
  };
}
