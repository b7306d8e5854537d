import { ADVERSARIAL_FIELDS } from './adversarial.ts';
import type { Experiment } from './experiment.ts';
import { TRAINING_FIELDS } from './experiment-fields.ts';

/** Name of a run's training loss. */
export function lossName({
  adversarial,
  training,
}: Pick<Experiment, 'adversarial' | 'training'>): string {
  return adversarial.kind === 'none'
    ? testLossName({ training })
    : ADVERSARIAL_FIELDS[adversarial.kind].loss;
}

/** Name of the test loss, which is on clean images. */
function testLossName({ training }: Pick<Experiment, 'training'>): string {
  return TRAINING_FIELDS.loss.choices[training.loss];
}
