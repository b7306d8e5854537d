import { createRequire } from 'node:module';
import type * as tf from '@tensorflow/tfjs';
import { fillNormal, fillUniform } from '../src/math/random.ts';
import { startBackend } from '../src/tensor/backends.ts';
import { dispose, tidy, valueAndGradients, type Tensor } from '../src/tensor/engine.ts';
import { globalMean, relu } from '../src/tensor/ops/channels.ts';
import { conv2d } from '../src/tensor/ops/conv2d.ts';
import { dense } from '../src/tensor/ops/dense.ts';
import { meanOf, softmaxCrossEntropy } from '../src/tensor/ops/loss.ts';
import { addScaled } from '../src/tensor/ops/update.ts';
import { readScalar } from '../src/tensor/read.ts';
import { fromArray, fromIntegers } from '../src/tensor/tensors.ts';
import { report, short, summarize, type Row } from './lib.ts';

/**
 * Stock tfjs in its ES2017 build: its Node build is ES5, where a training step of the cpu backend
 * takes about four times as long, which would flatter the comparison.
 */
const stockTf = createRequire(import.meta.url)('@tensorflow/tfjs/dist/tf.es2017.js') as typeof tf;

/**
 * The small CNN: 3×3 convs to 16, 32 and 64 channels with strides 1, 2, 2, mean, dense; batch 32
 * of 32×32×3.
 */
const BATCH = 32;
const SIDE = 32;
const CLASSES = 10;
const LEARNING_RATE = 0.05;
const CONVS = [
  { shape: [3, 3, 3, 16], stride: 1 },
  { shape: [3, 3, 16, 32], stride: 2 },
  { shape: [3, 3, 32, 64], stride: 2 },
] as const;
const DENSE = [64, CLASSES] as const;
const SHAPES: readonly (readonly number[])[] = [...CONVS.map(({ shape }) => shape), DENSE];

const product = (shape: readonly number[]): number => shape.reduce((total, one) => total * one, 1);

/** PyTorch's default initialization, the same numbers for every engine. */
const WEIGHTS = SHAPES.map((shape, stream) => {
  const bound = 1 / Math.sqrt(product(shape.slice(0, -1)));
  const values = fillUniform({ seed: 1, stream }, new Float32Array(product(shape)));
  return values.map((one) => (2 * one - 1) * bound);
});
const IMAGES = fillNormal({ seed: 2, stream: 0 }, new Float32Array(BATCH * SIDE * SIDE * 3));
const LABELS = Array.from({ length: BATCH }, (_, at) => at % CLASSES);

/** One way to train: its steps begin at the same weights and must see the same losses. */
interface Engine {
  readonly name: string;
  readonly backend: 'cpu' | 'wasm';
  readonly step: () => Promise<number>;
}

/** Weights that a step replaces, and the batch, as tensors of the backend in use. */
function makeState(): { weights: Tensor[]; x: Tensor; labels: tf.Tensor1D } {
  return {
    weights: WEIGHTS.map((values, at) => fromArray(values, SHAPES[at]!)),
    x: fromArray(IMAGES, [BATCH, SIDE, SIDE, 3]),
    labels: fromIntegers(LABELS),
  };
}

/** The lab's ops. */
function labLoss({ weights, x, labels }: ReturnType<typeof makeState>): Tensor {
  const features = CONVS.reduce(
    (input, { stride }, at) =>
      relu(
        conv2d(input, weights[at]!, {
          stride: [stride, stride],
          padding: [1, 1, 1, 1],
          dilation: [1, 1],
          groups: 1,
        }),
      ),
    x,
  );
  return meanOf(softmaxCrossEntropy(dense(globalMean(features), weights[3]!), labels));
}

/** The same net in tfjs's own ops, as its documentation would have it. */
function stockLoss({ weights, x, labels }: ReturnType<typeof makeState>): Tensor {
  const features = CONVS.reduce(
    (input, { stride }, at) =>
      stockTf.relu(stockTf.conv2d(input, weights[at] as tf.Tensor4D, stride, 1)),
    x as tf.Tensor4D,
  );
  const logits = stockTf.matMul(
    stockTf.mean<tf.Tensor2D>(features, [1, 2]),
    weights[3] as tf.Tensor2D,
  );
  return stockTf.losses.softmaxCrossEntropy(stockTf.oneHot(labels, CLASSES), logits);
}

async function labEngine(backend: 'wasm'): Promise<Engine> {
  await startBackend(backend);
  const state = makeState();
  const step = async (): Promise<number> => {
    const { value, gradients } = valueAndGradients(() => labLoss(state), state.weights);
    const old = state.weights;
    state.weights = old.map((weight, at) => addScaled(weight, -LEARNING_RATE, gradients[at]!));
    dispose([...old, ...gradients]);
    const loss = await readScalar(value);
    dispose(value);
    return loss;
  };
  return { name: `lab, ${backend}`, backend, step };
}

async function stockEngine(): Promise<Engine> {
  await stockTf.setBackend('cpu');
  const state = makeState();
  const step = async (): Promise<number> => {
    const { value, grads } = tidy(() => {
      const f = (...weights: Tensor[]): Tensor => stockLoss({ ...state, weights });
      return stockTf.valueAndGrads(f)(state.weights);
    });
    const old = state.weights;
    state.weights = old.map((weight, at) =>
      stockTf.tidy(() => weight.sub(grads[at]!.mul(LEARNING_RATE))),
    );
    dispose([...old, ...grads]);
    const loss = (await value.data())[0]!;
    dispose(value);
    return loss;
  };
  return { name: 'stock tfjs, cpu', backend: 'cpu', step };
}

interface Run {
  readonly times: number[];
  /** Processor time of the same steps: what a step costs when others share the machine. */
  readonly cpu: number[];
  readonly losses: number[];
}

/** Steps of every engine in turn, so that noise of the machine meets all alike. */
async function runAll(
  engines: readonly Engine[],
  rounds: number,
  stepsPerRound: Readonly<Record<string, number>>,
): Promise<Map<string, Run>> {
  const runs = new Map<string, Run>(
    engines.map(({ name }) => [name, { times: [], cpu: [], losses: [] }]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const { name, backend, step } of engines) {
      await stockTf.setBackend(backend);
      for (let at = 0; at < (stepsPerRound[name] ?? 1); at++) {
        const [start, cpu] = [performance.now(), process.cpuUsage()];
        const loss = await step();
        const run = runs.get(name)!;
        run.times.push(performance.now() - start);
        run.cpu.push(process.cpuUsage(cpu).user / 1000);
        run.losses.push(loss);
      }
    }
  }
  return runs;
}

/** The first rounds warm up compilers and caches and are not counted. */
const WARM_UP = { 'lab, wasm': 20, 'stock tfjs, cpu': 1 } as Readonly<Record<string, number>>;
const ROUNDS = 4;

const engines = [await stockEngine(), await labEngine('wasm')];
const runs = await runAll(engines, ROUNDS, { 'lab, wasm': 20 });
const common = Math.min(...[...runs.values()].map(({ losses }) => losses.length));
const counted = (name: string, what: 'times' | 'cpu'): number[] =>
  runs.get(name)![what].slice(WARM_UP[name]);
const stock = {
  times: summarize(counted(engines[0]!.name, 'times')).median,
  cpu: summarize(counted(engines[0]!.name, 'cpu')).median,
};
const reference = runs.get(engines[0]!.name)!.losses;
const rows = engines.map(({ name }): Row => {
  const { median, low, high, runs: steps } = summarize(counted(name, 'times'));
  const cpu = summarize(counted(name, 'cpu')).median;
  const { losses } = runs.get(name)!;
  const difference = Math.max(
    ...losses.slice(0, common).map((loss, at) => Math.abs(loss / reference[at]! - 1)),
  );
  return {
    engine: name,
    steps,
    'median ms': short(median),
    'quartile 1': short(low),
    'quartile 3': short(high),
    'times as fast': short(stock.times / median),
    'CPU ms': short(cpu),
    'times as fast (CPU)': short(stock.cpu / cpu),
    'largest relative loss difference': short(difference),
  };
});
report(`training step, convs 16/32/64, batch ${BATCH} of ${SIDE}x${SIDE}x3`, rows);
