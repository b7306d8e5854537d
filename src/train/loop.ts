import { batchAt, makeBatchBuffer, type BatchBuffer } from '../data/batches.ts';
import type { RunEnd, RunPhase, RunProgress } from '../model/train/run.ts';
import { memory } from '../tensor/engine.ts';
import type { BatchGradients } from './batch-gradients.ts';
import { optimizerBuffers, optimizerStep } from './optimizer.ts';
import { learningRateOf, placeOf, recordNorms, settingsOf, type Run, type RunData } from './run.ts';
import { stepGradients } from './step-gradients.ts';
import { epochsOwed, testEpoch } from './test-epoch.ts';
import { notFinite, spoiled } from './trouble.ts';
import { mapSteps } from '../kit/steps/steps.ts';
import { resultOfSync } from '../kit/steps/sync.ts';

/** What a run needs from its environment. */
export interface LoopSetup {
  readonly data: RunData;
  /** Steps to take; null for all that are left. */
  readonly steps: number | null;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Stores a checkpoint of the current run; throws on failure. */
  readonly save: (run: Run) => Promise<void>;
}

/** Largest age of the last checkpoint, in milliseconds. */
const SAVE_EVERY = 10_000;

interface Loop extends LoopSetup {
  readonly run: Run;
  readonly buffer: BatchBuffer;
  lastSave: number;
  /** True until the first step of this start is done. */
  cold: boolean;
  /** Bytes of the arrays that the run holds from start to end. */
  readonly held: number;
}

/** Bytes of weights, running statistics, momentum, h and images. */
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
    phase: cold && (phase === 'training' || phase === 'attacking') ? 'compiling' : phase,
    step,
    steps,
    epochs,
    savedStep,
    epoch: Math.min(placeOf(run).epoch, epochs),
    tensors: numTensors,
    bytes: held + numBytes,
  };
}

/** Stores a checkpoint, unless weights are not finite: then it returns why the run ends. */
async function save(loop: Loop): Promise<RunEnd | null> {
  const { run } = loop;
  const end = spoiled(run);
  if (end !== null) return end;
  await loop.save(run);
  run.savedStep = run.step;
  loop.lastSave = loop.now();
  return null;
}

/** Takes the optimizer's step; its clipping, which may be long, is always finished. */
function* update(loop: Loop, batch: BatchGradients, start: number): Generator<RunProgress, void> {
  const { run, now } = loop;
  const { training } = run.experiment;
  const { batch: place } = placeOf(run);
  const { regularizer } = settingsOf(run);
  const learningRate = learningRateOf(run);
  const steps = optimizerStep(run.optimizer, {
    gradients: batch.gradients,
    learningRate,
    momentum: training.momentum,
    regularizer,
    batch: place,
  });
  run.updating = true;
  try {
    while (steps.next().done !== true) yield progress(loop, 'training');
  } finally {
    resultOfSync(steps);
    run.updating = false;
    batch.updateRunning();
    run.step += 1;
    const { correct, count } = batch;
    const loss = batch.loss / count;
    run.history.addStep({ loss, correct, count, learningRate, milliseconds: now() - start });
    if (run.step % run.experiment.record.normsEvery === 0 || run.step === run.steps)
      recordNorms(run);
  }
}

/** One step; returns why the run cannot continue, or null. */
async function* trainStep(loop: Loop): AsyncGenerator<RunProgress, RunEnd | null> {
  const { run, data, buffer, now } = loop;
  const { training, seed } = run.experiment;
  const { epoch, batch } = placeOf(run);
  const start = now();
  const plan = { seed, epoch, batch, batchSize: training.batchSize, augment: training.augment };
  const images = batchAt(data.train, plan, buffer);
  const work = stepGradients(run, { set: data.train, batch: images, epoch });
  const gradients = yield* mapSteps(work, () => progress(loop, 'attacking'));
  if (!Number.isFinite(gradients.loss)) return notFinite(run);
  yield* update(loop, gradients, start);
  loop.cold = false;
  return run.finders.every(({ l1 }) => Number.isFinite(l1.value)) ? null : spoiled(run);
}

/** Steps until something ends the run; yields after every batch. */
async function* goOn(loop: Loop): AsyncGenerator<RunProgress, RunEnd> {
  const { run } = loop;
  const last = loop.steps === null ? run.steps : Math.min(run.steps, run.step + loop.steps);
  for (;;) {
    if (epochsOwed(run) > 0) {
      const test = testEpoch(run, loop.data, loop.now);
      yield* mapSteps(test, () => progress(loop, 'testing'));
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
 * start, after each epoch, every 10 seconds and at the end. Yields after every batch, and every
 * step of an attack on one; to stop it, call `return()`: the step under way is finished (one whose
 * batch is still under attack is not taken) and the run is saved. Its numbers depend on the
 * experiment, the images and the backend only, not on when it is stopped, saved or resumed.
 *
 * @returns why it ended: finished, paused, or a loss that is not finite (not saved then).
 * @throws what the backend or `save` throws; the last checkpoint remains.
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
