import { outputsOf, weightShape } from '../files/net-description-shapes.ts';
import type { WeightedDescription } from '../files/net-description-shapes.ts';
import type {
  BatchNorm2dDescription,
  NetDescription,
  PlainLayerDescription,
  Shape,
} from '../files/net-description-types.ts';
import { plainLayers } from '../files/net-description-flatten.ts';

/** What a tensor of a net is; the running statistics are not trained. */
export type ParameterKind = 'weight' | 'bias' | 'gamma' | 'beta' | 'running-mean' | 'running-var';

/** One tensor that a description names. */
export interface NetParameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** In PyTorch's layout. */
  readonly shape: Shape;
  /** Inputs behind each output of a weighted layer, for its bias too; null for BatchNorm's. */
  readonly fanIn: number | null;
  readonly layer: PlainLayerDescription;
}

const product = (shape: Shape): number => shape.reduce((total, size) => total * size, 1);

function ofWeighted(layer: WeightedDescription): NetParameter[] {
  const shape = weightShape(layer);
  // PyTorch takes the second axis for the inputs of transposed convolutions as well.
  const fanIn = product(shape.slice(1));
  const weight = { name: layer.weight, kind: 'weight', shape, fanIn, layer } as const;
  if (layer.bias === null) return [weight];
  return [weight, { name: layer.bias, kind: 'bias', shape: [outputsOf(layer)], fanIn, layer }];
}

function ofBatchNorm(layer: BatchNorm2dDescription): NetParameter[] {
  const named: readonly (readonly [ParameterKind, string | null])[] = [
    ['gamma', layer.weight],
    ['beta', layer.bias],
    ['running-mean', layer.running_mean],
    ['running-var', layer.running_var],
  ];
  const shared = { shape: [layer.channels], fanIn: null, layer };
  return named.flatMap(([kind, name]) => (name === null ? [] : [{ name, kind, ...shared }]));
}

function parametersOf(layer: PlainLayerDescription): NetParameter[] {
  switch (layer.type) {
    case 'conv2d':
    case 'conv-transpose2d':
    case 'dense':
      return ofWeighted(layer);
    case 'batchnorm2d':
      return ofBatchNorm(layer);
    default:
      return [];
  }
}

/**
 * All tensors of a net in registration order; one that several layers share is listed once, with
 * the first of them.
 */
export function netParameters(net: NetDescription): NetParameter[] {
  const all = plainLayers(net.layers).flatMap(parametersOf);
  const first = new Map(all.toReversed().map((one) => [one.name, one]));
  return all.filter((one) => first.get(one.name) === one);
}

/** Whether training changes it by its gradient. */
export function isTrainable({ kind }: NetParameter): boolean {
  return kind !== 'running-mean' && kind !== 'running-var';
}

/** How large a net is. Trainable numbers only: no running statistics. */
export interface NetSize {
  readonly parameters: number;
  readonly convWeights: number;
  readonly convBiases: number;
  readonly batchNorm: number;
  readonly dense: number;
  /** Multiplications of convolutions and dense layers for one image, forward. */
  readonly macs: number;
  readonly convLayers: number;
  readonly batchNormLayers: number;
  readonly denseLayers: number;
}

/** Places at which a layer's whole kernel is applied. */
function applications(layer: WeightedDescription): number {
  if (layer.type === 'dense') return 1;
  return product((layer.type === 'conv2d' ? layer.output_shape : layer.input_shape).slice(1));
}

function macsOf(layer: PlainLayerDescription): number {
  const isWeighted =
    layer.type === 'conv2d' || layer.type === 'conv-transpose2d' || layer.type === 'dense';
  return isWeighted ? product(weightShape(layer)) * applications(layer) : 0;
}

/** Counts of parameters, layers and multiplications. */
export function netSize(net: NetDescription): NetSize {
  const trained = netParameters(net).filter(isTrainable);
  const numbers = (of: (one: NetParameter) => boolean): number =>
    trained.filter(of).reduce((total, { shape }) => total + product(shape), 0);
  const layers = plainLayers(net.layers);
  const count = (...types: PlainLayerDescription['type'][]): number =>
    layers.filter(({ type }) => types.includes(type)).length;
  const isConv = ({ layer }: NetParameter): boolean => layer.type.startsWith('conv');
  return {
    parameters: numbers(() => true),
    convWeights: numbers((one) => isConv(one) && one.kind === 'weight'),
    convBiases: numbers((one) => isConv(one) && one.kind === 'bias'),
    batchNorm: numbers(({ layer }) => layer.type === 'batchnorm2d'),
    dense: numbers(({ layer }) => layer.type === 'dense'),
    macs: layers.reduce((total, layer) => total + macsOf(layer), 0),
    convLayers: count('conv2d', 'conv-transpose2d'),
    batchNormLayers: count('batchnorm2d'),
    denseLayers: count('dense'),
  };
}
