import type { CheckedGeometry } from '../math/geometry.ts';

/** Numbers that are trained: float32 in a run, float64 in tests. */
export type Floats = Float32Array | Float64Array;

/** The linear layer that a weight belongs to, and the order of its numbers. */
export interface LayerOperator {
  /** The convolution; a dense layer is a 1x1 kernel on one pixel. */
  readonly geometry: CheckedGeometry;
  /** True when the layer is the adjoint of that convolution: ℓ1 and ℓ∞ change places. */
  readonly transposed: boolean;
  /** PyTorch's [out, in/groups, k1, k2], or the tensor room's [k1, k2, in/groups, out]. */
  readonly layout: 'oihw' | 'hwio';
}

/** A weight of a layer that has operator norms. */
export interface WeightParameter {
  readonly name: string;
  readonly kind: 'conv' | 'dense';
  /** Changed in place by every step. */
  readonly values: Floats;
  readonly operator: LayerOperator;
}

/** A parameter without an operator of its own: biases, and BatchNorm's γ and β. */
export interface PlainParameter {
  readonly name: string;
  readonly kind: 'bias' | 'gamma' | 'beta';
  readonly values: Floats;
}

export type Parameter = WeightParameter | PlainParameter;

/** Whether a parameter is the weight of a conv or dense layer. */
export function isWeight(parameter: Parameter): parameter is WeightParameter {
  return parameter.kind === 'conv' || parameter.kind === 'dense';
}

/** Distance between neighbours along each index of a weight K[i, j, tap], in numbers. */
export interface WeightStrides {
  readonly output: number;
  readonly input: number;
  readonly tap: number;
}

/** Where K[i, j, tap] lies: i·output + j·input + tap·tap, j within the group of i. */
export function weightStrides({ geometry: g, layout }: LayerOperator): WeightStrides {
  const taps = g.kernel[0] * g.kernel[1];
  return layout === 'oihw'
    ? { output: g.inPerGroup * taps, input: taps, tap: 1 }
    : { output: 1, input: g.dOut, tap: g.inPerGroup * g.dOut };
}

/** Zeros of the same kind and length. */
export function zerosLike(values: Floats): Floats {
  return values instanceof Float32Array
    ? new Float32Array(values.length)
    : new Float64Array(values.length);
}
