import { netTarget } from '../attack/net-target.ts';
import { batchAt, batchesPerEpoch } from '../data/batches.ts';
import type { Params } from '../nn/params.ts';
import { robustAttackOf } from '../model/train/robust.ts';
import type { RobustCount } from '../model/train/run.ts';
import { dispose } from '../tensor/engine.ts';
import { inferenceParams, scoreBatch } from './batch-gradients.ts';
import { rowLossOf } from './loss-values.ts';
import { robustAccuracy } from './robust-accuracy.ts';
import type { Run, RunData } from './run.ts';
import type { Score } from './score.ts';
import { imagesOf } from './step-gradients.ts';

/** Images a batch when testing: few enough for memory, many enough to be fast. */
const TEST_BATCH = 200;

/** Finished epochs that were not tested yet: at most one. */
export function epochsOwed({ step, stepsPerEpoch, history }: Run): number {
  return Math.floor(step / stepsPerEpoch) - history.place.epochs;
}

/** Classifies the test images. */
async function* cleanScore(
  { net, experiment }: Run,
  { test }: RunData,
  params: Params,
): AsyncGenerator<undefined, Score> {
  const loss = rowLossOf(experiment.training);
  const size = Math.min(TEST_BATCH, test.labels.length);
  const plan = { seed: 0, epoch: 0, batchSize: size, augment: false, shuffle: false };
  const total = { loss: 0, correct: 0, count: 0 };
  for (let number = 0; number < batchesPerEpoch(test, size); number++) {
    const batch = imagesOf(test, batchAt(test, { ...plan, batch: number }));
    const score = await scoreBatch(net, params, { batch, loss });
    total.loss += score.loss;
    total.correct += score.correct;
    total.count += score.count;
    yield;
  }
  return total;
}

/** Attacks the first test images, in the epochs set by the document. */
async function* robustScore(
  { net, experiment, history }: Run,
  { test }: RunData,
  params: Params,
): AsyncGenerator<undefined, RobustCount | null> {
  const attack = robustAttackOf(experiment);
  const epoch = history.place.epochs + 1;
  const due = attack !== null && epoch % attack.every === 0;
  if (attack === null || !(due || epoch === experiment.training.epochs)) return null;
  const target = netTarget(net.description, params);
  return yield* robustAccuracy(target, test, { attack, seed: experiment.seed });
}

/**
 * Tests the net after an epoch and records the result; yields after each batch, and after each step
 * of the attack. If the iteration ends early, the epoch remains untested.
 *
 * @param now milliseconds of a monotonic clock
 */
export async function* testEpoch(
  run: Run,
  data: RunData,
  now: () => number,
): AsyncGenerator<undefined, void> {
  const start = now();
  const params = inferenceParams(run.net);
  try {
    const score = yield* cleanScore(run, data, params);
    // An attack rejects logits that are not numbers; the run is about to end because of them.
    const finite = Number.isFinite(score.loss);
    const robust = finite ? yield* robustScore(run, data, params) : null;
    noteEpoch(run, { score, robust, testTime: now() - start });
  } finally {
    dispose(Object.values(params));
  }
}

interface Tested {
  readonly score: Score;
  readonly robust: RobustCount | null;
  readonly testTime: number;
}

function noteEpoch(run: Run, { score, robust, testTime }: Tested): void {
  const { history, stepsPerEpoch } = run;
  const epoch = history.place.epochs + 1;
  const [from, end] = [(epoch - 1) * stepsPerEpoch, epoch * stepsPerEpoch];
  const trainCount = history.sum('count', from, end);
  history.addEpoch({
    epoch,
    step: end,
    trainLoss: history.weightedLoss(from, end) / trainCount,
    trainCorrect: history.sum('correct', from, end),
    trainCount,
    testLoss: score.loss / score.count,
    testCorrect: score.correct,
    testCount: score.count,
    robust,
    seconds: (history.sum('milliseconds', from, end) + testTime) / 1000,
  });
}
