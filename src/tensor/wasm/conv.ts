import type { AxisPair, ConvShape } from '../conv-shape.ts';
import { TILE_COLUMNS, TILE_ROWS } from './conv-kernels.ts';
import { backwardMargins, backwardPlaces, fillAddresses, forwardPlaces } from './conv-tables.ts';
import type { AxisPlaces, ImageLayout } from './conv-tables.ts';
import type { Heap } from './runtime.ts';

/** Bytes of a single-precision number. */
const FLOAT = 4;
/** Bytes of inputs and gradients that one pass over the filter keeps near: half a usual L2 cache. */
const CHUNK_BYTES = 2 ** 17;
/** Fewer pixels in a pass than this, and reading and writing the sums costs more than they gain. */
const MIN_CHUNK_PIXELS = 256;

/** Fewer pixels in a run of the forward kernel than this, and the weights are read too often. */
const MIN_RUN_PIXELS = 64;

type Take = (bytes: number) => number;

/** Images in the heap: where, and how they lie. */
interface Images {
  readonly address: number;
  readonly layout: ImageLayout;
}

/** Addresses of the arrays of one call. */
interface Arrays {
  readonly x: number;
  readonly w: number;
  readonly y: number;
}

/** A copy of images with zeros around them; the images themselves where there are none to add. */
function padImages(heap: Heap, take: Take, images: Images & { batch: number; margins: readonly [AxisPair, AxisPair] }): Images {
  const { address, batch, layout, margins: [[top, bottom], [left, right]] } = images;
  if (top + bottom + left + right === 0) return { address, layout };
  const padded = { ...layout, height: layout.height + top + bottom, width: layout.width + left + right };
  const bytes = padded.height * padded.width * padded.pixelBytes;
  const to = take(batch * bytes);
  heap.floats(to, (batch * bytes) / FLOAT).fill(0);
  const [rowBytes, paddedRow] = [layout.width * layout.pixelBytes, padded.width * padded.pixelBytes];
  for (let image = 0; image < batch; image++) {
    const into = to + image * bytes + top * paddedRow + left * layout.pixelBytes;
    const from = address + image * layout.height * rowBytes;
    heap.call('copyRows', into, from, layout.height, rowBytes, paddedRow, rowBytes);
  }
  return { address: to, layout: padded };
}

const imagesOf = (address: number, [height, width]: AxisPair, channels: number): Images =>
  ({ address, layout: { height, width, pixelBytes: channels * FLOAT } });

/** The input of a convolution with its padding in place. */
function paddedInput(heap: Heap, take: Take, { shape, x }: { shape: ConvShape; x: number }): Images {
  const [top, bottom, left, right] = shape.padding;
  return padImages(heap, take, {
    ...imagesOf(x, shape.input, shape.inChannels), batch: shape.batch, margins: [[top, bottom], [left, right]],
  });
}

/** A table of pixel addresses for the places of both axes. */
function addressTable(heap: Heap, take: Take, images: Images & { batch: number; rows: readonly number[]; columns: readonly number[] }): number {
  const { address, batch, layout, rows, columns } = images;
  const count = batch * rows.length * columns.length;
  const table = take(count * FLOAT);
  fillAddresses(heap.integers(table, count), { base: address, batch, layout }, { rows, columns });
  return table;
}

/** Taps of both axes with the byte offsets that they read at. */
function tapList(places: readonly [AxisPlaces, AxisPlaces], layout: ImageLayout): { index: AxisPair; bytes: number }[] {
  const [rows, columns] = places;
  return rows.taps.flatMap((row) => columns.taps.map((column) => ({
    index: [row.tap, column.tap] as const,
    bytes: (row.offset * layout.width + column.offset) * layout.pixelBytes,
  })));
}

/** Where the weight of (tap, group, sum, column) lies: distances in numbers. */
interface WeightStrides {
  readonly row: number;
  readonly tap: number;
  readonly group: number;
  readonly sum: number;
  readonly column: number;
}

/** One pass of `convRows`: what is read and written, in which groups, and with which weights. */
interface RowsPass {
  readonly from: Images;
  readonly to: Images;
  readonly batch: number;
  readonly groups: number;
  readonly places: readonly [AxisPlaces, AxisPlaces];
  /** Channels per group that are summed over, and that are written. */
  readonly sums: number;
  readonly columns: number;
  /** The kernel's numbers; asked for after all memory is taken, since views go stale. */
  readonly weights: () => Float32Array;
  readonly strides: WeightStrides;
}

/** Weights of up to eight output channels as the kernel walks over them, zeros beyond the last. */
function fillPanel(panel: Float32Array, weights: Float32Array, pack: { pass: RowsPass; taps: readonly AxisPair[]; group: number; first: number }): void {
  const { pass: { strides, sums, columns }, taps, group, first } = pack;
  const count = Math.min(TILE_COLUMNS, columns - first);
  if (count < TILE_COLUMNS) panel.fill(0);
  taps.forEach(([row, tap], index) => {
    const start = row * strides.row + tap * strides.tap + group * strides.group + first * strides.column;
    for (let column = 0; column < count; column++) {
      let from = start + column * strides.column;
      let to = index * sums * TILE_COLUMNS + column;
      for (let sum = 0; sum < sums; sum++, from += strides.sum, to += TILE_COLUMNS) {
        panel[to] = weights[from]!;
      }
    }
  });
}

/** All weights of a pass as the kernel walks over them: panel after panel, group after group. */
function packPanels(heap: Heap, take: Take, pass: RowsPass, taps: readonly AxisPair[]): Panel[] {
  const { groups, sums, columns } = pass;
  const size = taps.length * sums * TILE_COLUMNS;
  const panels = Array.from({ length: groups * Math.ceil(columns / TILE_COLUMNS) }, (_, index) => {
    const [group, first] = [index % groups, Math.floor(index / groups) * TILE_COLUMNS];
    return { group, first, columns: Math.min(TILE_COLUMNS, columns - first) };
  });
  const start = take(panels.length * size * FLOAT);
  const weights = pass.weights();
  return panels.map((panel, index) => {
    const address = start + index * size * FLOAT;
    fillPanel(heap.floats(address, size), weights, { pass, taps, ...panel });
    return { ...panel, address };
  });
}

/** Eight output channels of a group, and where their weights lie. */
interface Panel {
  readonly group: number;
  readonly first: number;
  readonly columns: number;
  readonly address: number;
}

/** Pixels done for all panels before the next: their inputs stay near, unless the weights are the larger part. */
function pixelsPerRun(pass: RowsPass, pixels: number, taps: number): number {
  const { groups, sums, columns } = pass;
  if (pixels <= taps * columns) return pixels;
  const run = Math.floor(CHUNK_BYTES / (FLOAT * groups * sums));
  return Math.max(MIN_RUN_PIXELS, run - (run % TILE_ROWS));
}

/** Runs one pass: pixels in runs, and in each run every group, eight output channels at a time. */
function runRows(heap: Heap, pass: RowsPass): void {
  const { from, to, batch, places, sums } = pass;
  const [rows, across] = places;
  const pixels = batch * rows.writes.length * across.writes.length;
  const taps = tapList(places, from.layout);
  heap.scratch((take) => {
    const inputs = addressTable(heap, take, { ...from, batch, rows: rows.reads, columns: across.reads });
    const outputs = addressTable(heap, take, { ...to, batch, rows: rows.writes, columns: across.writes });
    const [tapTable, spare] = [take(taps.length * FLOAT), take(TILE_COLUMNS * FLOAT)];
    const panels = packPanels(heap, take, pass, taps.map(({ index }) => index));
    heap.integers(tapTable, taps.length).set(taps.map(({ bytes }) => bytes));
    const run = pixelsPerRun(pass, pixels, taps.length);
    const call = (count: number, at: number, tile: number): void => {
      for (const { group, first, columns, address } of panels) {
        const target = (group * pass.columns + first) * FLOAT;
        heap.call(`convRows${tile}`, inputs + at * FLOAT, group * sums * FLOAT, outputs + at * FLOAT, target, count, tapTable, taps.length, sums, address, columns, spare);
      }
    };
    const whole = pixels - (pixels % TILE_ROWS);
    for (let at = 0; at < whole; at += run) call(Math.min(run, whole - at), at, TILE_ROWS);
    if (whole < pixels) call(pixels - whole, whole, pixels - whole);
  });
}

/** Weight strides of a kernel [k1, k2, C / groups, O], its sum over inputs or over outputs. */
function weightStrides({ kernel, inChannels, outChannels, groups }: ConvShape, over: 'inputs' | 'outputs'): WeightStrides {
  const tap = (inChannels / groups) * outChannels;
  const [sum, column] = over === 'inputs' ? [outChannels, 1] : [1, outChannels];
  return { row: kernel[1] * tap, tap, group: outChannels / groups, sum, column };
}

const weightCount = ({ kernel, inChannels, outChannels, groups }: ConvShape): number =>
  kernel[0] * kernel[1] * (inChannels / groups) * outChannels;

/** y = x ∗ w, any stride, padding, dilation and groups; fills the whole of y. */
export function convForward(heap: Heap, shape: ConvShape, { x, w, y }: Arrays): void {
  const { batch, groups, inChannels, outChannels } = shape;
  heap.scratch((take) => {
    runRows(heap, {
      from: paddedInput(heap, take, { shape, x }),
      to: imagesOf(y, shape.output, outChannels),
      batch, groups, sums: inChannels / groups, columns: outChannels / groups,
      places: [forwardPlaces(shape, 0), forwardPlaces(shape, 1)],
      weights: () => heap.floats(w, weightCount(shape)),
      strides: weightStrides(shape, 'inputs'),
    });
  });
}

/**
 * The gradient with respect to the input: fills x from w and the gradient y of the output, as
 * stride[0]·stride[1] convolutions of stride 1.
 */
export function convInputGradient(heap: Heap, shape: ConvShape, { x, w, y }: Arrays): void {
  const { batch, groups, inChannels, outChannels } = shape;
  heap.scratch((take) => {
    const margins = [backwardMargins(shape, 0), backwardMargins(shape, 1)] as const;
    const from = padImages(heap, take, { ...imagesOf(y, shape.output, outChannels), batch, margins });
    const pass = {
      from, batch, groups, sums: outChannels / groups, columns: inChannels / groups,
      to: imagesOf(x, shape.input, inChannels),
      weights: () => heap.floats(w, weightCount(shape)),
      strides: weightStrides(shape, 'outputs'),
    };
    for (const rows of backwardPlaces(shape, 0)) {
      for (const columns of backwardPlaces(shape, 1)) runRows(heap, { ...pass, places: [rows, columns] });
    }
  });
}

/** The output's gradient with room behind it where its rows do not fill whole tiles. */
function roomyGradient(heap: Heap, take: Take, { shape, y }: { shape: ConvShape; y: number }): number {
  const { batch, output, outChannels, groups } = shape;
  if ((outChannels / groups) % TILE_COLUMNS === 0) return y;
  const bytes = batch * output[0] * output[1] * outChannels * FLOAT;
  const copy = take(bytes + TILE_COLUMNS * FLOAT);
  heap.call('copyRows', copy, y, 1, bytes, 0, 0);
  return copy;
}

/** One run of pixels of the filter gradient: all taps, groups and input channels. */
function addFilterChunk(heap: Heap, shape: ConvShape, chunk: { inputs: number; pixels: number; y: number; w: number; spare: number; taps: readonly number[] }): void {
  const { inChannels, outChannels, groups } = shape;
  const [perGroup, columns] = [inChannels / groups, outChannels / groups];
  const stride = outChannels * FLOAT;
  chunk.taps.forEach((tapBytes, tap) => {
    for (let channel = 0; channel < inChannels;) {
      const [group, inGroup] = [Math.floor(channel / perGroup), channel % perGroup];
      const rows = Math.min(TILE_ROWS, perGroup - inGroup);
      const start = group * columns * FLOAT;
      const out = chunk.w + (tap * perGroup + inGroup) * stride + start;
      heap.call(`filterRows${rows}`, chunk.inputs, tapBytes + channel * FLOAT, chunk.pixels, chunk.y + start, stride, out, stride, columns, chunk.spare);
      channel += rows;
    }
  });
}

/** The gradient with respect to the kernel: fills w from the input x and the gradient y of the output. */
export function convFilterGradient(heap: Heap, shape: ConvShape, { x, w, y }: Arrays): void {
  const { batch, output, inChannels, outChannels } = shape;
  const pixels = batch * output[0] * output[1];
  const size = Math.max(MIN_CHUNK_PIXELS, Math.floor(CHUNK_BYTES / (FLOAT * (inChannels + outChannels))));
  const places = [forwardPlaces(shape, 0), forwardPlaces(shape, 1)] as const;
  heap.scratch((take) => {
    const from = paddedInput(heap, take, { shape, x });
    const gradient = roomyGradient(heap, take, { shape, y });
    const inputs = addressTable(heap, take, { ...from, batch, rows: places[0].reads, columns: places[1].reads });
    const taps = tapList(places, from.layout).map(({ bytes }) => bytes);
    const spare = take(TILE_COLUMNS * FLOAT);
    heap.floats(w, weightCount(shape)).fill(0);
    for (let first = 0; first < pixels; first += size) {
      addFilterChunk(heap, shape, {
        inputs: inputs + first * FLOAT, pixels: Math.min(size, pixels - first),
        y: gradient + first * outChannels * FLOAT, w, spare, taps,
      });
    }
  });
}
