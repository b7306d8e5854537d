import type { AxisPair, ConvShape } from '../conv-shape.ts';

/** A row-major image in bytes: its width in pixels, height, and bytes per pixel. */
export interface ImageLayout {
  readonly height: number;
  readonly width: number;
  readonly pixelBytes: number;
}

/** Places of pixels along one axis: where each is read, relative to its tap, and written. */
export interface AxisPlaces {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Tap index, and how far from `reads` it lies. */
  readonly taps: readonly { readonly tap: number; readonly offset: number }[];
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Output pixels of a convolution along one axis, reading an input that is already padded. */
export function forwardPlaces(shape: ConvShape, axis: 0 | 1): AxisPlaces {
  const writes = range(shape.output[axis]);
  const taps = range(shape.kernel[axis]).map((tap) => ({
    tap,
    offset: tap * shape.dilation[axis],
  }));
  return { reads: writes.map((place) => place * shape.stride[axis]), writes, taps };
}

/** Zeros that dy needs before and after along one axis, so that every place of `backwardPlaces` exists. */
export function backwardMargins(shape: ConvShape, axis: 0 | 1): AxisPair {
  const before = shape.padding[axis === 0 ? 0 : 2];
  const reach = (shape.kernel[axis] - 1) * shape.dilation[axis];
  const stride = shape.stride[axis];
  const last = Math.floor((shape.input[axis] - 1 + before) / stride);
  return [
    Math.max(0, Math.ceil((reach - before) / stride)),
    Math.max(0, last - shape.output[axis] + 1),
  ];
}

/**
 * Input pixels along one axis, split by (position + padding) mod stride: within one part the
 * gradient is a convolution of stride 1 with those taps that reach it, so no zeros are inserted.
 */
export function backwardPlaces(shape: ConvShape, axis: 0 | 1): AxisPlaces[] {
  const [stride, dilation] = [shape.stride[axis], shape.dilation[axis]];
  const before = shape.padding[axis === 0 ? 0 : 2];
  const [margin] = backwardMargins(shape, axis);
  return range(stride).map((phase) => {
    const writes = range(shape.input[axis]).filter((x) => (x + before) % stride === phase);
    const taps = range(shape.kernel[axis])
      .filter((tap) => (tap * dilation) % stride === phase)
      .map((tap) => ({ tap, offset: -(tap * dilation - phase) / stride }));
    return { reads: writes.map((x) => (x + before - phase) / stride + margin), writes, taps };
  });
}

/** Fills a table with the byte addresses of pixels (rows × columns of every image). */
export function fillAddresses(
  table: Int32Array,
  images: { base: number; batch: number; layout: ImageLayout },
  places: { rows: readonly number[]; columns: readonly number[] },
): void {
  const { base, batch, layout } = images;
  const rowBytes = layout.width * layout.pixelBytes;
  let at = 0;
  for (let image = 0; image < batch; image++) {
    for (const row of places.rows) {
      const start = base + (image * layout.height + row) * rowBytes;
      for (const column of places.columns) table[at++] = start + column * layout.pixelBytes;
    }
  }
}
