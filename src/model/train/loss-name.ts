import { ADVERSARIAL_FIELDS } from './adversarial.ts';
import type { Experiment } from './experiment.ts';
import { TRAINING_FIELDS } from './experiment-fields.ts';

/** What the number that a run's steps lower is called. */
export function lossName({
  adversarial,
  training,
}: Pick<Experiment, 'adversarial' | 'training'>): string {
  return adversarial.kind === 'none'
    ? testLossName({ training })
    : ADVERSARIAL_FIELDS[adversarial.kind].loss;
}

/** What the loss of the test images is called: they are never attacked for it. */
function testLossName({ training }: Pick<Experiment, 'training'>): string {
  return TRAINING_FIELDS.loss.choices[training.loss];
}
