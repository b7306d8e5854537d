import type {
  BatchNorm2dDescription,
  LayerDescription,
  NetDescription,
  ResidualDescription,
} from '../files/net-description-types.ts';
import type { Tensor, Tensor1D } from '../tensor/engine.ts';
import {
  addBias,
  addTensors,
  batchNormInference,
  batchNormTrain,
  channelMoments,
  gateChannels,
  globalMean,
  onesVector,
  relu,
  sigmoid,
  zerosVector,
} from '../tensor/ops/channels.ts';
import type { Moments } from '../tensor/ops/channels.ts';
import { convTranspose2d } from '../tensor/ops/conv-transpose.ts';
import { conv2d } from '../tensor/ops/conv2d.ts';
import { dense, flattenChw, reshaped } from '../tensor/ops/dense.ts';
import { avgPool, maxPool } from '../tensor/ops/pool.ts';
import type { Params } from './params.ts';

/** How a net is run. */
export interface ForwardOptions {
  /** In `train` BatchNorm uses the batch's statistics, in `inference` the running ones. */
  readonly mode: 'train' | 'inference';
  /**
   * Gets each BatchNorm's batch statistics in train mode, and the number of numbers behind each;
   * they are disposed of with the tensors around them unless kept.
   */
  readonly onMoments?: (layer: BatchNorm2dDescription, moments: Moments, count: number) => void;
}

interface Step {
  readonly x: Tensor;
  readonly params: Params;
  readonly options: ForwardOptions;
}

type Apply<L> = (layer: L, step: Step) => Tensor;

function param(params: Params, name: string): Tensor {
  const found = params[name];
  if (found === undefined)
    throw new RangeError(
      `the net's description names the tensor "${name}", but its weights do not hold it.`,
    );
  return found;
}

function biased(y: Tensor, bias: string | null, params: Params): Tensor {
  return bias === null ? y : addBias(y, param(params, bias));
}

function batchNorm(layer: BatchNorm2dDescription, { x, params, options }: Step): Tensor {
  const { channels, eps } = layer;
  const gamma = layer.weight === null ? onesVector(channels) : param(params, layer.weight);
  const beta = layer.bias === null ? zerosVector(channels) : param(params, layer.bias);
  if (options.mode === 'train') {
    const moments = channelMoments(x);
    options.onMoments?.(layer, moments, x.size / channels);
    return batchNormTrain(x, { gamma, beta }, moments, eps);
  }
  const running = {
    mean: param(params, layer.running_mean) as Tensor1D,
    variance: param(params, layer.running_var) as Tensor1D,
  };
  return batchNormInference(x, { gamma, beta }, running, eps);
}

/** Mean over the pixels, kept as an image of one pixel. */
function globalPool({ x }: Step): Tensor {
  const [batch = 0, , , channels = 0] = x.shape;
  return reshaped(globalMean(x), [batch, 1, 1, channels]);
}

/** The layers one after another. */
function chain(layers: readonly LayerDescription[], step: Step): Tensor {
  return layers.reduce((x, layer) => {
    const apply = LAYERS[layer.type] as Apply<LayerDescription>;
    return apply(layer, { ...step, x });
  }, step.x);
}

function gated(gate: readonly LayerDescription[], step: Step): Tensor {
  if (gate.length === 0) return step.x;
  const [batch = 0, , , channels = 0] = step.x.shape;
  // A gate may end in [N, 1, 1, C] or [N, C].
  return gateChannels(step.x, reshaped(chain(gate, step), [batch, channels]));
}

function residual({ body, shortcut, gate }: ResidualDescription, step: Step): Tensor {
  const sum = gated(gate, { ...step, x: chain(body, step) });
  return addTensors(sum, chain(shortcut, step));
}

/** What each type of layer does; a type without an entry does not compile. */
const LAYERS: {
  readonly [T in LayerDescription['type']]: Apply<Extract<LayerDescription, { type: T }>>;
} = {
  conv2d: (layer, { x, params }) =>
    biased(conv2d(x, param(params, layer.weight), layer), layer.bias, params),
  'conv-transpose2d': (layer, { x, params }) => {
    const attributes = { ...layer, outputPadding: layer.output_padding };
    return biased(convTranspose2d(x, param(params, layer.weight), attributes), layer.bias, params);
  },
  dense: (layer, { x, params }) =>
    biased(dense(x, param(params, layer.weight)), layer.bias, params),
  batchnorm2d: batchNorm,
  maxpool2d: (layer, { x }) => maxPool(x, layer),
  avgpool2d: (layer, { x }) => avgPool(x, layer),
  relu: (_, { x }) => relu(x),
  flatten: (_, { x }) => flattenChw(x),
  sigmoid: (_, { x }) => sigmoid(x),
  globalavgpool2d: (_, step) => globalPool(step),
  residual,
};

/**
 * The net's output for x [N, H, W, C] (or [N, features]): its layers in order, a pure function of
 * the description and the weights. Call it within `tidy` or a gradient.
 *
 * @throws RangeError when the weights lack a tensor, or shapes do not fit.
 */
export function forward(
  net: NetDescription,
  params: Params,
  x: Tensor,
  options: ForwardOptions = { mode: 'inference' },
): Tensor {
  return chain(net.layers, { x, params, options });
}
