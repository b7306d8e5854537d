/** Geometry of a convolution: plain numbers in, checked and derived numbers out. */

export type Pair = readonly [number, number];

/** How the input is continued beyond its border. The lab's theory covers zeros, and circular within limits. */
export type Boundary = 'zeros' | 'circular';

/**
 * A convolution without bias. Axis 1 is vertical (rows), axis 2 horizontal (columns).
 * A dense layer is a 1x1 kernel on a 1x1 input.
 */
export interface ConvGeometry {
  /** Input channels d_in, output channels d_out. */
  readonly dIn: number;
  readonly dOut: number;
  /** Input size [h_in, w_in]. */
  readonly input: Pair;
  /** Kernel size [k1, k2]. */
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Padding [top, bottom, left, right], in pixels. */
  readonly padding: readonly [number, number, number, number];
  readonly groups: number;
  readonly boundary: Boundary;
}

/** A geometry that passed {@link checkGeometry}, with what follows from it. */
export interface CheckedGeometry extends ConvGeometry {
  /** Output size [h_out, w_out]. */
  readonly output: Pair;
  readonly inPerGroup: number;
  readonly outPerGroup: number;
  /** Number of weights: d_out · d_in/groups · k1 · k2. */
  readonly weights: number;
  /** Shape of the unrolled matrix M: d_out·h_out·w_out rows, d_in·h_in·w_in columns. */
  readonly rows: number;
  readonly columns: number;
}

/** One axis of a convolution. */
export interface AxisGeometry {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBegin: number;
  readonly padEnd: number;
  readonly boundary: Boundary;
}

/** Largest number of weights that the lab takes (1 GiB in float64). */
export const MAX_WEIGHTS = 2 ** 27;
/** Largest number of rows or columns of M: an index must stay exact in a GPU's 32-bit integer. */
export const MAX_MATRIX_SIDE = 2 ** 31 - 1;
/** Largest side of an input, kernel, stride, dilation or padding. */
export const MAX_SIDE = 65_536;

/** An invalid field of a layer: its name, its value and how to fix it. */
export class GeometryError extends RangeError {
  override readonly name = 'GeometryError';
  constructor(
    readonly field: string,
    readonly value: unknown,
    readonly wayOut: string,
  ) {
    super(`${field} = ${String(value)}: ${wayOut}`);
  }
}

/** Effective kernel size: dilation · (taps − 1) + 1. */
export function effectiveKernel(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** Output size ⌊(h + p_begin + p_end − κ_e) / s⌋ + 1; below 1 when the kernel does not fit. */
export function outputSize(axis: Omit<AxisGeometry, 'output' | 'boundary'>): number {
  const room =
    axis.input + axis.padBegin + axis.padEnd - effectiveKernel(axis.kernel, axis.dilation);
  return Math.floor(room / axis.stride) + 1;
}

function requireInteger(field: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value > MAX_SIDE) {
    throw new GeometryError(
      field,
      value,
      `give a whole number from ${least} to ${MAX_SIDE.toLocaleString('en')}.`,
    );
  }
}

const AXES = ['vertical', 'horizontal'] as const;

/** Axis 0 (vertical) or 1 (horizontal) of a geometry. */
export function axisOf(g: ConvGeometry, axis: 0 | 1): AxisGeometry {
  const bare = {
    input: g.input[axis],
    kernel: g.kernel[axis],
    stride: g.stride[axis],
    dilation: g.dilation[axis],
    padBegin: g.padding[2 * axis] ?? 0,
    padEnd: g.padding[2 * axis + 1] ?? 0,
  };
  return { ...bare, output: outputSize(bare), boundary: g.boundary };
}

function checkIntegers(g: ConvGeometry): void {
  requireInteger('input channels', g.dIn, 1);
  requireInteger('output channels', g.dOut, 1);
  requireInteger('groups', g.groups, 1);
  for (const axis of [0, 1] as const) {
    requireInteger(`${AXES[axis]} input size`, g.input[axis], 1);
    requireInteger(`${AXES[axis]} kernel size`, g.kernel[axis], 1);
    requireInteger(`${AXES[axis]} stride`, g.stride[axis], 1);
    requireInteger(`${AXES[axis]} dilation`, g.dilation[axis], 1);
  }
  (['top', 'bottom', 'left', 'right'] as const).forEach((side, index) =>
    requireInteger(`${side} padding`, g.padding[index] ?? NaN, 0),
  );
}

function checkGroups(g: ConvGeometry): void {
  for (const [field, channels] of [
    ['input channels', g.dIn],
    ['output channels', g.dOut],
  ] as const) {
    if (channels % g.groups !== 0) {
      throw new GeometryError(
        'groups',
        g.groups,
        `must divide the ${field} (${channels}): choose a divisor of ${channels}.`,
      );
    }
  }
}

function checkAxis(axis: AxisGeometry, name: string): void {
  if (axis.output < 1) {
    const effective = effectiveKernel(axis.kernel, axis.dilation);
    throw new GeometryError(
      `${name} kernel size`,
      axis.kernel,
      `the kernel spans ${effective} pixels but the padded input has only ` +
        `${axis.input + axis.padBegin + axis.padEnd}: enlarge the input or the padding, ` +
        'or shrink the kernel or its dilation.',
    );
  }
  if (axis.boundary === 'circular') checkCircular(axis, name);
}

/** With circular padding entries of M are single taps only under these three conditions. */
function checkCircular(axis: AxisGeometry, name: string): void {
  const effective = effectiveKernel(axis.kernel, axis.dilation);
  const refuse = (field: string, value: number, why: string): never => {
    throw new GeometryError(`${name} ${field}`, value, `circular padding: ${why}`);
  };
  if (axis.stride !== 1) {
    refuse('stride', axis.stride, 'the theory holds for stride 1 only; set the stride to 1.');
  }
  if (effective > axis.input) {
    refuse(
      'kernel size',
      axis.kernel,
      `the kernel spans ${effective} pixels and would meet itself on an input of ` +
        `${axis.input}; enlarge the input or shrink the kernel.`,
    );
  }
  if (axis.output > axis.input) {
    refuse(
      'padding',
      axis.padBegin + axis.padEnd,
      `the output (${axis.output}) would be larger than the input (${axis.input}), so one ` +
        `weight would count twice; pad by at most ${effective - 1} in all.`,
    );
  }
}

/**
 * Checks a geometry and derives the sizes that follow from it. The only place that does so.
 *
 * @throws {@link GeometryError} naming the field, its value and how to fix it.
 */
export function checkGeometry(g: ConvGeometry): CheckedGeometry {
  checkIntegers(g);
  checkGroups(g);
  const axes = [axisOf(g, 0), axisOf(g, 1)] as const;
  checkAxis(axes[0], AXES[0]);
  checkAxis(axes[1], AXES[1]);
  const output: Pair = [axes[0].output, axes[1].output];
  const inPerGroup = g.dIn / g.groups;
  const weights = g.dOut * inPerGroup * g.kernel[0] * g.kernel[1];
  const rows = g.dOut * output[0] * output[1];
  const columns = g.dIn * g.input[0] * g.input[1];
  checkCaps({ weights, rows, columns });
  return { ...g, output, inPerGroup, outPerGroup: g.dOut / g.groups, weights, rows, columns };
}

function checkCaps(sizes: { weights: number; rows: number; columns: number }): void {
  if (sizes.weights > MAX_WEIGHTS) {
    throw new GeometryError(
      'number of weights',
      sizes.weights,
      `the lab takes at most ${MAX_WEIGHTS.toLocaleString('en')}: use fewer channels or taps.`,
    );
  }
  for (const side of ['rows', 'columns'] as const) {
    if (sizes[side] > MAX_MATRIX_SIDE) {
      throw new GeometryError(
        `${side} of M`,
        sizes[side],
        `the lab takes at most ${MAX_MATRIX_SIDE.toLocaleString('en')}: use a smaller input or ` +
          'fewer channels.',
      );
    }
  }
}
