import type { AxisPair, ConvShape } from '../conv-shape.ts';
import { fillAddresses } from './conv-tables.ts';
import type { AxisPlaces, ImageLayout } from './conv-tables.ts';
import type { Heap } from './runtime.ts';

/** Bytes of a single-precision number. */
export const FLOAT = 4;

/** Bytes of inputs and gradients that one pass over the filter keeps near: half a usual L2 cache. */
export const CHUNK_BYTES = 2 ** 17;

/** Takes scratch memory that lives as long as the call. */
export type Take = (bytes: number) => number;

/** Images in the heap: where, and how they lie. */
export interface Images {
  readonly address: number;
  readonly layout: ImageLayout;
}

/** Addresses of the arrays of one call. */
export interface Arrays {
  readonly x: number;
  readonly w: number;
  readonly y: number;
}

/** A copy of images with zeros around them; the images themselves where there are none to add. */
export function padImages(
  heap: Heap,
  take: Take,
  images: Images & { batch: number; margins: readonly [AxisPair, AxisPair] },
): Images {
  const {
    address,
    batch,
    layout,
    margins: [[top, bottom], [left, right]],
  } = images;
  if (top + bottom + left + right === 0) return { address, layout };
  const padded = {
    ...layout,
    height: layout.height + top + bottom,
    width: layout.width + left + right,
  };
  const bytes = padded.height * padded.width * padded.pixelBytes;
  const to = take(batch * bytes);
  heap.floats(to, (batch * bytes) / FLOAT).fill(0);
  const [rowBytes, paddedRow] = [
    layout.width * layout.pixelBytes,
    padded.width * padded.pixelBytes,
  ];
  for (let image = 0; image < batch; image++) {
    const into = to + image * bytes + top * paddedRow + left * layout.pixelBytes;
    const from = address + image * layout.height * rowBytes;
    heap.call('copyRows', into, from, layout.height, rowBytes, paddedRow, rowBytes);
  }
  return { address: to, layout: padded };
}

export const imagesOf = (address: number, [height, width]: AxisPair, channels: number): Images => ({
  address,
  layout: { height, width, pixelBytes: channels * FLOAT },
});

/** The input of a convolution with its padding in place. */
export function paddedInput(
  heap: Heap,
  take: Take,
  { shape, x }: { shape: ConvShape; x: number },
): Images {
  const [top, bottom, left, right] = shape.padding;
  return padImages(heap, take, {
    ...imagesOf(x, shape.input, shape.inChannels),
    batch: shape.batch,
    margins: [
      [top, bottom],
      [left, right],
    ],
  });
}

/** A table of pixel addresses for the places of both axes. */
export function addressTable(
  heap: Heap,
  take: Take,
  images: Images & { batch: number; rows: readonly number[]; columns: readonly number[] },
): number {
  const { address, batch, layout, rows, columns } = images;
  const count = batch * rows.length * columns.length;
  const table = take(count * FLOAT);
  fillAddresses(heap.integers(table, count), { base: address, batch, layout }, { rows, columns });
  return table;
}

/** Taps of both axes with the byte offsets that they read at. */
export function tapList(
  places: readonly [AxisPlaces, AxisPlaces],
  layout: ImageLayout,
): { index: AxisPair; bytes: number }[] {
  const [rows, columns] = places;
  return rows.taps.flatMap((row) =>
    columns.taps.map((column) => ({
      index: [row.tap, column.tap] as const,
      bytes: (row.offset * layout.width + column.offset) * layout.pixelBytes,
    })),
  );
}

export const weightCount = ({ kernel, inChannels, outChannels, groups }: ConvShape): number =>
  kernel[0] * kernel[1] * (inChannels / groups) * outChannels;
