import type { ConvShape } from '../conv-shape.ts';
import {
  addressTable,
  CHUNK_BYTES,
  FLOAT,
  imagesOf,
  paddedInput,
  padImages,
  tapList,
  weightCount,
} from './conv-images.ts';
import type { Arrays, Take } from './conv-images.ts';
import { TILE_COLUMNS, TILE_ROWS } from './conv-kernels.ts';
import { runRows } from './conv-rows.ts';
import type { WeightStrides } from './conv-rows.ts';
import { backwardMargins, backwardPlaces, forwardPlaces } from './conv-tables.ts';
import type { Heap } from './runtime.ts';

/** Fewer pixels in a pass than this, and reading and writing the sums costs more than they gain. */
const MIN_CHUNK_PIXELS = 256;

/** Weight strides of a kernel [k1, k2, C / groups, O], its sum over inputs or over outputs. */
function weightStrides(
  { kernel, inChannels, outChannels, groups }: ConvShape,
  over: 'inputs' | 'outputs',
): WeightStrides {
  const tap = (inChannels / groups) * outChannels;
  const [sum, column] = over === 'inputs' ? [outChannels, 1] : [1, outChannels];
  return { row: kernel[1] * tap, tap, group: outChannels / groups, sum, column };
}

/** y = x ∗ w, any stride, padding, dilation and groups; fills the whole of y. */
export function convForward(heap: Heap, shape: ConvShape, { x, w, y }: Arrays): void {
  const { batch, groups, inChannels, outChannels } = shape;
  heap.scratch((take) => {
    runRows(heap, {
      from: paddedInput(heap, take, { shape, x }),
      to: imagesOf(y, shape.output, outChannels),
      batch,
      groups,
      sums: inChannels / groups,
      columns: outChannels / groups,
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
    const from = padImages(heap, take, {
      ...imagesOf(y, shape.output, outChannels),
      batch,
      margins,
    });
    const pass = {
      from,
      batch,
      groups,
      sums: outChannels / groups,
      columns: inChannels / groups,
      to: imagesOf(x, shape.input, inChannels),
      weights: () => heap.floats(w, weightCount(shape)),
      strides: weightStrides(shape, 'outputs'),
    };
    for (const rows of backwardPlaces(shape, 0)) {
      for (const columns of backwardPlaces(shape, 1))
        runRows(heap, { ...pass, places: [rows, columns] });
    }
  });
}

/** The output's gradient with room behind it where its rows do not fill whole tiles. */
function roomyGradient(
  heap: Heap,
  take: Take,
  { shape, y }: { shape: ConvShape; y: number },
): number {
  const { batch, output, outChannels, groups } = shape;
  if ((outChannels / groups) % TILE_COLUMNS === 0) return y;
  const bytes = batch * output[0] * output[1] * outChannels * FLOAT;
  const copy = take(bytes + TILE_COLUMNS * FLOAT);
  heap.call('copyRows', copy, y, 1, bytes, 0, 0);
  return copy;
}

/** One run of pixels of the filter gradient: all taps, groups and input channels. */
function addFilterChunk(
  heap: Heap,
  shape: ConvShape,
  chunk: {
    inputs: number;
    pixels: number;
    y: number;
    w: number;
    spare: number;
    taps: readonly number[];
  },
): void {
  const { inChannels, outChannels, groups } = shape;
  const [perGroup, columns] = [inChannels / groups, outChannels / groups];
  const stride = outChannels * FLOAT;
  chunk.taps.forEach((tapBytes, tap) => {
    for (let channel = 0; channel < inChannels;) {
      const [group, inGroup] = [Math.floor(channel / perGroup), channel % perGroup];
      const rows = Math.min(TILE_ROWS, perGroup - inGroup);
      const start = group * columns * FLOAT;
      const out = chunk.w + (tap * perGroup + inGroup) * stride + start;
      heap.call(
        `filterRows${rows}`,
        chunk.inputs,
        tapBytes + channel * FLOAT,
        chunk.pixels,
        chunk.y + start,
        stride,
        out,
        stride,
        columns,
        chunk.spare,
      );
      channel += rows;
    }
  });
}

/** The gradient with respect to the kernel: fills w from the input x and the output's gradient y. */
export function convFilterGradient(heap: Heap, shape: ConvShape, { x, w, y }: Arrays): void {
  const { batch, output, inChannels, outChannels } = shape;
  const pixels = batch * output[0] * output[1];
  const size = Math.max(
    MIN_CHUNK_PIXELS,
    Math.floor(CHUNK_BYTES / (FLOAT * (inChannels + outChannels))),
  );
  const places = [forwardPlaces(shape, 0), forwardPlaces(shape, 1)] as const;
  heap.scratch((take) => {
    const from = paddedInput(heap, take, { shape, x });
    const gradient = roomyGradient(heap, take, { shape, y });
    const inputs = addressTable(heap, take, {
      ...from,
      batch,
      rows: places[0].reads,
      columns: places[1].reads,
    });
    const taps = tapList(places, from.layout).map(({ bytes }) => bytes);
    const spare = take(TILE_COLUMNS * FLOAT);
    heap.floats(w, weightCount(shape)).fill(0);
    for (let first = 0; first < pixels; first += size) {
      addFilterChunk(heap, shape, {
        inputs: inputs + first * FLOAT,
        pixels: Math.min(size, pixels - first),
        y: gradient + first * outChannels * FLOAT,
        w,
        spare,
        taps,
      });
    }
  });
}
