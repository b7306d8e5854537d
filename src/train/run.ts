import { batchesPerEpoch } from '../data/batches.ts';
import type { ImageSet } from '../data/dataset.ts';
import type { NetDescription } from '../files/net-description-types.ts';
import type { WeightFile } from '../files/tensors.ts';
import { architecture } from '../nn/architectures/architectures.ts';
import { initialWeights } from '../nn/initial-weights.ts';
import { netFromRows } from '../nn/net-from-rows.ts';
import {
  isOwnNet,
  settingsAt,
  withEdit,
  type Experiment,
  type RunEdit,
} from '../model/train/experiment.ts';
import type { RunSummary, RunLabels } from '../model/train/run.ts';
import { History } from './history.ts';
import { startOptimizer, type Optimizer } from './optimizer.ts';
import { isWeight, type WeightParameter } from './parameter.ts';
import { measureNorms, normFinder, type NormFinder } from './regularizers/norm-slices.ts';
import { learningRateAt } from './sgd.ts';
import { trainedNet, type TrainedNet } from './trained-net.ts';

/** Images to train on and to test on. */
export interface RunData {
  readonly train: ImageSet;
  readonly test: ImageSet;
}

/** A run that can continue: its document, its net and all state that later steps depend on. */
export interface Run {
  /** Its edits grow while it runs. */
  experiment: Experiment;
  readonly net: TrainedNet;
  readonly optimizer: Optimizer;
  readonly finders: readonly NormFinder[];
  readonly history: History;
  /** Steps taken. */
  step: number;
  /** Whether the current step has read its settings: an edit then applies to the next one. */
  updating: boolean;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  /** Steps that the last checkpoint holds; null before the first. */
  savedStep: number | null;
}

/** The net that an experiment trains on given images. @throws RangeError naming the setting */
function netOf({ net }: Experiment, { train }: RunData): NetDescription {
  const { channels, height, width } = train;
  const [input, classes] = [[channels, height, width] as const, train.classes.length];
  if (isOwnNet(net)) return netFromRows(net.rows, { input, classes });
  return architecture(net.architecture, { width: net.width, classes, input });
}

/** Start of a run: the initial weights, or those of a checkpoint. */
export interface RunStart {
  readonly weights: WeightFile;
  readonly history: (layers: number) => History;
  readonly step: number;
}

/** Assembles a run with a fresh optimizer. */
export function assembleRun(experiment: Experiment, data: RunData, start: RunStart): Run {
  const net = trainedNet(netOf(experiment, data), start.weights);
  const weights = net.parameters.filter(isWeight);
  const stepsPerEpoch = batchesPerEpoch(data.train, experiment.training.batchSize);
  const run: Run = {
    experiment,
    net,
    optimizer: startOptimizer(net.parameters, experiment.regularizer),
    finders: weights.map(({ operator }: WeightParameter) => normFinder(operator)),
    history: start.history(weights.length),
    step: start.step,
    updating: false,
    stepsPerEpoch,
    steps: stepsPerEpoch * experiment.training.epochs,
    savedStep: null,
  };
  return run;
}

/**
 * A new run at step 0 with the experiment's initial weights, whose norms are recorded.
 *
 * @throws RangeError when net and images do not fit.
 */
export function newRun(experiment: Experiment, data: RunData): Run {
  const weights = initialWeights(netOf(experiment, data), experiment.seed);
  const history = (layers: number): History => new History(layers);
  const run = assembleRun(experiment, data, { weights, history, step: 0 });
  recordNorms(run);
  return run;
}

/** Measures and records the exact norms of all layers. */
export function recordNorms({ net, finders, history, step }: Run): void {
  const weights = net.parameters.filter(isWeight);
  finders.forEach((finder, at) => measureNorms(finder, weights[at]!.values));
  history.addNorms(
    step,
    finders.map(({ l1 }) => l1.value),
    finders.map(({ linf }) => linf.value),
  );
}

/** The next step that has not read its settings. */
function nextStep({ step, updating }: Run): number {
  return step + (updating ? 2 : 1);
}

/**
 * Changes a setting from the next step that has not read it yet, and records the edit in the
 * document.
 *
 * @throws RangeError when the run's regularizer has no such number, or has been edited too often.
 */
export function editRun(run: Run, edit: Omit<RunEdit, 'step'>): Experiment {
  const { experiment } = run;
  const { field, value } = edit;
  if (field !== 'learningRate' && !(field in experiment.regularizer)) {
    throw new RangeError(
      `${field}: the regularizer ${experiment.regularizer.kind} has no such number.`,
    );
  }
  run.experiment = withEdit(experiment, { step: nextStep(run), field, value });
  return run.experiment;
}

/**
 * Reverts an edit, unless a step has read it already.
 *
 * @param before the document that it changed
 * @param edited the document with it, as {@link editRun} gave it
 * @returns whether the edit is not, and never was, in effect
 */
export function takeEditBack(run: Run, before: Experiment, edited: Experiment): boolean {
  const [added] = edited.edits.filter((one) => !before.edits.includes(one));
  if (added === undefined) return true;
  if (added.step < nextStep(run)) return false;
  // Another edit may have come since; one of the same number and step has taken its place.
  const { edits } = run.experiment;
  if (!edits.includes(added)) return true;
  const replaced = before.edits.filter((one) => !edited.edits.includes(one));
  const rest = [...edits.filter((one) => one !== added), ...replaced];
  run.experiment = { ...run.experiment, edits: rest.toSorted((a, b) => a.step - b.step) };
  return true;
}

/** The settings in effect at the next step. */
export function settingsOf({ experiment, step }: Run): ReturnType<typeof settingsAt> {
  return settingsAt(experiment, step + 1);
}

/** Epoch (from 1) and batch (from 0) of the next step. */
export function placeOf({ step, stepsPerEpoch }: Run): { epoch: number; batch: number } {
  return { epoch: Math.floor(step / stepsPerEpoch) + 1, batch: step % stepsPerEpoch };
}

/** Learning rate of the next step: as set last, lowered at the milestones. */
export function learningRateOf(run: Run): number {
  const { milestones, factor } = run.experiment.training;
  const { learningRate } = settingsOf(run);
  // Milestones count epochs from 1, `learningRateAt` from 0.
  const schedule = { learningRate, milestones: milestones.map((one) => one - 1), factor };
  return learningRateAt(schedule, placeOf(run).epoch - 1);
}

/** Summary of a run in a list. */
export interface SummaryLabels {
  readonly id: string;
  readonly labels: RunLabels;
  readonly created: number;
  readonly changed: number;
  readonly end: RunSummary['end'];
  readonly backend: string;
}

/** Summary of the run for a list. */
export function summarize(run: Run, labels: SummaryLabels): RunSummary {
  const { experiment, net, history, step, steps } = run;
  return {
    ...labels,
    experiment,
    layers: net.layers,
    parameters: net.trainable.reduce((sum, { values }) => sum + values.length, 0),
    step,
    steps,
    epoch: Math.min(placeOf(run).epoch, experiment.training.epochs),
    last: history.lastEpoch,
    norms: history.lastNorms,
  };
}
