import type { BatchNorm2dDescription } from '../files/net-description-types.ts';
import { forward } from '../nn/forward.ts';
import type { Params } from '../nn/params.ts';
import { dispose, keep, tidy, valueAndGradients, type Tensor } from '../tensor/engine.ts';
import type { Moments } from '../tensor/ops/channels.ts';
import { meanOf, softmaxCrossEntropy } from '../tensor/ops/loss.ts';
import { read, readAll } from '../tensor/read.ts';
import { fromArray, fromIntegers } from '../tensor/tensors.ts';
import type { HeldTensor, TrainedNet } from './trained-net.ts';

/** Pictures and labels of a batch, and the shape of one picture [H, W, C]. */
export interface Pictures {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly shape: readonly [number, number, number];
}

/** How a batch went. */
export interface Score {
  /** Σ cross-entropy over the pictures. */
  readonly loss: number;
  readonly correct: number;
  readonly count: number;
}

/** A batch's gradients, one beside each parameter, and how it went. */
export interface BatchGradients extends Score {
  readonly gradients: readonly Float32Array[];
  /** Puts the batch's statistics into BatchNorm's running ones; for a step that is taken. */
  readonly updateRunning: () => void;
}

function tensorsOf(held: readonly HeldTensor[]): Tensor[] {
  return held.map(({ values, shape }) => fromArray(values, shape));
}

function named(held: readonly HeldTensor[], tensors: readonly Tensor[]): Params {
  return Object.fromEntries(held.map(({ name }, at) => [name, tensors[at]!]));
}

function imagesOf({ images, labels, shape }: Pictures): Tensor {
  return fromArray(images, [labels.length, ...shape]);
}

/**
 * Cross-entropy and number of right answers from logits [N, C], in float64. The largest logit's
 * first place is the answer; logits that are not numbers give a loss that is none.
 */
export function scoreLogits(logits: Float32Array, labels: Int32Array): Score {
  const classes = logits.length / labels.length;
  let [loss, correct] = [0, 0];
  labels.forEach((label, n) => {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    let top = 0;
    for (let c = 1; c < classes; c++) if (row[c]! > row[top]!) top = c;
    let sum = 0;
    for (const value of row) sum += Math.exp(value - row[top]!);
    loss += Math.log(sum) + row[top]! - row[label]!;
    if (top === label && !Number.isNaN(row[top]!)) correct += 1;
  });
  return { loss, correct, count: labels.length };
}

/** Statistics of one BatchNorm in a batch. */
interface Seen {
  readonly layer: BatchNorm2dDescription;
  readonly moments: Moments;
  readonly count: number;
}

/** PyTorch's momentum of running statistics. */
const RUNNING_MOMENTUM = 0.1;

function blend(into: Float32Array, now: ArrayLike<number>, factor: number): void {
  for (let at = 0; at < into.length; at++) {
    into[at] = (1 - RUNNING_MOMENTUM) * into[at]! + RUNNING_MOMENTUM * factor * now[at]!;
  }
}

interface ReadSeen {
  readonly layer: BatchNorm2dDescription;
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
  readonly count: number;
}

/** The running variance gets the unbiased one, although the batch was normalized by the biased. */
function updateRunning(running: readonly HeldTensor[], seen: readonly ReadSeen[]): void {
  const byName = new Map(running.map((one) => [one.name, one.values]));
  for (const { layer, mean, variance, count } of seen) {
    blend(byName.get(layer.running_mean)!, mean, 1);
    blend(byName.get(layer.running_var)!, variance, count > 1 ? count / (count - 1) : 1);
  }
}

/**
 * Mean cross-entropy of a batch in training mode and its gradients, on the backend in use. No tensor
 * is left behind.
 *
 * @see algorithms of the paper's experiments: cross-entropy, mean over the batch.
 */
export async function batchGradients(net: TrainedNet, batch: Pictures): Promise<BatchGradients> {
  const seen: Seen[] = [];
  let logits: Tensor | undefined;
  const weights = tensorsOf(net.trainable);
  const x = imagesOf(batch);
  const labels = fromIntegers(batch.labels);
  const params = named(net.trainable, weights);
  const onMoments = (layer: BatchNorm2dDescription, moments: Moments, count: number): void => {
    keep(moments.mean);
    keep(moments.variance);
    seen.push({ layer, moments, count });
  };
  const result = valueAndGradients(() => {
    logits = keep(forward(net.description, params, x, { mode: 'train', onMoments }));
    return meanOf(softmaxCrossEntropy(logits, labels));
  }, weights);
  const moments = seen.flatMap(({ moments: { mean, variance } }) => [mean, variance]);
  const wanted = [logits!, ...result.gradients, ...moments];
  try {
    const numbers = (await readAll(wanted)) as Float32Array[];
    const gradients = numbers.slice(1, 1 + weights.length);
    const statistics = numbers.slice(1 + weights.length);
    const read = seen.map(({ layer, count }, at): ReadSeen => {
      return { layer, count, mean: statistics[2 * at]!, variance: statistics[2 * at + 1]! };
    });
    return {
      ...scoreLogits(numbers[0]!, batch.labels),
      gradients,
      updateRunning: () => updateRunning(net.running, read),
    };
  } finally {
    dispose([...wanted, ...weights, result.value, x, labels]);
  }
}

/** The net's tensors for many batches in inference mode; the caller disposes of them. */
export function inferenceParams({ trainable, running }: TrainedNet): Params {
  const all = [...trainable, ...running];
  return named(all, tensorsOf(all));
}

/** How a batch goes in inference mode. No tensor is left behind. */
export async function scoreBatch(
  { description }: TrainedNet,
  params: Params,
  batch: Pictures,
): Promise<Score> {
  const logits = tidy(() => forward(description, params, imagesOf(batch)));
  try {
    return scoreLogits((await read(logits)) as Float32Array, batch.labels);
  } finally {
    dispose(logits);
  }
}
