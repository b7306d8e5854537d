import type { Pair } from '../../../math/geometry.ts';
import { indexOf } from '../../../math/matrix.ts';
import type { ConvOperator } from '../../../math/operator.ts';

/** One tap of the kernel in place: which pixel it falls on, and whether that is inside the input. */
export interface PlacedTap {
  readonly k: number;
  readonly t: number;
  /** Pixel of the convolution's input; outside it in the padding. */
  readonly y: number;
  readonly x: number;
  readonly inside: boolean;
  readonly value: number;
}

/** The kernel at one place of the convolution. */
export interface SlideStep {
  /** Position [y, x] of the convolution's output. */
  readonly output: Pair;
  readonly taps: readonly PlacedTap[];
}

/** The channel pair that is watched: conv output i, conv input channel j (counted over all groups). */
export interface Channels {
  readonly i: number;
  readonly j: number;
}

/** Number of places that the kernel stops at. */
export function stepCount(op: ConvOperator): number {
  return op.geometry.output[0] * op.geometry.output[1];
}

/** Input channels (over all groups) that output channel i reads: the first one and how many. */
export function channelsRead(op: ConvOperator, i: number): { first: number; count: number } {
  const g = op.geometry;
  return { first: Math.floor(i / g.outPerGroup) * g.inPerGroup, count: g.inPerGroup };
}

function wrap(value: number, size: number): number {
  return ((value % size) + size) % size;
}

/** The kernel at place `step` (row by row over the output). */
export function slideStep(op: ConvOperator, step: number, { i, j }: Channels): SlideStep {
  const { geometry: g, kernel } = op;
  const output: Pair = [Math.floor(step / g.output[1]), step % g.output[1]];
  const inGroup = j - channelsRead(op, i).first;
  const taps: PlacedTap[] = [];
  for (let k = 0; k < g.kernel[0]; k++) {
    for (let t = 0; t < g.kernel[1]; t++) {
      const y = g.stride[0] * output[0] + g.dilation[0] * k - g.padding[0];
      const x = g.stride[1] * output[1] + g.dilation[1] * t - g.padding[2];
      const within = y >= 0 && y < g.input[0] && x >= 0 && x < g.input[1];
      const value = kernel[((i * g.inPerGroup + inGroup) * g.kernel[0] + k) * g.kernel[1] + t]!;
      taps.push({ k, t, y, x, inside: within || g.boundary === 'circular', value });
    }
  }
  return { output, taps };
}

/** An entry of the channel block of M that a step writes. */
export interface BlockEntry {
  /** Position in one input channel: y · w + x. */
  readonly column: number;
  readonly value: number;
}

/** What a step writes into its line of M, within the watched channel. */
export function blockEntries(op: ConvOperator, { taps }: SlideStep): BlockEntry[] {
  const [height, width] = op.geometry.input;
  return taps
    .filter(({ inside }) => inside)
    .map(({ y, x, value }) => ({
      column: wrap(y, height) * width + wrap(x, width),
      value,
    }));
}

/** Line of M (row; for a transposed convolution column) that a step writes. */
export function lineOf(op: ConvOperator, { output }: SlideStep, i: number): number {
  return indexOf({ channel: i, y: output[0], x: output[1] }, op.geometry.output);
}

/** Lines that are kept in view; older ones have scrolled out. */
export const MOST_LINES = 18;

/** The step whose line is the oldest in view. */
export function firstLine(step: number): number {
  return Math.max(0, step - MOST_LINES + 1);
}

/** A range of positions of an axis, at most `most` long, that holds the middle as well as it can. */
export function cropAround(range: Pair, middle: number, most: number): Pair {
  const [from, to] = range;
  if (to - from <= most) return range;
  const start = Math.min(Math.max(from, middle - Math.floor(most / 2)), to - most);
  return [start, start + most];
}
