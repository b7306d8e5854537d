import { WEIGHT_FORMATS } from '../model/net/weight-formats.ts';
import type { ConvGeometry, Pair } from '../math/geometry.ts';
import type { BatchNormNetLayer, GuessedField, NetLayer } from './net-layers-types.ts';
import type { NamedTensor, WeightFile } from './tensors.ts';
import { denseGeometry, permuteAxes, permuteShape, TFJS_ORDER } from './weight-layouts.ts';

/** What a person may say about a net that no description describes. */
export interface GuessOptions {
  /** Input size [h, w] of every convolution and BatchNorm; 32x32 (CIFAR-10) unless given. */
  readonly input?: Pair;
}

interface Context {
  readonly tfjs: boolean;
  readonly input: Pair;
  readonly byName: ReadonlyMap<string, NamedTensor>;
}

const DEPTHWISE = /depthwise|(^|[._/])dw(conv)?([._/]|$)/i;
const TRANSPOSED = /transpose|deconv/i;

/**
 * Layers of a net that no description describes, from names and shapes, in the file's order: 4-D
 * tensors are conv kernels (OIHW; in tfjs HWIO), 2-D tensors dense weights ([out, in]; in tfjs
 * [in, out]), and a variance with its scale is a BatchNorm. All else (biases, means) is no layer.
 *
 * What shapes cannot say is set to the usual value and listed in `guessed`: stride 1, padding
 * floor(k / 2) on every side, dilation 1, groups 1 (or all channels, where the name says depthwise
 * and each filter has one channel), the input size, BatchNorm's eps, and `kind` where only a name
 * tells a transposed convolution. Tensors with an empty axis are left out.
 */
export function layersFromShapes(weights: WeightFile, options: GuessOptions = {}): NetLayer[] {
  const context: Context = {
    tfjs: WEIGHT_FORMATS[weights.format].layout === 'tfjs',
    input: options.input ?? [32, 32],
    byName: new Map(weights.tensors.map((tensor) => [tensor.name, tensor])),
  };
  return weights.tensors.flatMap((tensor) => guessLayer(tensor, context) ?? []);
}

function guessLayer(tensor: NamedTensor, context: Context): NetLayer | undefined {
  if (tensor.data.length === 0) return undefined;
  if (tensor.shape.length === 4) return guessConv(tensor, context);
  if (tensor.shape.length === 2) return guessDense(tensor, context);
  return tensor.shape.length === 1 ? guessBatchNorm(tensor, context) : undefined;
}

function layerName(tensor: string): string {
  return (
    tensor.replace(/[._/](weight|kernel|depthwise_kernel|depthwise_weights)(:0)?$/, '') || tensor
  );
}

function guessConv(tensor: NamedTensor, context: Context): NetLayer {
  const named = DEPTHWISE.test(tensor.name);
  const kind = !named && TRANSPOSED.test(tensor.name) ? 'conv-transpose2d' : 'conv2d';
  const order = context.tfjs ? TFJS_ORDER[named ? 'depthwise' : kind] : [0, 1, 2, 3];
  const [a, b, k1, k2] = permuteShape(tensor.shape, order) as [number, number, number, number];
  const depthwise = named && (context.tfjs || b === 1);
  const [dOut, perGroup] = depthwise && context.tfjs ? [a * b, 1] : [a, b];
  const groups = depthwise ? (context.tfjs ? a : dOut) : 1;
  const guessed: GuessedField[] = ['stride', 'padding', 'dilation', 'input'];
  if (!(depthwise && context.tfjs)) guessed.push('groups');
  if (kind === 'conv-transpose2d') guessed.push('kind');
  const geometry = guessGeometry({
    dIn: perGroup * groups,
    dOut,
    groups,
    kernel: [k1, k2],
    input: context.input,
  });
  const kernel = permuteAxes(tensor.data, tensor.shape, order);
  return { kind, name: layerName(tensor.name), kernel, geometry, guessed, tensors: [tensor.name] };
}

function guessGeometry(
  known: Pick<ConvGeometry, 'dIn' | 'dOut' | 'groups' | 'kernel' | 'input'>,
): ConvGeometry {
  const [vertical, horizontal] = known.kernel.map((k) => Math.floor(k / 2)) as [number, number];
  return {
    ...known,
    stride: [1, 1],
    dilation: [1, 1],
    padding: [vertical, vertical, horizontal, horizontal],
    boundary: 'zeros',
  };
}

function guessDense(tensor: NamedTensor, context: Context): NetLayer {
  const order = context.tfjs ? TFJS_ORDER.dense : [0, 1];
  const [dOut, dIn] = permuteShape(tensor.shape, order) as [number, number];
  const kernel = permuteAxes(tensor.data, tensor.shape, order);
  return {
    kind: 'dense',
    name: layerName(tensor.name),
    kernel,
    geometry: denseGeometry(dIn, dOut),
    guessed: [],
    tensors: [tensor.name],
  };
}

/** Endings of a variance, and of the scale beside it, with the usual eps of who writes so. */
const BATCH_NORMS = [
  { variance: 'running_var', scale: 'weight', eps: 1e-5 },
  { variance: 'moving_variance', scale: 'gamma', eps: 1e-3 },
] as const;

/** A BatchNorm stands where its variance does; without a scale beside it, the scale is 1. */
function guessBatchNorm(tensor: NamedTensor, context: Context): BatchNormNetLayer | undefined {
  const convention = BATCH_NORMS.find(({ variance }) =>
    tensor.name.replace(/:0$/, '').endsWith(variance),
  );
  if (convention === undefined) return undefined;
  const scaleName = tensor.name.replace(convention.variance, convention.scale);
  const scale = context.byName.get(scaleName);
  const channels = tensor.data.length;
  const affine = scale?.data.length === channels;
  return {
    kind: 'batchnorm2d',
    name:
      tensor.name
        .replace(/:0$/, '')
        .slice(0, -convention.variance.length)
        .replace(/[._/]$/, '') || tensor.name,
    channels,
    gamma: affine ? scale.data : new Float32Array(channels).fill(1),
    runningVar: tensor.data,
    eps: convention.eps,
    input: context.input,
    guessed: ['eps', 'input'],
    tensors: affine ? [scaleName, tensor.name] : [tensor.name],
  };
}
