import type { AxisPair, ConvShape } from '../conv-shape.ts';
import { axisMargins, fillAddresses } from './conv-tables.ts';
import type { AxisPlaces, ImageLayout, PixelGrid, Places } from './conv-tables.ts';
import type { Heap } from './runtime.ts';

/** Bytes of a single-precision number. */
export const FLOAT = 4;

/** Bytes of inputs that one pass over the weights keeps near: an eighth of a usual L2 cache. */
export const CHUNK_BYTES = 2 ** 17;

/** Takes scratch memory that lives as long as the call. */
export type Take = (bytes: number) => number;

/** Images in the heap: where, how many, and how they lie. */
export interface Images {
  readonly address: number;
  readonly batch: number;
  readonly layout: ImageLayout;
}

/** Addresses of the arrays of one call. */
export interface Arrays {
  readonly x: number;
  readonly w: number;
  readonly y: number;
}

/** Images [batch, height, width, channels]. */
const imagesOf = (
  address: number,
  { batch, size, channels }: { batch: number; size: AxisPair; channels: number },
): Images => ({
  address,
  batch,
  layout: { height: size[0], width: size[1], pixelBytes: channels * FLOAT },
});

/** The input of a convolution. */
export const inputImages = (address: number, { batch, input, inChannels }: ConvShape): Images =>
  imagesOf(address, { batch, size: input, channels: inChannels });

/** The output of a convolution. */
export const outputImages = (address: number, { batch, output, outChannels }: ConvShape): Images =>
  imagesOf(address, { batch, size: output, channels: outChannels });

/** Numbers of all images. */
export const imageNumbers = ({ batch, layout }: Images): number =>
  (batch * layout.height * layout.width * layout.pixelBytes) / FLOAT;

/** Zeros around images: before and after their rows, and before and after their columns. */
export type ImageMargins = readonly [AxisPair, AxisPair];

/** The zeros that images need so that every place of a pass can be read. */
export function marginsFor(
  places: readonly Places[],
  { height, width }: ImageLayout,
): ImageMargins {
  return [
    axisMargins(
      places.map(([rows]) => rows),
      height,
    ),
    axisMargins(
      places.map(([, columns]) => columns),
      width,
    ),
  ];
}

/** Sizes of images with their margins, and whether there are any. */
export function paddedLayout(
  layout: ImageLayout,
  [[top, bottom], [left, right]]: ImageMargins,
): { layout: ImageLayout; isLarger: boolean } {
  return {
    layout: {
      ...layout,
      height: layout.height + top + bottom,
      width: layout.width + left + right,
    },
    isLarger: top + bottom + left + right > 0,
  };
}

/** A copy of images with zeros around them; the images themselves where there are none to add. */
export function padImages(heap: Heap, take: Take, images: Images, margins: ImageMargins): Images {
  const { address, batch, layout } = images;
  const { layout: padded, isLarger } = paddedLayout(layout, margins);
  if (!isLarger) return images;
  const [[top], [left]] = margins;
  const bytes = padded.height * padded.width * padded.pixelBytes;
  const to = take(batch * bytes);
  const [rowBytes, paddedRow] = [
    layout.width * layout.pixelBytes,
    padded.width * padded.pixelBytes,
  ];
  heap.share({
    tasks: batch,
    size: batch * bytes * 2,
    run: (image, call) => {
      const start = to + image * bytes;
      const into = start + top * paddedRow + left * layout.pixelBytes;
      const from = address + image * layout.height * rowBytes;
      call('clear', start, bytes);
      call('copyRows', into, from, layout.height, rowBytes, paddedRow, rowBytes);
    },
  });
  return { address: to, batch, layout: padded };
}

/** Places moved along an axis. */
const moved = (axis: AxisPlaces, by: number): AxisPlaces => ({
  ...axis,
  reads: axis.reads.map((read) => read + by),
});

/** The same places in images that have got margins. */
export const placesInside = ([rows, columns]: Places, [[top], [left]]: ImageMargins): Places => [
  moved(rows, top),
  moved(columns, left),
];

/** A table of pixel addresses for rows and columns of images. */
export function addressTable(
  heap: Heap,
  take: Take,
  { address, ...images }: Images & Pick<PixelGrid, 'rows' | 'columns'>,
): number {
  const table = take(images.batch * images.rows.length * images.columns.length * FLOAT);
  fillTable(heap, { base: address, ...images }, { table, step: 1 });
  return table;
}

/**
 * Fills every `step`-th number of a table with the addresses of pixels: those of the first image
 * here, and of each image after it by a kernel.
 */
export function fillTable(
  heap: Heap,
  { base, layout, batch, rows, columns }: PixelGrid,
  { table, step }: { table: number; step: number },
): void {
  const count = rows.length * columns.length;
  const first = heap.integers(table, Math.max(0, (count - 1) * step + 1));
  fillAddresses(first, { base, layout, rows, columns, step });
  const [all, one] = [batch * count, count].map((numbers) => numbers * step * FLOAT);
  const imageBytes = layout.height * layout.width * layout.pixelBytes;
  heap.call('repeatTable', table, one!, all!, step * FLOAT, imageBytes);
}

/** Taps of both axes with the byte offsets that they read at. */
export function tapList(
  [rows, columns]: Places,
  layout: ImageLayout,
): { index: AxisPair; bytes: number }[] {
  return rows.taps.flatMap((row) =>
    columns.taps.map((column) => ({
      index: [row.tap, column.tap] as const,
      bytes: (row.offset * layout.width + column.offset) * layout.pixelBytes,
    })),
  );
}

/** Whether the taps of one row read pixels side by side, so that their numbers are one run. */
export const tapsAdjoin = ([, { taps }]: Places): boolean =>
  taps.every(({ offset }, at) => offset === taps[0]!.offset + at);
