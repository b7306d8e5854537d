import { lossName } from '../model/train/loss-name.ts';
import type { RunEnd } from '../model/train/run.ts';
import { settingsOf, type Run } from './run.ts';

/** A setting that can make the weights diverge, and its label. */
function strengthOf(run: Run): readonly [strength: number, what: string] {
  const { regularizer } = settingsOf(run);
  const { adversarial } = run.experiment;
  if ('beta' in regularizer) return [regularizer.beta, 'β of the norm decay'];
  if ('lambda' in regularizer) return [regularizer.lambda, 'λ of the weight decay'];
  if ('beta' in adversarial) return [adversarial.beta, `β of the ${lossName(run.experiment)}`];
  return [0, ''];
}

/** The likely reason for divergence. */
function likelyCause(run: Run): string {
  const { learningRate } = settingsOf(run);
  const [strength, what] = strengthOf(run);
  return strength * learningRate >= 1
    ? `The likely reason is the strength ${what}, ${strength}, at a learning rate of ${learningRate}: lower one of them.`
    : `The likely reason is the learning rate of ${learningRate}: lower it.`;
}

/** The end of a run whose next step has no finite loss. */
export function notFinite(run: Run): RunEnd {
  const step = run.step + 1;
  const cause =
    step === 1 ? 'The initial weights or images give no finite loss.' : likelyCause(run);
  const name = lossName(run.experiment);
  const message = `The loss of step ${step} (${name}) is not finite. ${cause}`;
  return { kind: 'not-finite', step, message };
}

/**
 * The end of a run whose weights are not finite: BatchNorm and ReLU can hide that from the loss for
 * some steps. Null for finite weights.
 */
export function spoiled(run: Run): RunEnd | null {
  const bad = [...run.net.trainable, ...run.net.running].find(
    ({ values }) => !values.every(Number.isFinite),
  );
  if (bad === undefined) return null;
  const message = `After step ${run.step}, ${bad.name} is not finite. ${likelyCause(run)}`;
  return { kind: 'not-finite', step: run.step, message };
}
