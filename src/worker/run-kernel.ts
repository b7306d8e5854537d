import { hwioToOihw, transposeDense } from '../tensor/layouts.ts';
import type { RunKernel } from '../spec/run.ts';
import { isWeight, type Floats } from '../train/parameter.ts';
import type { Run } from '../train/run.ts';

/** Numbers of a weight as PyTorch lays them out: [out, in/groups, k1, k2] or [out, in]. */
function inFileOrder(values: Floats, shape: readonly number[]): Float32Array {
  const [o = 0, i = 0, k1 = 0, k2 = 0] = shape;
  const numbers = Float32Array.from(values);
  return shape.length === 4 ? hwioToOihw(numbers, [k1, k2, i, o]) : transposeDense(numbers, [i, o]);
}

/**
 * A layer's weight as it is, and Algorithm 1's h beside it.
 *
 * @throws RangeError for a layer that the run does not have.
 */
export function kernelOf({ net, optimizer, step }: Run, layer: number): RunKernel {
  const info = net.layers[layer];
  const places = net.parameters.flatMap((one, at) => (isWeight(one) ? [at] : []));
  const at = places[layer];
  if (info === undefined || at === undefined) {
    throw new RangeError(`layer is ${layer}, but the net has ${net.layers.length}.`);
  }
  const decayed = optimizer.state.layers.find((one) => one.at === at);
  return {
    layer: info,
    step,
    values: inFileOrder(net.parameters[at]!.values, info.weightShape),
    h: decayed === undefined ? null : inFileOrder(decayed.h, info.weightShape),
  };
}
