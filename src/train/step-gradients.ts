import { netTarget } from '../attack/net-target.ts';
import type { Batch } from '../data/batches.ts';
import type { ImageSet } from '../data/dataset.ts';
import { isAdversarial } from '../model/train/adversarial.ts';
import { dispose } from '../tensor/engine.ts';
import {
  batchGradients,
  inferenceParams,
  type BatchGradients,
  type Images,
} from './batch-gradients.ts';
import { innerAttack, type InnerSettings } from './inner-attack.ts';
import { objectiveOf } from './objective.ts';
import type { Run } from './run.ts';

/** The images of a step: a batch of a set, in an epoch counted from 1. */
export interface StepInput {
  readonly set: ImageSet;
  readonly batch: Batch;
  readonly epoch: number;
}

/** A batch and the shape of its images. */
export function imagesOf(set: ImageSet, { images, labels }: Batch): Images {
  return { images, labels, shape: [set.height, set.width, set.channels] };
}

/** The weights are uploaded once, for the attack and for the passes that train. */
async function* adversarialGradients(
  { net, experiment }: Run,
  { set, batch, epoch }: StepInput,
  settings: InnerSettings,
): AsyncGenerator<number, BatchGradients, undefined> {
  const params = inferenceParams(net);
  try {
    const mode = settings.batchNorm === 'eval' ? 'inference' : 'train';
    const target = netTarget(net.description, params, mode);
    const { seed } = experiment;
    const adversarial = yield* innerAttack(target, settings, { ...batch, seed, epoch });
    const images = { ...imagesOf(set, batch), adversarial };
    return await batchGradients(net, images, { objective: objectiveOf(experiment), params });
  } finally {
    dispose(Object.values(params));
  }
}

/**
 * Gradients of a run's next step: with adversarial training the batch is attacked first. Yields
 * after each step of the attack; if the iteration ends there, nothing has changed and all tensors
 * are disposed.
 */
export async function* stepGradients(
  run: Run,
  input: StepInput,
): AsyncGenerator<number, BatchGradients, undefined> {
  const { adversarial } = run.experiment;
  if (isAdversarial(adversarial)) return yield* adversarialGradients(run, input, adversarial);
  const objective = objectiveOf(run.experiment);
  return batchGradients(run.net, imagesOf(input.set, input.batch), { objective });
}
