import type { ConvGeometry, Pair } from '../math/geometry.ts';

/** A field of a layer that no file states: it was set to the usual value, for a person to check. */
export type GuessedField = 'kind' | 'stride' | 'padding' | 'dilation' | 'groups' | 'input' | 'eps';

interface NetLayerBase {
  readonly name: string;
  /** Names of the tensors that the layer was made from. */
  readonly tensors: readonly string[];
  readonly guessed: readonly GuessedField[];
}

/** A convolution of a net. `kernel` is OIHW: [dOut, dIn/groups, k1, k2], row major. */
export interface ConvNetLayer extends NetLayerBase {
  readonly kind: 'conv2d';
  readonly geometry: ConvGeometry;
  readonly kernel: Float32Array | Float64Array;
}

/**
 * A transposed convolution, given by the convolution that it is the adjoint of: `geometry.input` is
 * the transposed layer's OUTPUT size, `geometry.dIn` its output channels and `geometry.dOut` its
 * input channels, and `kernel` [in, out/groups, k1, k2] is that convolution's OIHW kernel.
 */
export interface ConvTransposeNetLayer extends NetLayerBase {
  readonly kind: 'conv-transpose2d';
  readonly geometry: ConvGeometry;
  readonly kernel: Float32Array | Float64Array;
}

/**
 * A dense layer: `kernel` is [out, in], row major, and `geometry` the 1x1 convolution on 1x1
 * pixels.
 */
export interface DenseNetLayer extends NetLayerBase {
  readonly kind: 'dense';
  readonly geometry: ConvGeometry;
  readonly kernel: Float32Array | Float64Array;
}

/**
 * BatchNorm in inference mode: channel c is multiplied by gamma[c] / sqrt(runningVar[c] + eps).
 * `gamma` is all ones where the layer has no affine part. `input` is the size [h, w] of its input.
 */
export interface BatchNormNetLayer extends NetLayerBase {
  readonly kind: 'batchnorm2d';
  readonly channels: number;
  readonly gamma: Float32Array | Float64Array;
  readonly runningVar: Float32Array | Float64Array;
  readonly eps: number;
  readonly input: Pair;
}

/**
 * A layer that has norms. Weights are as the file holds them: NaN is refused where a norm is taken.
 */
export type NetLayer = ConvNetLayer | ConvTransposeNetLayer | DenseNetLayer | BatchNormNetLayer;
