import type { AxisPair } from '../conv-shape.ts';
import {
  addressTable,
  CHUNK_BYTES,
  FLOAT,
  imageNumbers,
  marginsFor,
  padImages,
  placesInside,
  tapList,
  tapsAdjoin,
} from './conv-images.ts';
import type { Images, Take } from './conv-images.ts';
import { insideAxis, partInside } from './conv-tables.ts';
import type { Places } from './conv-tables.ts';
import type { Heap } from './runtime.ts';
import { TILE_COLUMNS, TILE_ROWS } from './tile.ts';

/** Fewer pixels in a run of the kernel than this, and the weights are read too often. */
const MIN_RUN_PIXELS = 64;
/** A larger part of the products than this inside the image, and margins cost less than they save. */
const MOSTLY_INSIDE = 0.9;
/** Fewer sums of a tap than this, and adding tap by tap to the result costs more than margins. */
const MIN_TAP_SUMS = 64;

/** Where the weight of (tap, group, sum, column) lies: distances in numbers. */
export interface WeightStrides {
  readonly row: number;
  readonly tap: number;
  readonly group: number;
  readonly sum: number;
  readonly column: number;
}

/** A pass of `convRows`: what is read and written, in which groups, and with which weights. */
export interface RowsPass {
  readonly from: Images;
  readonly to: Images;
  readonly groups: number;
  /** Parts of the pixels that are written; together all of them. */
  readonly parts: readonly Places[];
  /** Channels per group that are summed over, and that are written. */
  readonly sums: number;
  readonly columns: number;
  /** Address of the kernel. */
  readonly weights: number;
  readonly strides: WeightStrides;
}

/** Eight output channels of a group, and where their weights lie. */
interface Panel {
  readonly group: number;
  readonly first: number;
  readonly columns: number;
  readonly address: number;
}

/** All weights of some taps as the kernel walks over them: panel after panel, group after group. */
function packPanels(heap: Heap, take: Take, pass: RowsPass, taps: readonly AxisPair[]): Panel[] {
  const { groups, sums, columns, strides, weights } = pass;
  const tapBytes = sums * TILE_COLUMNS * FLOAT;
  const count = groups * Math.ceil(columns / TILE_COLUMNS);
  const start = take(count * taps.length * tapBytes);
  return Array.from({ length: count }, (_, index): Panel => {
    const [group, first] = [index % groups, Math.floor(index / groups) * TILE_COLUMNS];
    const panel = {
      group,
      first,
      columns: Math.min(TILE_COLUMNS, columns - first),
      address: start + index * taps.length * tapBytes,
    };
    taps.forEach(([row, tap], at) => {
      const from =
        row * strides.row + tap * strides.tap + group * strides.group + first * strides.column;
      heap.call(
        'packPanel',
        panel.address + at * tapBytes,
        weights + from * FLOAT,
        sums,
        strides.sum * FLOAT,
        strides.column * FLOAT,
        panel.columns,
      );
    });
    return panel;
  });
}

/** Pixels that are read through the same runs of numbers. */
interface Job {
  readonly inputs: number;
  readonly outputs: number;
  readonly pixels: number;
  /** Table of byte offsets of the runs, how many, and their numbers. */
  readonly runs: number;
  readonly runCount: number;
  readonly sums: number;
  /** Where the weights of the first run lie in a panel. */
  readonly panelBytes: number;
  readonly accumulate: boolean;
}

/**
 * Pixels done for all panels before the next: their inputs stay near, unless the weights are the
 * larger part.
 */
function pixelsPerRun({ groups, sums, columns }: RowsPass, job: Job): number {
  if (job.pixels * sums <= job.runCount * job.sums * columns) return job.pixels;
  const run = Math.floor(CHUNK_BYTES / (FLOAT * groups * sums));
  return Math.max(MIN_RUN_PIXELS, run - (run % TILE_ROWS));
}

/** Runs one job: pixels in runs, and in each run every group, eight output channels at a time. */
function runJob(
  heap: Heap,
  pass: RowsPass,
  { job, panels, spare }: { job: Job; panels: readonly Panel[]; spare: number },
): void {
  const { inputs, outputs, pixels, runs, runCount, sums } = job;
  const call = (count: number, at: number, tile: number): void => {
    const kernel = `convRows${tile}`;
    for (const { group, first, columns, address } of panels) {
      heap.call(
        kernel,
        inputs + at * FLOAT,
        group * pass.sums * FLOAT,
        outputs + at * FLOAT,
        (group * pass.columns + first) * FLOAT,
        count,
        runs,
        runCount,
        sums,
        address + job.panelBytes,
        columns,
        spare,
        Number(job.accumulate),
      );
    }
  };
  const whole = pixels - (pixels % TILE_ROWS);
  const run = pixelsPerRun(pass, job);
  for (let at = 0; at < whole; at += run) call(Math.min(run, whole - at), at, TILE_ROWS);
  if (whole < pixels) call(pixels - whole, whole, pixels - whole);
}

/** All taps of a part at once, from images with margins. */
function wholeJob(heap: Heap, take: Take, pass: RowsPass & { part: Places }): Job {
  const { from, to, part, groups, sums } = pass;
  const [rows, columns] = part;
  const taps = tapList(part, from.layout);
  const perRun = groups === 1 && tapsAdjoin(part) ? columns.taps.length : 1;
  const starts = taps.filter((_, at) => at % perRun === 0).map(({ bytes }) => bytes);
  const runs = take(starts.length * FLOAT);
  const job = {
    inputs: addressTable(heap, take, { ...from, rows: rows.reads, columns: columns.reads }),
    outputs: addressTable(heap, take, { ...to, rows: rows.writes, columns: columns.writes }),
    pixels: from.batch * rows.writes.length * columns.writes.length,
    runs,
    runCount: starts.length,
    sums: sums * perRun,
    panelBytes: 0,
    accumulate: false,
  };
  heap.integers(runs, starts.length).set(starts);
  return job;
}

/** Each tap of a part by itself, for those pixels that it reads inside the image. */
function tapJobs(heap: Heap, take: Take, pass: RowsPass & { part: Places }): Job[] {
  const { from, to, part, sums } = pass;
  const runs = take(FLOAT);
  const pairs = part[0].taps.flatMap((row) => part[1].taps.map((column) => [row, column] as const));
  const jobs = pairs.map(([row, column], at): Job => {
    const rows = insideAxis(part[0], row, from.layout.height);
    const columns = insideAxis(part[1], column, from.layout.width);
    return {
      inputs: addressTable(heap, take, { ...from, rows: rows.reads, columns: columns.reads }),
      outputs: addressTable(heap, take, { ...to, rows: rows.writes, columns: columns.writes }),
      pixels: from.batch * rows.writes.length * columns.writes.length,
      runs,
      runCount: 1,
      sums,
      panelBytes: at * sums * TILE_COLUMNS * FLOAT,
      accumulate: true,
    };
  });
  heap.integers(runs, 1)[0] = 0;
  return jobs;
}

/**
 * Fills all of `to`. Where margins would be a large part of what is read (images of few pixels),
 * taps are added one by one and margins never touched.
 */
export function runRows(heap: Heap, pass: RowsPass): void {
  const { from, to, parts, sums } = pass;
  const byTap = sums >= MIN_TAP_SUMS && partInside(parts, from.layout) < MOSTLY_INSIDE;
  heap.scratch((take) => {
    const spare = take(TILE_COLUMNS * FLOAT);
    const margins = marginsFor(parts, from.layout);
    const padded = byTap ? from : padImages(heap, take, from, margins);
    if (byTap) heap.floats(to.address, imageNumbers(to)).fill(0);
    for (const part of parts) {
      const taps = tapList(part, from.layout).map(({ index }) => index);
      const panels = packPanels(heap, take, pass, taps);
      const jobs = byTap
        ? tapJobs(heap, take, { ...pass, part })
        : [wholeJob(heap, take, { ...pass, from: padded, part: placesInside(part, margins) })];
      for (const job of jobs) runJob(heap, pass, { job, panels, spare });
    }
  });
}
