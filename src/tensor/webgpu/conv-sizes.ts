import type { ConvShape } from '../conv-shape.ts';
import { piecesOf } from './program.ts';

/** Channels of a group from which on products in tiles are worth it. */
const NARROW = 8;

export function productOf(sizes: readonly number[]): number {
  return sizes.reduce((total, one) => total * one, 1);
}

/** Whether groups have so few channels (depthwise: one) that tiles would stay empty. */
export function isNarrow({ groups, inChannels, outChannels }: ConvShape): boolean {
  return groups > 1 && Math.min(inChannels, outChannels) / groups < NARROW;
}

/** What the WGSL of every pass knows of a convolution; `inputs`, `outputs`: channels of a group. */
export function sizesOf(shape: ConvShape): Record<string, number> {
  const { batch, groups, stride, padding, dilation, kernel, input, output } = shape;
  const [[kernelH, kernelW], [strideH, strideW]] = [kernel, stride];
  const [[dilationH, dilationW], [inH, inW], [outH, outW]] = [dilation, input, output];
  const [inputs, outputs] = [shape.inChannels / groups, shape.outChannels / groups];
  return {
    batch,
    groups,
    inputs,
    outputs,
    kernelH,
    kernelW,
    strideH,
    strideW,
    dilationH,
    dilationW,
    padTop: padding[0],
    padLeft: padding[2],
    inH,
    inW,
    outH,
    outW,
  };
}

/** The image that taps look at: the input, or in the input's gradient that of the output. */
export function sidesOf(
  [sideH, sideW]: readonly [number, number],
  depth: number,
): Record<string, number> {
  return { sideH, sideW, depth };
}

/** Input pixels of one axis that the same taps reach: every stride-th from `first` on. */
export interface Phase {
  readonly first: number;
  readonly count: number;
  /** The first tap that reaches them, and how many do; the others are `tapStep` apart. */
  readonly tap: number;
  readonly taps: number;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Distance of two neighbouring taps of one phase. */
export function tapStep({ stride, dilation }: ConvShape, axis: 0 | 1): number {
  return stride[axis] / gcd(stride[axis], dilation[axis]);
}

/** The phases of an axis: together they are all input pixels, each once. */
export function phasesOf(shape: ConvShape, axis: 0 | 1): Phase[] {
  const [stride, length, dilation] = [shape.stride[axis], shape.input[axis], shape.dilation[axis]];
  const margin = shape.padding[axis === 0 ? 0 : 2];
  const taps = Array.from({ length: shape.kernel[axis] }, (_, tap) => tap);
  return Array.from({ length: Math.min(stride, length) }, (_, first) => {
    const reaching = taps.filter((tap) => (first + margin - tap * dilation) % stride === 0);
    return {
      first,
      count: piecesOf(length - first, stride),
      tap: reaching[0] ?? 0,
      taps: reaching.length,
    };
  });
}
