import { hwioToOihw, transposeDense } from '../tensor/layouts.ts';
import type { DecayStep, RunKernel } from '../spec/run.ts';
import { isWeight, weightStrides, type Floats } from '../train/parameter.ts';
import { measureNorms } from '../train/regularizers/norm-slices.ts';
import { learningRateOf, settingsOf, type Run } from '../train/run.ts';

/** Numbers of a weight as PyTorch lays them out: [out, in/groups, k1, k2] or [out, in]. */
function inFileOrder(values: Floats, shape: readonly number[]): Float32Array {
  const [o = 0, i = 0, k1 = 0, k2 = 0] = shape;
  const numbers = Float32Array.from(values);
  return shape.length === 4 ? hwioToOihw(numbers, [k1, k2, i, o]) : transposeDense(numbers, [i, o]);
}

/** What the next step's norm decay finds; null without norm decay. */
function decayOf(run: Run, layer: number, values: Floats): DecayStep | null {
  const { regularizer } = settingsOf(run);
  if (!('beta' in regularizer)) return null;
  const norm = regularizer.kind === 'norm-decay-l1' ? 'l1' : 'linf';
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
    ...{ beta, gamma, mode, layers: run.finders.length },
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
  const decayed = optimizer.state.layers.find((one) => one.at === at);
  return {
    layer: info,
    step,
    values: inFileOrder(values, info.weightShape),
    velocity: inFileOrder(optimizer.velocity[at]!, info.weightShape),
    h: decayed === undefined ? null : inFileOrder(decayed.h, info.weightShape),
    decay: decayed === undefined ? null : decayOf(run, layer, values),
    learningRate: learningRateOf(run),
    momentum: experiment.training.momentum,
  };
}
