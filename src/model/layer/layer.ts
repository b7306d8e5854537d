import {
  effectiveKernel,
  GeometryError,
  outputSize,
  type ConvGeometry,
  type Pair,
} from '../../math/geometry.ts';

/** Type of the layer. */
export type LayerType = 'conv' | 'transposed-conv' | 'dense';

/** Padding as specified: numbers per side, or a framework's mode. */
export type PaddingSpec =
  | { readonly kind: 'explicit'; readonly sides: readonly [number, number, number, number] }
  | { readonly kind: 'valid' }
  | { readonly kind: 'same-tensorflow' }
  | { readonly kind: 'same-pytorch' };

/** Fill mode of the padding. The lab supports zeros, and circular within limits. */
export type PaddingMode = 'zeros' | 'circular' | 'reflect' | 'replicate';

/** Kernels generated from a seed. */
export type RandomSource = 'he' | 'pytorch' | 'gaussian';
/** Kernels determined by the geometry alone. */
export type PatternSource = 'identity' | 'blur' | 'sobel' | 'laplacian' | 'sine';

/** Where the weights come from. */
export type KernelSource =
  | { readonly kind: RandomSource; readonly seed: number }
  | { readonly kind: PatternSource }
  | {
      readonly kind: 'values';
      /** OIHW weights of a conv, IOHW of a transposed conv (as PyTorch stores them), row-major. */
      readonly values: Float32Array | Float64Array;
      /** Their display name: a file and a layer in it, or "edited by hand". */
      readonly name: string;
    };

/** Full specification of a layer, shared by page, link, file and CLI. */
export interface LayerSpec {
  readonly type: LayerType;
  readonly dIn: number;
  readonly dOut: number;
  readonly input: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: PaddingSpec;
  readonly paddingMode: PaddingMode;
  readonly groups: number;
  /** Rows and columns added to a transposed convolution's output (PyTorch's output_padding). */
  readonly outputPadding: Pair;
  readonly source: KernelSource;
}

/** The default layer: 3x3, stride 2, padding 1, which has four tap sets. */
export const DEFAULT_LAYER: LayerSpec = {
  type: 'conv',
  dIn: 3,
  dOut: 4,
  input: [8, 8],
  kernel: [3, 3],
  stride: [2, 2],
  dilation: [1, 1],
  padding: { kind: 'explicit', sides: [1, 1, 1, 1] },
  paddingMode: 'zeros',
  groups: 1,
  outputPadding: [0, 0],
  source: { kind: 'he', seed: 1 },
};

/** A spec converted to the convolution used by the mathematics. */
export interface ResolvedLayer {
  readonly geometry: ConvGeometry;
  readonly transposed: boolean;
}

interface AxisSpec {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

function sameTensorflow({ input, kernel, stride, dilation }: AxisSpec): Pair {
  const outputs = Math.ceil(input / stride);
  const total = Math.max((outputs - 1) * stride + effectiveKernel(kernel, dilation) - input, 0);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

function samePytorch({ kernel, stride, dilation }: AxisSpec): Pair {
  if (stride !== 1) {
    throw new GeometryError(
      'padding',
      "PyTorch 'same'",
      `PyTorch allows it with stride 1 only, not ${stride}: type the numbers or set the stride to 1.`,
    );
  }
  const total = effectiveKernel(kernel, dilation) - 1;
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

/** Padding [begin, end] of one axis, in pixels, for the convolution of the given input size. */
function axisPadding(padding: PaddingSpec, axis: AxisSpec, index: 0 | 1): Pair {
  switch (padding.kind) {
    case 'explicit':
      return [padding.sides[2 * index] ?? 0, padding.sides[2 * index + 1] ?? 0];
    case 'valid':
      return [0, 0];
    case 'same-tensorflow':
      return sameTensorflow(axis);
    case 'same-pytorch':
      return samePytorch(axis);
  }
}

function boundaryOf(mode: PaddingMode): ConvGeometry['boundary'] {
  if (mode === 'zeros' || mode === 'circular') return mode;
  throw new GeometryError(
    'padding mode',
    mode,
    'several taps of one output can then read the same pixel, so entries of M become signed sums ' +
      'of weights and the absolute sums of Theorem 1 no longer hold: use zeros or circular.',
  );
}

/** Output size of a transposed convolution on one axis: the input size of its adjoint. */
function transposedSize(spec: LayerSpec, index: 0 | 1): number {
  const axis = axisSpec(spec, index, spec.input[index]);
  if (spec.padding.kind === 'same-tensorflow') return axis.input * axis.stride;
  const [begin, end] = axisPadding(spec.padding, axis, index);
  return (
    (axis.input - 1) * axis.stride -
    begin -
    end +
    effectiveKernel(axis.kernel, axis.dilation) +
    spec.outputPadding[index]
  );
}

function axisSpec(spec: LayerSpec, index: 0 | 1, input: number): AxisSpec {
  return {
    input,
    kernel: spec.kernel[index],
    stride: spec.stride[index],
    dilation: spec.dilation[index],
  };
}

function paddingOf(spec: LayerSpec, input: Pair): ConvGeometry['padding'] {
  const vertical = axisPadding(spec.padding, axisSpec(spec, 0, input[0]), 0);
  const horizontal = axisPadding(spec.padding, axisSpec(spec, 1, input[1]), 1);
  return [...vertical, ...horizontal];
}

/** Groups divide the layer's own channels; after swapping, the names would be wrong. */
function checkTransposedGroups(spec: LayerSpec): void {
  for (const [field, channels] of [
    ['input channels', spec.dIn],
    ['output channels', spec.dOut],
  ] as const) {
    if (channels < 1) throw new GeometryError(field, channels, 'give at least 1.');
    if (spec.groups >= 1 && channels % spec.groups !== 0) {
      const wayOut = `must divide the ${field} (${channels}): choose a divisor of ${channels}.`;
      throw new GeometryError('groups', spec.groups, wayOut);
    }
  }
}

function resolveTransposed(spec: LayerSpec): ResolvedLayer {
  checkTransposedGroups(spec);
  const input: Pair = [transposedSize(spec, 0), transposedSize(spec, 1)];
  for (const index of [0, 1] as const) {
    checkTransposedAxis(spec, index, input[index]);
  }
  return { geometry: convOf({ ...spec, dIn: spec.dOut, dOut: spec.dIn, input }), transposed: true };
}

/** A transposed axis is valid when its adjoint maps the output back to the input's size. */
function checkTransposedAxis(spec: LayerSpec, index: 0 | 1, size: number): void {
  const name = index === 0 ? 'vertical' : 'horizontal';
  const extra = spec.outputPadding[index];
  if (extra > 0 && extra >= Math.max(spec.stride[index], spec.dilation[index])) {
    const limit = Math.max(spec.stride[index], spec.dilation[index]) - 1;
    throw new GeometryError(`${name} output padding`, extra, `must be at most ${limit}.`);
  }
  if (size < 1) {
    throw new GeometryError(
      `${name} padding`,
      axisPadding(spec.padding, axisSpec(spec, index, spec.input[index]), index).join(' + '),
      `the output would have ${size} pixels: use less padding or a larger input.`,
    );
  }
  const axis = axisSpec(spec, index, size);
  const [padBegin, padEnd] = axisPadding(spec.padding, axis, index);
  const back = outputSize({ ...axis, padBegin, padEnd });
  if (back !== spec.input[index]) {
    throw new GeometryError(
      `${name} output padding`,
      extra,
      `the transposed convolution of this size does not exist (its adjoint gives ${back} pixels, ` +
        `not ${spec.input[index]}): lower the output padding.`,
    );
  }
}

function convOf(spec: LayerSpec): ConvGeometry {
  return {
    dIn: spec.dIn,
    dOut: spec.dOut,
    input: spec.input,
    kernel: spec.kernel,
    stride: spec.stride,
    dilation: spec.dilation,
    padding: paddingOf(spec, spec.input),
    groups: spec.groups,
    boundary: boundaryOf(spec.paddingMode),
  };
}

/**
 * Converts a spec to a convolution, with padding modes as numbers. A dense layer is 1x1 on 1x1; a
 * transposed convolution becomes the convolution that it is the adjoint of.
 *
 * @throws GeometryError for reflect and replicate padding, PyTorch's 'same' with a stride, and
 * impossible sizes of a transposed convolution. Everything else is checked by `checkGeometry`.
 */
export function resolveLayer(spec: LayerSpec): ResolvedLayer {
  if (spec.type === 'dense') {
    const one: Pair = [1, 1];
    const plain = { ...spec, input: one, kernel: one, stride: one, dilation: one, groups: 1 };
    return {
      geometry: convOf({ ...plain, padding: { kind: 'valid' }, paddingMode: 'zeros' }),
      transposed: false,
    };
  }
  return spec.type === 'transposed-conv'
    ? resolveTransposed(spec)
    : { geometry: convOf(spec), transposed: false };
}
