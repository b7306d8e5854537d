import type { AxisPair, ConvShape } from '../conv-shape.ts';

/** A row-major image in bytes: its width in pixels, height, and bytes per pixel. */
export interface ImageLayout {
  readonly height: number;
  readonly width: number;
  readonly pixelBytes: number;
}

/** A tap of a kernel along one axis, and how far from a pixel's own place it reads. */
export interface AxisTap {
  readonly tap: number;
  readonly offset: number;
}

/**
 * Places of pixels along one axis: where each is read, to which a tap's offset is added (the sum
 * may lie outside the image), and where its result is written. Taps in order of their offsets.
 */
export interface AxisPlaces {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly taps: readonly AxisTap[];
}

/** Places of pixels along both axes. */
export type Places = readonly [AxisPlaces, AxisPlaces];

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function forwardAxis(shape: ConvShape, axis: 0 | 1): AxisPlaces {
  const before = shape.padding[axis === 0 ? 0 : 2];
  const writes = range(shape.output[axis]);
  const taps = range(shape.kernel[axis]).map((tap) => ({
    tap,
    offset: tap * shape.dilation[axis],
  }));
  return { reads: writes.map((place) => place * shape.stride[axis] - before), writes, taps };
}

/** Output pixels of a convolution, which read its input. */
export const forwardPlaces = (shape: ConvShape): Places => [
  forwardAxis(shape, 0),
  forwardAxis(shape, 1),
];

function backwardAxis(shape: ConvShape, axis: 0 | 1): AxisPlaces[] {
  const [stride, dilation] = [shape.stride[axis], shape.dilation[axis]];
  const before = shape.padding[axis === 0 ? 0 : 2];
  return range(stride).map((phase) => {
    const writes = range(shape.input[axis]).filter((x) => (x + before) % stride === phase);
    const taps = range(shape.kernel[axis])
      .filter((tap) => (tap * dilation) % stride === phase)
      .map((tap) => ({ tap, offset: -(tap * dilation - phase) / stride }))
      .reverse();
    return { reads: writes.map((x) => (x + before - phase) / stride), writes, taps };
  });
}

/**
 * Input pixels of a convolution, which read its output's gradient, split along each axis by
 * (position + padding) mod stride: within one part the gradient is a convolution of stride 1 with
 * those taps that reach it, so no zeros are inserted.
 */
export function backwardPlaces(shape: ConvShape): Places[] {
  const columns = backwardAxis(shape, 1);
  return backwardAxis(shape, 0).flatMap((rows) => columns.map((one): Places => [rows, one]));
}

/** Zeros needed before and after an axis of `length` pixels, so that every place exists. */
export function axisMargins(places: readonly AxisPlaces[], length: number): AxisPair {
  let [before, after] = [0, 0];
  for (const { reads, taps } of places) {
    for (const { offset } of reads.length === 0 ? [] : taps) {
      before = Math.max(before, -(reads[0]! + offset));
      after = Math.max(after, reads.at(-1)! + offset - (length - 1));
    }
  }
  return [before, after];
}

/** The places of one tap that read inside an axis of `length` pixels. */
export function insideAxis(
  { reads, writes }: AxisPlaces,
  { offset }: AxisTap,
  length: number,
): { reads: number[]; writes: number[] } {
  const inside = reads.flatMap((read, at) =>
    read + offset >= 0 && read + offset < length ? [at] : [],
  );
  return {
    reads: inside.map((at) => reads[at]! + offset),
    writes: inside.map((at) => writes[at]!),
  };
}

/** How many of an axis's products of a pixel and a tap read inside the image, and of how many. */
function coverage(axis: AxisPlaces, length: number): [inside: number, all: number] {
  const inside = axis.taps.map((tap) => insideAxis(axis, tap, length).reads.length);
  return [inside.reduce((sum, one) => sum + one, 0), axis.reads.length * axis.taps.length];
}

/** The part of all products of a pixel and a tap that read inside the image, not its margin. */
export function partInside(places: readonly Places[], { height, width }: ImageLayout): number {
  let [inside, all] = [0, 0];
  for (const [rows, columns] of places) {
    const [a, b] = [coverage(rows, height), coverage(columns, width)];
    inside += a[0] * b[0];
    all += a[1] * b[1];
  }
  return all === 0 ? 1 : inside / all;
}

/** Pixels (rows × columns of every image) whose byte addresses begin at `base`. */
export interface PixelGrid {
  readonly base: number;
  readonly layout: ImageLayout;
  readonly batch: number;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** Fills every `step`-th number of a table with the byte addresses of the first image's pixels. */
export function fillAddresses(
  table: Int32Array,
  { base, layout, rows, columns, step }: Omit<PixelGrid, 'batch'> & { readonly step: number },
): void {
  const rowBytes = layout.width * layout.pixelBytes;
  let at = 0;
  for (const row of rows) {
    for (const column of columns) {
      table[at] = base + row * rowBytes + column * layout.pixelBytes;
      at += step;
    }
  }
}
