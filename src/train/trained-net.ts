import type { NetDescription } from '../files/net-description-types.ts';
import { layersFromDescription } from '../files/net-layers.ts';
import type { NamedTensor, WeightFile } from '../files/tensors.ts';
import { checkGeometry } from '../math/geometry.ts';
import { isTrainable, netParameters, type NetParameter } from '../nn/net-parameters.ts';
import type { RunLayer } from '../model/train/run.ts';
import { hwioToOihw, oihwToHwio, transposeDense } from '../tensor/layouts.ts';
import { isWeight, type LayerOperator, type Parameter, type WeightParameter } from './parameter.ts';

/** A tensor of the net as the training loop holds it: numbers in the tensor room's layout. */
export interface HeldTensor {
  readonly name: string;
  /** [k1, k2, in/groups, out], [in, out] or [n]. */
  readonly shape: readonly number[];
  /** PyTorch's shape, for files. */
  readonly fileShape: readonly number[];
  readonly values: Float32Array;
}

/** A net under training, in plain arrays outside the backend, changed in place. */
export interface TrainedNet {
  readonly description: NetDescription;
  /** Parameters that the optimizer changes, in registration order. */
  readonly parameters: readonly Parameter[];
  /** Tensors of `parameters`, one beside each. */
  readonly trainable: readonly HeldTensor[];
  /** BatchNorm's running statistics. */
  readonly running: readonly HeldTensor[];
  /** Layers whose norms are recorded: the weights among `parameters`, in order. */
  readonly layers: readonly RunLayer[];
}

const KINDS = { bias: 'bias', gamma: 'gamma', beta: 'beta' } as const;

/** Numbers of a file in the order in which the tensor room has them. */
function toTensorOrder(values: Float32Array, shape: readonly number[]): Float32Array {
  const [a = 0, b = 0, c = 0, d = 0] = shape;
  if (shape.length === 4) return oihwToHwio(values, [a, b, c, d]);
  return shape.length === 2 ? transposeDense(values, [a, b]) : values;
}

function toFileOrder(values: Float32Array, shape: readonly number[]): Float32Array {
  const [a = 0, b = 0, c = 0, d = 0] = shape;
  if (shape.length === 4) return hwioToOihw(values, [c, d, b, a]);
  return shape.length === 2 ? transposeDense(values, [b, a]) : values;
}

function tensorShape(shape: readonly number[]): readonly number[] {
  const [a = 0, b = 0, c = 0, d = 0] = shape;
  if (shape.length === 4) return [c, d, b, a];
  return shape.length === 2 ? [b, a] : shape;
}

function held({ name, shape }: NetParameter, { data }: NamedTensor): HeldTensor {
  const values = toTensorOrder(Float32Array.from(data), shape);
  return { name, shape: tensorShape(shape), fileShape: shape, values };
}

/** The linear layer of each weight tensor, by the tensor's name. */
function operators(net: NetDescription, weights: WeightFile): Map<string, LayerOperator> {
  const found = new Map<string, LayerOperator>();
  for (const layer of layersFromDescription(net, weights)) {
    if (layer.kind === 'batchnorm2d') continue;
    const [name] = layer.tensors;
    if (name === undefined || found.has(name)) continue;
    found.set(name, {
      geometry: checkGeometry(layer.geometry),
      transposed: layer.kind === 'conv-transpose2d',
      layout: 'hwio',
    });
  }
  return found;
}

function parameterOf(
  { kind, name, layer }: NetParameter,
  values: Float32Array,
  byName: ReadonlyMap<string, LayerOperator>,
): Parameter {
  if (kind !== 'weight') return { name, kind: KINDS[kind as keyof typeof KINDS], values };
  const dense = layer.type === 'dense';
  return { name, kind: dense ? 'dense' : 'conv', values, operator: byName.get(name)! };
}

function runLayer({ name, kind }: WeightParameter, parameter: NetParameter): RunLayer {
  const label = 'name' in parameter.layer ? parameter.layer.name : name;
  return { name: label, kind, weightShape: parameter.shape };
}

/**
 * A net for the training loop, its numbers copied from a weight file.
 *
 * @throws FileError when the weights do not fit the description.
 */
export function trainedNet(description: NetDescription, weights: WeightFile): TrainedNet {
  const byName = operators(description, weights);
  const tensors = new Map(weights.tensors.map((one) => [one.name, one]));
  const all = netParameters(description);
  const trainables = all.filter(isTrainable);
  const trainable = trainables.map((one) => held(one, tensors.get(one.name)!));
  const parameters = trainables.map((one, at) => parameterOf(one, trainable[at]!.values, byName));
  const layers = parameters.flatMap((parameter, at) =>
    isWeight(parameter) ? [runLayer(parameter, trainables[at]!)] : [],
  );
  const running = all.filter((one) => !isTrainable(one));
  return {
    description,
    parameters,
    trainable,
    running: running.map((one) => held(one, tensors.get(one.name)!)),
    layers,
  };
}

/** The net's numbers in PyTorch's layouts and names, to be written to a file or opened. */
export function weightsOf({ trainable, running }: TrainedNet): NamedTensor[] {
  return [...trainable, ...running].map(({ name, fileShape, values }) => ({
    name,
    dtype: 'F32',
    shape: fileShape,
    data: toFileOrder(values, fileShape).slice(),
  }));
}
