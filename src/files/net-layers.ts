import { WEIGHT_FORMATS } from '../model/net/weight-formats.ts';
import type { ConvGeometry } from '../math/geometry.ts';
import { weightShape } from './net-description-shapes.ts';
import type {
  BatchNorm2dDescription,
  Conv2dDescription,
  ConvTranspose2dDescription,
  DenseDescription,
  NetDescription,
  PlainLayerDescription,
  Shape,
} from './net-description-types.ts';
import { plainLayers } from './net-description-flatten.ts';
import type { NetLayer } from './net-layers-types.ts';
import { clip, FileError } from './tensors.ts';
import type { NamedTensor, WeightFile } from './tensors.ts';
import {
  denseGeometry,
  invertOrder,
  permuteAxes,
  permuteShape,
  TFJS_ORDER,
} from './weight-layouts.ts';

export { layersFromShapes } from './net-layers-guess.ts';

type Conv = Conv2dDescription | ConvTranspose2dDescription;

/** The weights by name; what fits and what does not, filled as layers are read. */
interface Fitting {
  readonly weights: WeightFile;
  readonly byName: ReadonlyMap<string, NamedTensor>;
  /** In PyTorch's layouts, by name. */
  readonly fitted: Map<string, NamedTensor>;
  readonly problems: string[];
}

/**
 * The conv, dense and BatchNorm layers of a described net, in registration order, with their weights. Every
 * tensor that the description names (biases and running means too) must be there with the described
 * shape; nothing is guessed. tfjs weights are brought to [out, in/groups, k1, k2] and [out, in].
 * @throws FileError 'does-not-fit' naming each tensor that is absent or has another shape.
 */
export function layersFromDescription(net: NetDescription, weights: WeightFile): NetLayer[] {
  return fitWeights(net, weights).layers;
}

/**
 * Every tensor that a description names, once, in PyTorch's layouts; other tensors are left out.
 * @throws FileError as {@link layersFromDescription}.
 */
export function tensorsFromDescription(net: NetDescription, weights: WeightFile): NamedTensor[] {
  return [...fitWeights(net, weights).fitted.values()];
}

function fitWeights(
  net: NetDescription,
  weights: WeightFile,
): { readonly layers: NetLayer[]; readonly fitted: ReadonlyMap<string, NamedTensor> } {
  const byName = new Map(weights.tensors.map((tensor) => [tensor.name, tensor]));
  const fitting: Fitting = { weights, byName, fitted: new Map(), problems: [] };
  const layers = plainLayers(net.layers).flatMap((layer) => readLayer(layer, fitting) ?? []);
  if (fitting.problems.length > 0) throw misfit(net, fitting);
  return { layers, fitted: fitting.fitted };
}

function misfit(net: NetDescription, { problems, byName }: Fitting): FileError {
  const shown = problems.slice(0, 4).join('; ');
  const more = problems.length > 4 ? `; and ${problems.length - 4} more` : '';
  const names = clip([...byName.keys()].slice(0, 8).join(', '), 200);
  return new FileError(
    'does-not-fit',
    net.name,
    `the weights do not fit this description: ${shown}${more}. The weights hold ${byName.size} ` +
      `tensors (${names}…); use the description and the weights of one net.`,
  );
}

/** Only layers with norms of their own are read. */
function readLayer(layer: PlainLayerDescription, fitting: Fitting): NetLayer | undefined {
  switch (layer.type) {
    case 'conv2d':
    case 'conv-transpose2d':
      return readConv(layer, fitting);
    case 'dense':
      return readDense(layer, fitting);
    case 'batchnorm2d':
      return readBatchNorm(layer, fitting);
    default:
      return undefined;
  }
}

interface Wanted {
  readonly layer: string;
  readonly tensor: string;
  readonly shape: Shape;
  /** Axis orders that bring what tfjs may hold to `shape`, the usual one first. */
  readonly tfjsOrders?: readonly (readonly number[])[];
}

/**
 * The values of a tensor in the wanted layout; notes a problem where it is absent or does not fit.
 */
function fit(wanted: Wanted, fitting: Fitting): NamedTensor['data'] | undefined {
  const { layer, tensor: name, shape } = wanted;
  const tensor = fitting.byName.get(name);
  if (tensor === undefined) {
    const why = fitting.weights.skipped.find((skipped) => skipped.name === name)?.reason;
    const found = why === undefined ? '' : ` as a weight (${why})`;
    fitting.problems.push(
      `${clip(layer)} needs the tensor "${clip(name)}", which is not there${found}`,
    );
    return undefined;
  }
  const orders = (WEIGHT_FORMATS[fitting.weights.format].layout === 'tfjs'
    ? wanted.tfjsOrders
    : undefined) ?? [shape.map((_, k) => k)];
  const order = orders.find((o) => fits(tensor.shape, shape, o));
  if (order !== undefined) {
    const data = permuteAxes(tensor.data, tensor.shape, order);
    fitting.fitted.set(name, { name, dtype: tensor.dtype, shape, data });
    return data;
  }
  const expected = permuteShape(shape, invertOrder(orders[0]!));
  fitting.problems.push(
    `${clip(layer)} needs "${clip(name)}" of shape [${expected.join(', ')}], but it has ` +
      `[${tensor.shape.join(', ')}]`,
  );
  return undefined;
}

/**
 * Whether reordering gives `wanted`; a depthwise [in, multiplier, …] stands for [in·multiplier, 1,
 * …].
 */
function fits(held: Shape, wanted: Shape, order: readonly number[]): boolean {
  if (held.length !== wanted.length || order.length !== held.length) return false;
  const got = permuteShape(held, order);
  if (order === TFJS_ORDER.depthwise) got.splice(0, 2, got[0]! * got[1]!, 1);
  return got.every((size, k) => size === wanted[k]);
}

function checkVector(
  wanted: Omit<Wanted, 'tfjsOrders'>,
  name: string | null,
  fitting: Fitting,
): void {
  if (name !== null) fit({ ...wanted, tensor: name }, fitting);
}

function readConv(layer: Conv, fitting: Fitting): NetLayer | undefined {
  const { name, in_channels: dIn, out_channels: dOut, groups, weight } = layer;
  const transposed = layer.type === 'conv-transpose2d';
  const shape = weightShape(layer);
  const depthwise = !transposed && groups === dIn;
  const tfjsOrders = [TFJS_ORDER[layer.type], ...(depthwise ? [TFJS_ORDER.depthwise] : [])];
  const kernel = fit({ layer: name, tensor: weight, shape, tfjsOrders }, fitting);
  checkVector({ layer: name, tensor: weight, shape: [dOut] }, layer.bias, fitting);
  if (kernel === undefined) return undefined;
  return {
    kind: layer.type,
    name,
    kernel,
    geometry: convGeometry(layer),
    tensors: [weight],
    guessed: [],
  };
}

/** The geometry of a convolution, or of the one that a transposed convolution is the adjoint of. */
function convGeometry(layer: Conv): ConvGeometry {
  const transposed = layer.type === 'conv-transpose2d';
  const { in_channels: a, out_channels: b, kernel, stride, padding, dilation, groups } = layer;
  const [, height, width] = transposed ? layer.output_shape : layer.input_shape;
  return {
    dIn: transposed ? b : a,
    dOut: transposed ? a : b,
    input: [height!, width!],
    kernel,
    stride,
    padding,
    dilation,
    groups,
    boundary: 'zeros',
  };
}

function readDense(layer: DenseDescription, fitting: Fitting): NetLayer | undefined {
  const { name, in_features: dIn, out_features: dOut, weight } = layer;
  const wanted = {
    layer: name,
    tensor: weight,
    shape: weightShape(layer),
    tfjsOrders: [TFJS_ORDER.dense],
  };
  const kernel = fit(wanted, fitting);
  checkVector({ layer: name, tensor: weight, shape: [dOut] }, layer.bias, fitting);
  if (kernel === undefined) return undefined;
  return {
    kind: 'dense',
    name,
    kernel,
    geometry: denseGeometry(dIn, dOut),
    tensors: [weight],
    guessed: [],
  };
}

function readBatchNorm(layer: BatchNorm2dDescription, fitting: Fitting): NetLayer | undefined {
  const { name, channels, eps, weight, running_var: variance } = layer;
  const wanted = { layer: name, tensor: variance, shape: [channels] };
  const runningVar = fit(wanted, fitting);
  const gamma =
    weight === null
      ? new Float32Array(channels).fill(1)
      : fit({ ...wanted, tensor: weight }, fitting);
  checkVector(wanted, layer.running_mean, fitting);
  checkVector(wanted, layer.bias, fitting);
  if (runningVar === undefined || gamma === undefined) return undefined;
  const [, height, width] = layer.input_shape;
  const tensors = weight === null ? [variance] : [weight, variance];
  return {
    kind: 'batchnorm2d',
    name,
    channels,
    gamma,
    runningVar,
    eps,
    input: [height!, width!],
    tensors,
    guessed: [],
  };
}
