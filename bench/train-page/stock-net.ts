import * as tf from '@tensorflow/tfjs';
import type {
  Conv2dDescription,
  LayerDescription,
  PoolDescription,
} from '../../src/files/net-description-types.ts';

/** Tensors of a net by name: kernels [k1, k2, in/groups, out], dense [in, out]. */
export type StockParams = Readonly<Record<string, tf.Tensor>>;

type Explicit = [[number, number], [number, number], [number, number], [number, number]];

const explicit = ([top, bottom, left, right]: readonly [
  number,
  number,
  number,
  number,
]): Explicit => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

/** tfjs knows no groups: one convolution a group, put together again. */
function conv(x: tf.Tensor4D, layer: Conv2dDescription, params: StockParams): tf.Tensor4D {
  const w = params[layer.weight] as tf.Tensor4D;
  const stride: [number, number] = [...layer.stride];
  const pad = explicit(layer.padding);
  const { groups } = layer;
  if (groups === 1) return tf.conv2d(x, w, stride, pad);
  const [xs, ws] = [tf.split<tf.Tensor4D>(x, groups, 3), tf.split<tf.Tensor4D>(w, groups, 3)];
  return tf.concat<tf.Tensor4D>(
    xs.map((one, at) => tf.conv2d(one, ws[at]!, stride, pad)),
    3,
  );
}

function norm(
  x: tf.Tensor4D,
  { weight, bias, eps }: { weight: string | null; bias: string | null; eps: number },
  params: StockParams,
): tf.Tensor4D {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const [gamma, beta] = [params[weight!] as tf.Tensor1D, params[bias!] as tf.Tensor1D];
  return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, beta, gamma, eps);
}

const pool = (x: tf.Tensor4D, { kernel, stride }: PoolDescription): tf.Tensor4D =>
  tf.maxPool(x, [...kernel], [...stride], 'valid');

function flat(x: tf.Tensor4D): tf.Tensor2D {
  return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]);
}

function applied(x: tf.Tensor, layer: LayerDescription, params: StockParams): tf.Tensor {
  const image = x as tf.Tensor4D;
  switch (layer.type) {
    case 'conv2d': {
      const y = conv(image, layer, params);
      return layer.bias === null ? y : tf.add(y, params[layer.bias]!);
    }
    case 'batchnorm2d':
      return norm(image, layer, params);
    case 'relu':
      return tf.relu(x);
    case 'maxpool2d':
      return pool(image, layer);
    case 'globalavgpool2d':
      return tf.mean(image, [1, 2], true);
    case 'flatten':
      return flat(image);
    case 'dense': {
      const y = tf.matMul(x, params[layer.weight] as tf.Tensor2D);
      return layer.bias === null ? y : tf.add(y, params[layer.bias]!);
    }
    case 'residual':
      return tf.add(stockForward(layer.body, params, x), stockForward(layer.shortcut, params, x));
    default:
      throw new Error(`stock tfjs: no ${layer.type} in this bench`);
  }
}

/** A described net in tfjs's own ops, BatchNorm with the batch's statistics. */
export function stockForward(
  layers: readonly LayerDescription[],
  params: StockParams,
  x: tf.Tensor,
): tf.Tensor {
  return layers.reduce((input, layer) => applied(input, layer, params), x);
}
