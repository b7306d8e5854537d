import { forward } from '../nn/forward.ts';
import type { Params } from '../nn/params.ts';
import { dispose, keep, tidy, valueAndGradients, type Tensor } from '../tensor/engine.ts';
import { read, readAll } from '../tensor/read.ts';
import { fromArray, fromIntegers } from '../tensor/tensors.ts';
import { crossEntropyWith, type RowLoss } from './loss-values.ts';
import { PLAIN_OBJECTIVE, type Objective } from './objective.ts';
import { SeenMoments } from './running-statistics.ts';
import { scoreLogits, type Score } from './score.ts';
import type { HeldTensor, TrainedNet } from './trained-net.ts';

/** Images and labels of a batch, and the shape of one image [H, W, C]. */
export interface Images {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly shape: readonly [number, number, number];
}

/** A batch as a step sees it. */
export interface StepImages extends Images {
  /** The adversarial images of the batch, for an objective that uses them. */
  readonly adversarial?: Float32Array;
}

/** How a step is computed; plain cross-entropy by default. */
export interface StepOptions {
  readonly objective?: Objective;
  /** The net's tensors if they are on the backend already; the caller disposes of them. */
  readonly params?: Params;
}

/** A batch's gradients, one for each parameter, and its score. */
export interface BatchGradients extends Score {
  readonly gradients: readonly Float32Array[];
  /**
   * Updates BatchNorm's running statistics with those of the passes; called when the step is taken.
   */
  readonly updateRunning: () => void;
}

function uploaded(held: readonly HeldTensor[]): Params {
  return tidy(() =>
    Object.fromEntries(held.map(({ name, values, shape }) => [name, fromArray(values, shape)])),
  );
}

function imagesOf(images: Float32Array, { labels, shape }: Images): Tensor {
  return fromArray(images, [labels.length, ...shape]);
}

function inputsOf(batch: StepImages, { passes }: Objective): Tensor[] {
  return passes.map((input) => {
    const images = input === 'clean' ? batch.images : batch.adversarial;
    if (images === undefined)
      throw new RangeError('adversarial: the objective needs adversarial images.');
    return imagesOf(images, batch);
  });
}

/**
 * The objective of a batch, its passes in training mode, and its gradients, on the current backend.
 * Disposes every tensor that it creates, also on errors.
 *
 * @see algorithms of the paper's experiments: cross-entropy, mean over the batch.
 */
export async function batchGradients(
  net: TrainedNet,
  batch: StepImages,
  { objective = PLAIN_OBJECTIVE, params }: StepOptions = {},
): Promise<BatchGradients> {
  const seen = new SeenMoments();
  const [made, logits]: [Tensor[], Tensor[]] = [[], []];
  try {
    const all = params ?? uploaded(net.trainable);
    const weights = net.trainable.map(({ name }) => all[name]!);
    if (params === undefined) made.push(...weights);
    const inputs = tidy(() => inputsOf(batch, objective));
    made.push(...inputs);
    const labels = fromIntegers(batch.labels);
    made.push(labels);
    const { value, gradients } = valueAndGradients(() => {
      const options = { mode: 'train', onMoments: seen.note } as const;
      for (const x of inputs) logits.push(keep(forward(net.description, all, x, options)));
      return objective.total(logits, labels);
    }, weights);
    made.push(value, ...gradients);
    const wanted = [...logits, ...gradients, ...seen.tensors];
    const numbers = (await readAll(wanted)) as Float32Array[];
    const [passes, end] = [logits.length, logits.length + weights.length];
    return {
      ...objective.score(numbers.slice(0, passes), batch.labels),
      gradients: numbers.slice(passes, end),
      updateRunning: () => seen.blendInto(net.running, numbers.slice(end)),
    };
  } finally {
    dispose([...made, ...logits, ...seen.tensors]);
  }
}

/** The net's tensors for many batches in inference mode; the caller disposes of them. */
export function inferenceParams({ trainable, running }: TrainedNet): Params {
  return uploaded([...trainable, ...running]);
}

/**
 * Score of a batch in inference mode, by cross-entropy by default. Disposes every tensor that it
 * creates.
 */
export async function scoreBatch(
  { description }: TrainedNet,
  params: Params,
  { batch, loss = crossEntropyWith(0) }: { readonly batch: Images; readonly loss?: RowLoss },
): Promise<Score> {
  const logits = tidy(() => forward(description, params, imagesOf(batch.images, batch)));
  try {
    return scoreLogits((await read(logits)) as Float32Array, batch.labels, loss);
  } finally {
    dispose(logits);
  }
}
