import type { AxisPair } from '../conv-shape.ts';
import { addressTable, CHUNK_BYTES, FLOAT, tapList } from './conv-images.ts';
import type { Images, Take } from './conv-images.ts';
import { TILE_COLUMNS, TILE_ROWS } from './conv-kernels.ts';
import type { AxisPlaces } from './conv-tables.ts';
import type { Heap } from './runtime.ts';

/** Fewer pixels in a run of the forward kernel than this, and the weights are read too often. */
const MIN_RUN_PIXELS = 64;

/** Where the weight of (tap, group, sum, column) lies: distances in numbers. */
export interface WeightStrides {
  readonly row: number;
  readonly tap: number;
  readonly group: number;
  readonly sum: number;
  readonly column: number;
}

/** One pass of `convRows`: what is read and written, in which groups, and with which weights. */
export interface RowsPass {
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
function fillPanel(
  panel: Float32Array,
  weights: Float32Array,
  pack: { pass: RowsPass; taps: readonly AxisPair[]; group: number; first: number },
): void {
  const {
    pass: { strides, sums, columns },
    taps,
    group,
    first,
  } = pack;
  const count = Math.min(TILE_COLUMNS, columns - first);
  if (count < TILE_COLUMNS) panel.fill(0);
  taps.forEach(([row, tap], index) => {
    const start =
      row * strides.row + tap * strides.tap + group * strides.group + first * strides.column;
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

/**
 * Pixels done for all panels before the next: their inputs stay near, unless the weights are the
 * larger part.
 */
function pixelsPerRun(pass: RowsPass, pixels: number, taps: number): number {
  const { groups, sums, columns } = pass;
  if (pixels <= taps * columns) return pixels;
  const run = Math.floor(CHUNK_BYTES / (FLOAT * groups * sums));
  return Math.max(MIN_RUN_PIXELS, run - (run % TILE_ROWS));
}

/** Runs one pass: pixels in runs, and in each run every group, eight output channels at a time. */
export function runRows(heap: Heap, pass: RowsPass): void {
  const { from, to, batch, places, sums } = pass;
  const [rows, across] = places;
  const pixels = batch * rows.writes.length * across.writes.length;
  const taps = tapList(places, from.layout);
  heap.scratch((take) => {
    const inputs = addressTable(heap, take, {
      ...from,
      batch,
      rows: rows.reads,
      columns: across.reads,
    });
    const outputs = addressTable(heap, take, {
      ...to,
      batch,
      rows: rows.writes,
      columns: across.writes,
    });
    const [tapTable, spare] = [take(taps.length * FLOAT), take(TILE_COLUMNS * FLOAT)];
    const panels = packPanels(
      heap,
      take,
      pass,
      taps.map(({ index }) => index),
    );
    heap.integers(tapTable, taps.length).set(taps.map(({ bytes }) => bytes));
    const run = pixelsPerRun(pass, pixels, taps.length);
    const call = (count: number, at: number, tile: number): void => {
      for (const { group, first, columns, address } of panels) {
        const target = (group * pass.columns + first) * FLOAT;
        heap.call(
          `convRows${tile}`,
          inputs + at * FLOAT,
          group * sums * FLOAT,
          outputs + at * FLOAT,
          target,
          count,
          tapTable,
          taps.length,
          sums,
          address,
          columns,
          spare,
        );
      }
    };
    const whole = pixels - (pixels % TILE_ROWS);
    for (let at = 0; at < whole; at += run) call(Math.min(run, whole - at), at, TILE_ROWS);
    if (whole < pixels) call(pixels - whole, whole, pixels - whole);
  });
}
