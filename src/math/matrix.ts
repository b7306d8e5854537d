import { axisOf, type AxisGeometry, type Pair } from './geometry.ts';
import type { ConvOperator } from './operator.ts';
import { tapAt } from './tap-sets.ts';

/** A place in a stack of channel maps. */
export interface Pixel {
  readonly channel: number;
  readonly y: number;
  readonly x: number;
}

/** What an entry of M is made of. `tap` is null for a structural zero (no weight ever lands there). */
export interface Entry {
  readonly row: number;
  readonly column: number;
  /** Output pixel that the row writes, input pixel that the column reads. */
  readonly output: Pixel;
  readonly input: Pixel;
  readonly tap: Pair | null;
  /** Flat OIHW index of the weight, or −1. */
  readonly weight: number;
  readonly value: number;
}

/** Pixel of a flat index (channel · height + y) · width + x. */
export function pixelOf(index: number, [height, width]: Pair): Pixel {
  const x = index % width;
  const rest = Math.floor(index / width);
  return { channel: Math.floor(rest / height), y: rest % height, x };
}

/** Flat index of a pixel. */
export function indexOf(pixel: Pixel, [height, width]: Pair): number {
  return (pixel.channel * height + pixel.y) * width + pixel.x;
}

/** Looks up entries of the unrolled matrix M, which is never stored. */
export interface MatrixView {
  readonly operator: ConvOperator;
  readonly axes: readonly [AxisGeometry, AxisGeometry];
}

/** Prepares look-ups in M. */
export function matrixView(operator: ConvOperator): MatrixView {
  return { operator, axes: [axisOf(operator.geometry, 0), axisOf(operator.geometry, 1)] };
}

/** Flat OIHW index of the weight at (output pixel, input pixel) of the convolution, or −1. */
function weightAt({ operator, axes }: MatrixView, output: Pixel, input: Pixel): number {
  const g = operator.geometry;
  const group = Math.floor(output.channel / g.outPerGroup);
  const j = input.channel - group * g.inPerGroup;
  if (j < 0 || j >= g.inPerGroup) return -1;
  const k = tapAt(axes[0], output.y, input.y);
  const t = tapAt(axes[1], output.x, input.x);
  if (k < 0 || t < 0) return -1;
  return ((output.channel * g.inPerGroup + j) * g.kernel[0] + k) * g.kernel[1] + t;
}

/**
 * The entry of M at (row, column), both 0-based; row = (i·h_out + y)·w_out + x, column =
 * (j·h_in + y)·w_in + x, of the layer itself (a transposed convolution's rows are its own outputs).
 */
export function matrixEntry(view: MatrixView, row: number, column: number): Entry {
  const { geometry: g, kernel, transposed } = view.operator;
  const [convRow, convColumn] = transposed ? [column, row] : [row, column];
  const convOutput = pixelOf(convRow, g.output);
  const convInput = pixelOf(convColumn, g.input);
  const weight = weightAt(view, convOutput, convInput);
  const [k1, k2] = g.kernel;
  const tap: Pair | null = weight < 0 ? null : [Math.floor(weight / k2) % k1, weight % k2];
  const [output, input] = transposed ? [convInput, convOutput] : [convOutput, convInput];
  return { row, column, output, input, tap, weight, value: weight < 0 ? 0 : kernel[weight]! };
}
