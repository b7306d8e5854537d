import type { Pair } from '../math/geometry.ts';
import type { Place } from './fields.ts';

/** Zeros around an input: [top, bottom, left, right]. */
export type Padding = readonly [number, number, number, number];

/** Shape of one example without the batch dimension: [C, H, W], or [features] after flatten. */
export type Shape = readonly number[];

interface LayerBase {
  readonly input_shape: Shape;
  readonly output_shape: Shape;
}

/** Fields that both kinds of convolution have. `weight` and `bias` name tensors. */
interface ConvBase extends LayerBase {
  readonly name: string;
  readonly in_channels: number;
  readonly out_channels: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  readonly groups: number;
  readonly weight: string;
  readonly bias: string | null;
}

/** Cross-correlation, weight [out, in/groups, k1, k2], as torch.nn.functional.conv2d. */
export interface Conv2dDescription extends ConvBase {
  readonly type: 'conv2d';
}

/** The adjoint of a convolution, weight [in, out/groups, k1, k2], as torch.nn.ConvTranspose2d. */
export interface ConvTranspose2dDescription extends ConvBase {
  readonly type: 'conv-transpose2d';
  /** Rows and columns added at the bottom and right of the output; less than the stride. */
  readonly output_padding: Pair;
}

/** y = W x + b, weight [out, in]. */
export interface DenseDescription extends LayerBase {
  readonly type: 'dense';
  readonly name: string;
  readonly in_features: number;
  readonly out_features: number;
  readonly weight: string;
  readonly bias: string | null;
}

/** y = (x - running_mean) / sqrt(running_var + eps) · weight + bias (inference mode). */
export interface BatchNorm2dDescription extends LayerBase {
  readonly type: 'batchnorm2d';
  readonly name: string;
  readonly channels: number;
  readonly eps: number;
  /** Null where the layer has no affine part: the scale is then 1. */
  readonly weight: string | null;
  readonly bias: string | null;
  readonly running_mean: string;
  readonly running_var: string;
}

/** Largest, or mean, of each window; padding counts as minus infinity, or as zeros. */
export interface PoolDescription extends LayerBase {
  readonly type: 'maxpool2d' | 'avgpool2d';
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
}

/** max(x, 0). */
export interface ReluDescription extends LayerBase {
  readonly type: 'relu';
}

/** [C, H, W] to [C·H·W], the last index fastest. */
export interface FlattenDescription extends LayerBase {
  readonly type: 'flatten';
  readonly order: 'CHW';
}

/** 1 / (1 + e^-x), number by number. */
export interface SigmoidDescription extends LayerBase {
  readonly type: 'sigmoid';
}

/** Mean over height and width: [C, H, W] to [C, 1, 1], whatever H and W are. */
export interface GlobalAvgPoolDescription extends LayerBase {
  readonly type: 'globalavgpool2d';
}

/**
 * Branches that meet in a sum: y = body(x) · gate(body(x)) + shortcut(x).
 *
 * Registration order of the layers within is body, shortcut, gate, each from first to last.
 *
 * @see He et al. 2016, "Deep residual learning"; Hu et al. 2018, "Squeeze-and-excitation networks".
 */
export interface ResidualDescription extends LayerBase {
  readonly type: 'residual';
  readonly body: readonly LayerDescription[];
  /** Empty for the identity. */
  readonly shortcut: readonly LayerDescription[];
  /**
   * Fed with the body's output [C, H, W]; gives one factor a channel, [C] or [C, 1, 1]. Empty for
   * no gate.
   */
  readonly gate: readonly LayerDescription[];
}

/** A layer without layers in it. */
export type PlainLayerDescription =
  | Conv2dDescription
  | ConvTranspose2dDescription
  | DenseDescription
  | BatchNorm2dDescription
  | PoolDescription
  | ReluDescription
  | FlattenDescription
  | SigmoidDescription
  | GlobalAvgPoolDescription;

/** One layer of a net, as its description writes it. */
export type LayerDescription = PlainLayerDescription | ResidualDescription;

/** What the net takes: one example's shape, and how it was prepared (for the reader; not used). */
export interface NetInput {
  readonly shape: Shape;
  readonly layout: string;
  readonly range: Pair | null;
  readonly preprocessing: string | null;
}

/**
 * A net as a chain of layers, each fed by the one before it; `residual` layers hold chains of their
 * own. The names are those of the file
 * format, which is why they are written with underscores.
 */
export interface NetDescription {
  readonly name: string;
  readonly input: NetInput;
  readonly layers: readonly LayerDescription[];
  /**
   * Top-level fields that this program does not use (classes, training, …), kept for the export.
   */
  readonly notes: Readonly<Record<string, unknown>>;
}

/**
 * Reads the chain of layers in field `key` of an object, fed with `input`; a chain that may have no
 * layer (`least` 0) may be left out.
 */
export type ParseChain = (
  place: Place,
  key: string,
  input: Shape,
  least: 0 | 1,
) => readonly LayerDescription[];
