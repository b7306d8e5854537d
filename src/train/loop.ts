import { batchAt, batchesPerEpoch, makeBatchBuffer, type BatchBuffer } from '../data/batches.ts';
import type { ImageSet } from '../data/dataset.ts';
import type { RunEnd, RunPhase, RunProgress } from '../spec/run.ts';
import { dispose, memory } from '../tensor/engine.ts';
import {
  batchGradients,
  inferenceParams,
  scoreBatch,
  type BatchGradients,
  type Pictures,
  type Score,
} from './batch-gradients.ts';
import { optimizerBuffers, optimizerStep } from './optimizer.ts';
import { learningRateOf, placeOf, recordNorms, settingsOf, type Run, type RunData } from './run.ts';

/** What a run needs from where it runs. */
export interface LoopSetup {
  readonly data: RunData;
  /** Steps to take; null for all that are left. */
  readonly steps: number | null;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Keeps a checkpoint of the run as it is, or fails by throwing. */
  readonly save: (run: Run) => Promise<void>;
}

/** A checkpoint is at most so old, in milliseconds. */
const SAVE_EVERY = 10_000;

/** Pictures a batch when testing: few enough for memory, many enough to be fast. */
const TEST_BATCH = 200;

interface Loop extends LoopSetup {
  readonly run: Run;
  readonly buffer: BatchBuffer;
  lastSave: number;
  /** True until the first step of this start is done. */
  cold: boolean;
  /** Bytes of the arrays that the run holds from start to end. */
  readonly held: number;
}

/** Bytes of weights, running statistics, momentum, h and pictures. */
export function heldBytes({ net, optimizer }: Run, { train, test }: RunData): number {
  const arrays = [
    ...[...net.trainable, ...net.running, ...optimizerBuffers(optimizer)].map((one) => one.values),
    ...[train, test].map(({ images }) => images),
  ];
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function progress({ run, cold, held }: Loop, phase: RunPhase): RunProgress {
  const { step, steps, savedStep, experiment } = run;
  const { epochs } = experiment.training;
  const { numTensors, numBytes } = memory();
  return {
    phase: phase === 'training' && cold ? 'compiling' : phase,
    ...{ step, steps, epochs, savedStep },
    epoch: Math.min(placeOf(run).epoch, epochs),
    ...{ tensors: numTensors, bytes: held + numBytes },
  };
}

/** Keeps a checkpoint, unless the weights are spoiled: then it says why the run ends. */
async function save(loop: Loop): Promise<RunEnd | null> {
  const { run } = loop;
  const end = spoiled(run);
  if (end !== null) return end;
  await loop.save(run);
  run.savedStep = run.step;
  loop.lastSave = loop.now();
  return null;
}

/** BatchNorm and ReLU can hide weights that are not finite from the loss for some steps. */
function spoiled(run: Run): RunEnd | null {
  const bad = [...run.net.trainable, ...run.net.running].find(
    ({ values }) => !values.every(Number.isFinite),
  );
  if (bad === undefined) return null;
  const message = `After step ${run.step}, ${bad.name} is not finite. ${likelyCause(run)}`;
  return { kind: 'not-finite', step: run.step, message };
}

/** Epochs that are over but were not tested yet: at most one. */
function epochsOwed({ step, stepsPerEpoch, history }: Run): number {
  return Math.floor(step / stepsPerEpoch) - history.place.epochs;
}

function pictures(set: ImageSet, batch: Pick<Pictures, 'images' | 'labels'>): Pictures {
  return { ...batch, shape: [set.height, set.width, set.channels] };
}

/** Why numbers grew over all bounds, as far as can be told. */
function likelyCause(run: Run): string {
  const { learningRate, regularizer } = settingsOf(run);
  const [strength, what] =
    'beta' in regularizer
      ? [regularizer.beta, 'β of the norm decay']
      : 'lambda' in regularizer
        ? [regularizer.lambda, 'λ of the weight decay']
        : [0, ''];
  return strength * learningRate >= 1
    ? `The likely reason is the strength ${what}, ${strength}, at a learning rate of ${learningRate}: lower one of them.`
    : `The likely reason is the learning rate of ${learningRate}: lower it.`;
}

function notFinite(run: Run): RunEnd {
  const step = run.step + 1;
  const cause =
    step === 1
      ? 'The weights or pictures that it began with give no finite loss.'
      : likelyCause(run);
  const message = `The loss of step ${step} is not finite. ${cause}`;
  return { kind: 'not-finite', step, message };
}

/** Takes the optimizer's step; its clipping, which may be long, is always finished. */
function* update(loop: Loop, batch: BatchGradients, start: number): Generator<RunProgress, void> {
  const { run, now } = loop;
  const { training } = run.experiment;
  const { batch: place } = placeOf(run);
  const { regularizer } = settingsOf(run);
  const learningRate = learningRateOf(run);
  const steps = optimizerStep(run.optimizer, {
    ...{ gradients: batch.gradients, learningRate, momentum: training.momentum },
    ...{ regularizer, batch: place },
  });
  try {
    while (steps.next().done !== true) yield progress(loop, 'training');
  } finally {
    while (steps.next().done !== true);
    batch.updateRunning();
    run.step += 1;
    const { correct, count } = batch;
    const loss = batch.loss / count;
    run.history.addStep({ loss, correct, count, learningRate, milliseconds: now() - start });
    if (run.step % run.experiment.record.normsEvery === 0 || run.step === run.steps)
      recordNorms(run);
  }
}

/** One step; what it returns is why the run cannot go on, else null. */
async function* trainStep(loop: Loop): AsyncGenerator<RunProgress, RunEnd | null> {
  const { run, data, buffer, now } = loop;
  const { training, seed } = run.experiment;
  const { epoch, batch } = placeOf(run);
  const start = now();
  const plan = { seed, epoch, batch, batchSize: training.batchSize, augment: training.augment };
  const images = batchAt(data.train, plan, buffer);
  const gradients = await batchGradients(run.net, pictures(data.train, images));
  if (!Number.isFinite(gradients.loss)) return notFinite(run);
  yield* update(loop, gradients, start);
  loop.cold = false;
  return run.finders.every(({ l1 }) => Number.isFinite(l1.value)) ? null : spoiled(run);
}

/** Classifies the test pictures and notes the epoch. */
async function* testEpoch(loop: Loop): AsyncGenerator<RunProgress, void> {
  const { run, data, now } = loop;
  const start = now();
  const params = inferenceParams(run.net);
  const scores: Score[] = [];
  const size = Math.min(TEST_BATCH, data.test.labels.length);
  try {
    const plan = { seed: 0, epoch: 0, batchSize: size, augment: false, shuffle: false };
    for (let batch = 0; batch < batchesPerEpoch(data.test, size); batch++) {
      const images = batchAt(data.test, { ...plan, batch });
      scores.push(await scoreBatch(run.net, params, pictures(data.test, images)));
      yield progress(loop, 'testing');
    }
  } finally {
    dispose(Object.values(params));
  }
  noteEpoch(run, scores, now() - start);
}

function noteEpoch(run: Run, scores: readonly Score[], testTime: number): void {
  const { history, stepsPerEpoch } = run;
  const epoch = history.place.epochs + 1;
  const [from, end] = [(epoch - 1) * stepsPerEpoch, epoch * stepsPerEpoch];
  const total = (key: keyof Score): number => scores.reduce((sum, one) => sum + one[key], 0);
  const trainCount = history.sum('count', from, end);
  history.addEpoch({
    epoch,
    step: end,
    trainLoss: history.weightedLoss(from, end) / trainCount,
    trainCorrect: history.sum('correct', from, end),
    trainCount,
    testLoss: total('loss') / total('count'),
    testCorrect: total('correct'),
    testCount: total('count'),
    seconds: (history.sum('milliseconds', from, end) + testTime) / 1000,
  });
}

/** Goes on until something ends the run; yields after every batch. */
async function* goOn(loop: Loop): AsyncGenerator<RunProgress, RunEnd> {
  const { run } = loop;
  const last = loop.steps === null ? run.steps : Math.min(run.steps, run.step + loop.steps);
  for (;;) {
    if (epochsOwed(run) > 0) {
      yield* testEpoch(loop);
      const end = await save(loop);
      if (end !== null) return end;
      yield progress(loop, 'saving');
    }
    if (run.step >= run.steps) return { kind: 'finished' };
    if (run.step >= last) return { kind: 'paused' };
    const due = loop.now() - loop.lastSave >= SAVE_EVERY;
    const end = (due ? await save(loop) : null) ?? (yield* trainStep(loop));
    if (end !== null) return end;
    yield progress(loop, 'training');
  }
}

/**
 * Trains a run: steps over the batches of each epoch, a test after each epoch, a checkpoint at the
 * start, after each epoch, every 10 seconds and at the end. Yields after every batch; to stop it,
 * call `return()`: the step under way is finished and saved. Its numbers depend on the experiment,
 * the pictures and the backend only, not on when it is stopped, saved or resumed.
 *
 * @returns why it does not go on: finished, paused, or a loss that is not finite (not saved then).
 * @throws what the backend or `save` throws; the last checkpoint stands.
 * @see Liang & Huang 2021, Algorithm 1.
 */
export async function* trainRun(run: Run, setup: LoopSetup): AsyncGenerator<RunProgress, RunEnd> {
  const buffer = makeBatchBuffer(setup.data.train, run.experiment.training.batchSize);
  const loop: Loop = {
    ...setup,
    run,
    buffer,
    lastSave: setup.now(),
    cold: true,
    held: heldBytes(run, setup.data),
  };
  let healthy = true;
  try {
    if (run.savedStep === null) await save(loop);
    yield progress(loop, 'preparing');
    const end = yield* goOn(loop);
    healthy = end.kind !== 'not-finite';
    return end;
  } catch (error) {
    healthy = false;
    throw error;
  } finally {
    if (healthy && run.savedStep !== run.step) await save(loop);
  }
}
