import { hwioToOihw, transposeDense } from '../../tensor/layouts.ts';
import { REGULARIZER_FIELDS } from '../../model/train/regularizer.ts';
import type { DecayStep, KernelOverview, RunKernel } from '../../model/train/run.ts';
import { isWeight, weightStrides, type Floats } from '../../train/parameter.ts';
import { measureNorms } from '../../train/regularizers/norm-slices.ts';
import { learningRateOf, settingsOf, type Run } from '../../train/run.ts';

/** Numbers of a weight as PyTorch lays them out: [out, in/groups, k1, k2] or [out, in]. */
function inFileOrder(values: Floats, shape: readonly number[]): Float32Array {
  const [o = 0, i = 0, k1 = 0, k2 = 0] = shape;
  const numbers = Float32Array.from(values);
  return shape.length === 4 ? hwioToOihw(numbers, [k1, k2, i, o]) : transposeDense(numbers, [i, o]);
}

/** Cells of an overview on an axis at most. */
const OVERVIEW_CELLS = 48;

/** The weight of largest |K| of every channel pair, or of some of them together. */
function overviewOf(values: Float32Array, shape: readonly number[]): KernelOverview {
  const [outputs = 0, inputs = 0, k1 = 1, k2 = 1] = shape;
  const [down, across] = [Math.ceil(outputs / OVERVIEW_CELLS), Math.ceil(inputs / OVERVIEW_CELLS)];
  const [rows, columns] = [Math.ceil(outputs / down), Math.ceil(inputs / across)];
  const strongest = new Float32Array(rows * columns);
  for (let i = 0, at = 0; i < outputs; i++) {
    const row = Math.floor(i / down) * columns;
    for (let j = 0; j < inputs; j++) {
      const cell = row + Math.floor(j / across);
      for (let tap = 0; tap < k1 * k2; tap++, at++) {
        if (Math.abs(values[at]!) > Math.abs(strongest[cell]!)) strongest[cell] = values[at]!;
      }
    }
  }
  return { rows, columns, bin: [down, across], strongest };
}

/** Norm decay at the next step; null without norm decay. */
function decayOf(run: Run, layer: number, values: Floats): DecayStep | null {
  const { regularizer } = settingsOf(run);
  const norm = REGULARIZER_FIELDS[regularizer.kind].decays;
  if (norm === null || !('gamma' in regularizer)) return null;
  const finder = run.finders[layer]!;
  measureNorms(finder, values);
  const { operator, [norm]: found } = finder;
  const { beta, gamma, mode } = regularizer;
  const { tap } = weightStrides(operator);
  return {
    norm,
    value: found.value,
    side: (norm === 'l1') === operator.transposed ? 'rows' : 'columns',
    channel: found.channel,
    taps: Array.from(found.slice.offsets, (offset) => offset / tap),
    groups: operator.geometry.groups,
    beta,
    gamma,
    mode,
    layers: run.finders.length,
  };
}

/**
 * A layer's weight as it is, Algorithm 1's h beside it, and what the next step starts from.
 *
 * @throws RangeError for a layer that the run does not have.
 * @see Liang & Huang 2021, Algorithm 1.
 */
export function kernelOf(run: Run, layer: number): RunKernel {
  const { net, optimizer, step, experiment } = run;
  const info = net.layers[layer];
  const places = net.parameters.flatMap((one, at) => (isWeight(one) ? [at] : []));
  const at = places[layer];
  if (info === undefined || at === undefined) {
    throw new RangeError(`layer is ${layer}, but the net has ${net.layers.length}.`);
  }
  const { values } = net.parameters[at]!;
  const inOrder = inFileOrder(values, info.weightShape);
  const overview = overviewOf(inOrder, info.weightShape);
  const decayed = optimizer.state.layers.find((one) => one.at === at);
  return {
    layer: info,
    step,
    values: inOrder,
    velocity: inFileOrder(optimizer.velocity[at]!, info.weightShape),
    h: decayed === undefined ? null : inFileOrder(decayed.h, info.weightShape),
    decay: decayed === undefined ? null : decayOf(run, layer, values),
    learningRate: learningRateOf(run),
    momentum: experiment.training.momentum,
    largest: overview.strongest.reduce((most, one) => Math.max(most, Math.abs(one)), 0),
    overview,
  };
}
