import type { WeightFile } from '../../files/tensors.ts';
import { makeShapes } from '../../data/shapes.ts';
import { DEFAULT_EXPERIMENT, type Experiment } from '../../model/train/experiment.ts';
import type { RunEnd, RunProgress } from '../../model/train/run.ts';
import { trainRun } from '../loop.ts';
import type { Run, RunData } from '../run.ts';
import { weightsOf } from '../trained-net.ts';

/** A run that takes a moment: 3 steps an epoch, the last one short. */
export const TINY_EXPERIMENT: Experiment = {
  ...DEFAULT_EXPERIMENT,
  data: { ...DEFAULT_EXPERIMENT.data, train: 40, test: 30 },
  net: { architecture: 'small-cnn', width: 0.25 },
  training: {
    ...DEFAULT_EXPERIMENT.training,
    epochs: 4,
    batchSize: 16,
    learningRate: 0.05,
    milestones: [],
  },
};

/** The images of an experiment on `shapes`. */
export function shapesOf({ data: { train, test, seed } }: Experiment): RunData {
  return {
    train: makeShapes({ seed, count: train }),
    test: makeShapes({ seed, count: test, part: 'test' }),
  };
}

/** A clock that never asks for a checkpoint between two epochs. */
export const stillClock = (): number => 0;

/** Trains to the end (or for some steps), all progress kept. */
export async function trainAll(
  run: Run,
  data: RunData,
  options: { steps?: number; save?: (run: Run) => Promise<void> } = {},
): Promise<{ end: RunEnd; events: RunProgress[] }> {
  const save = options.save ?? (() => Promise.resolve());
  const job = trainRun(run, { data, steps: options.steps ?? null, now: stillClock, save });
  const events: RunProgress[] = [];
  for (;;) {
    const step = await job.next();
    if (step.done === true) return { end: step.value, events };
    events.push(step.value);
  }
}

/** All numbers of a run's net in one list, for comparison bit by bit. */
export function allNumbers({ net }: Run): number[] {
  return weightsOf(net).flatMap(({ data }: WeightFile['tensors'][number]) => [...data]);
}
