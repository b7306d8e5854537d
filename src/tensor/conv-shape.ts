/** Zeros around an image: top, bottom, left, right. */
export type Margins = readonly [number, number, number, number];

/** Two numbers, one per image axis. */
export type AxisPair = readonly [number, number];

/** What a convolution is, apart from its arrays; PyTorch's meanings. */
export interface ConvAttributes {
  readonly stride: AxisPair;
  readonly padding: Margins;
  readonly dilation: AxisPair;
  readonly groups: number;
}

/** All sizes of one convolution. Kernel [k1, k2, inChannels / groups, outChannels]. */
export interface ConvShape extends ConvAttributes {
  readonly batch: number;
  readonly input: AxisPair;
  readonly inChannels: number;
  readonly kernel: AxisPair;
  readonly output: AxisPair;
  readonly outChannels: number;
}

/** Length of a convolution's output along one axis. */
function outputLength(
  shape: ConvAttributes,
  axis: 0 | 1,
  lengths: { input: number; kernel: number },
): number {
  const [before, after] = axis === 0 ? shape.padding : [shape.padding[2], shape.padding[3]];
  const reach = shape.dilation[axis] * (lengths.kernel - 1) + 1;
  return Math.floor((lengths.input + before + after - reach) / shape.stride[axis]) + 1;
}

/**
 * The sizes of x [N, H, W, C] convolved with w [k1, k2, C / groups, O].
 *
 * @throws RangeError when channels do not fit the groups, or the kernel the padded input.
 */
export function convShape(
  x: readonly number[],
  w: readonly number[],
  attributes: ConvAttributes,
): ConvShape {
  const [batch = 0, height = 0, width = 0, inChannels = 0] = x;
  const [k1 = 0, k2 = 0, perGroup = 0, outChannels = 0] = w;
  const { groups } = attributes;
  if (perGroup * groups !== inChannels || outChannels % groups !== 0) {
    throw new RangeError(
      `kernel [${w.join(', ')}] in ${groups} groups does not fit an input of ${inChannels} channels: give inChannels / groups = ${inChannels / groups} and a multiple of ${groups} output channels.`,
    );
  }
  const output: AxisPair = [
    outputLength(attributes, 0, { input: height, kernel: k1 }),
    outputLength(attributes, 1, { input: width, kernel: k2 }),
  ];
  if (output[0] < 1 || output[1] < 1) {
    throw new RangeError(
      `kernel ${k1}×${k2} is larger than the padded input ${height}×${width}: add padding or use a smaller kernel.`,
    );
  }
  return {
    ...attributes,
    batch,
    input: [height, width],
    inChannels,
    kernel: [k1, k2],
    output,
    outChannels,
  };
}
