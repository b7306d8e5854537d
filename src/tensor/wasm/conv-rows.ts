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
import type { CallKernel } from './threads/thread-pool.ts';
import { TILE_COLUMNS, TILE_ROWS } from './tile.ts';

/** Fewer pixels in a run of the kernel than this, and the weights are read too often. */
const MIN_RUN_PIXELS = 64;
/** A larger part of the products than this inside the image, and margins cost less than they save. */
const MOSTLY_INSIDE = 0.9;
/** Fewer sums of a tap than this, and adding tap by tap to the result costs more than margins. */
const MIN_TAP_SUMS = 64;

/**
 * Sums that a tile adds one to another before they are added to those before: rounding grows with the
 * length of such a row of additions. Runs are put together up to so many, and longer ones not cut.
 */
const BLOCK_SUMS = 96;

/** Tasks for each thread: one that waits for the system holds the others up by no more than one. */
const TASKS_PER_THREAD = 6;
/** Numbers of a vector: `convDots` adds this many sums side by side. */
const VECTOR = 4;

/** Output channels in a panel, and the kernels that fill 0 … 4 pixels of them at a time. */
interface PanelKind {
  readonly width: number;
  readonly kernels: readonly string[];
}

// Named once: a name that is assembled again for each call costs as much as the call.
const kernelsFor = (name: string): string[] =>
  Array.from({ length: TILE_ROWS + 1 }, (_, rows) => `${name}${rows}`);
const TILES: PanelKind = { width: TILE_COLUMNS, kernels: kernelsFor('convRows') };
const DOTS: PanelKind = { width: 1, kernels: kernelsFor('convDots') };

/** One column at a time where a tile would be half empty or more, and its sums fill vectors. */
const panelKind = ({ columns, sums }: RowsPass): PanelKind =>
  2 * columns <= TILE_COLUMNS && sums % VECTOR === 0 ? DOTS : TILES;

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

/** Output channels of a group that one kernel fills, and where their weights lie. */
interface Panel {
  readonly group: number;
  readonly first: number;
  readonly columns: number;
  readonly address: number;
}

/** All weights of some taps as the kernel walks over them: panel after panel, group after group. */
function packPanels(heap: Heap, take: Take, pass: RowsPass, taps: readonly AxisPair[]): Panel[] {
  const { groups, sums, columns, strides, weights } = pass;
  const { width } = panelKind(pass);
  const tapBytes = sums * width * FLOAT;
  const count = groups * Math.ceil(columns / width);
  const start = take(count * taps.length * tapBytes);
  const panels = Array.from({ length: count }, (_, index): Panel => {
    const [group, first] = [index % groups, Math.floor(index / groups) * width];
    return {
      group,
      first,
      columns: Math.min(width, columns - first),
      address: start + index * taps.length * tapBytes,
    };
  });
  const startOf = ([row, tap]: AxisPair, { group, first }: Panel): number =>
    row * strides.row + tap * strides.tap + group * strides.group + first * strides.column;
  heap.share({
    tasks: count,
    size: count * taps.length * tapBytes * 2,
    run: (index, call) => {
      const panel = panels[index]!;
      taps.forEach((tap, at) => {
        const to = panel.address + at * tapBytes;
        const start = weights + startOf(tap, panel) * FLOAT;
        const [sumBytes, columnBytes] = [strides.sum * FLOAT, strides.column * FLOAT];
        if (width === 1) call('copyRows', to, start, sums, FLOAT, FLOAT, sumBytes);
        else call('packPanel', to, start, sums, sumBytes, columnBytes, panel.columns);
      });
    },
  });
  return panels;
}

/** Pixels that are read through the same runs of numbers. */
interface Job {
  readonly inputs: number;
  readonly outputs: number;
  readonly pixels: number;
  /** Pixels in each unit of the pass. */
  readonly pixelsPerUnit: number;
  /** Table of byte offsets of the runs, how many, and their numbers. */
  readonly runs: number;
  readonly runCount: number;
  readonly sums: number;
  /** Where the weights of the first run lie in a panel. */
  readonly panelBytes: number;
  readonly accumulate: boolean;
}

/**
 * Jobs that write the same pixels, one after another, and the pixels in units: each job has some of
 * every unit, or none.
 */
interface Batch {
  readonly jobs: readonly Job[];
  readonly units: number;
  /** Bytes that are read for a unit. */
  readonly unitBytes: number;
}

/**
 * Units done for all panels before the next: their inputs stay near, unless the weights are the
 * larger part; fewer where there would be too few tasks for all threads.
 */
function unitsPerTask(
  { jobs, units, unitBytes }: Batch,
  { weightBytes, panels, threads }: { weightBytes: number; panels: number; threads: number },
): number {
  const whole = (count: number): number => TILE_ROWS * Math.ceil(count / TILE_ROWS);
  const pixelsPerUnit = Math.max(1, ...jobs.map((job) => job.pixelsPerUnit));
  const least = Math.ceil(MIN_RUN_PIXELS / pixelsPerUnit);
  const near = units * unitBytes <= weightBytes ? units : Math.floor(CHUNK_BYTES / unitBytes);
  const share = Math.ceil((units * panels) / (threads * TASKS_PER_THREAD));
  return whole(Math.max(least, threads === 1 ? near : Math.min(near, share)));
}

/** Runs jobs: in each run of pixels every group, eight output channels at a time. */
function runJobs(
  heap: Heap,
  pass: RowsPass,
  { batch, panels, take }: { batch: Batch; panels: readonly Panel[]; take: Take },
): void {
  const { jobs, units } = batch;
  const { kernels } = panelKind(pass);
  const products = jobs.reduce((sum, job) => sum + job.runCount * job.sums, 0);
  const weightBytes = products * pass.columns * FLOAT;
  const threads = heap.threadPool?.threads ?? 1;
  const perTask = unitsPerTask(batch, { weightBytes, panels: panels.length, threads });
  const tasks = Math.ceil(units / perTask) * panels.length;
  // What a tile keeps aside is its task's own.
  const spare = take(tasks * TILE_COLUMNS * FLOAT);
  const sums = jobs.reduce((sum, job) => sum + job.pixels * job.runCount * job.sums, 0);
  const size = sums * pass.columns * pass.groups;
  const run = (task: number, call: CallKernel): void => {
    const panel = panels[task % panels.length]!;
    const first = Math.floor(task / panels.length) * perTask;
    for (const job of jobs) {
      const [from, to] = [first, first + perTask].map((unit) =>
        Math.min(unit * job.pixelsPerUnit, job.pixels),
      ) as [number, number];
      const rest = (to - from) % TILE_ROWS;
      const rows = (at: number, count: number, tile: number): void => {
        if (count === 0) return;
        call(
          kernels[tile]!,
          job.inputs + at * FLOAT,
          panel.group * pass.sums * FLOAT,
          job.outputs + at * FLOAT,
          (panel.group * pass.columns + panel.first) * FLOAT,
          count,
          job.runs,
          job.runCount,
          job.sums,
          panel.address + job.panelBytes,
          Number(job.accumulate),
          panel.columns,
          spare + task * TILE_COLUMNS * FLOAT,
        );
      };
      rows(from, to - from - rest, TILE_ROWS);
      rows(to - rest, rest, rest);
    }
  };
  heap.share({ tasks, size, run });
}

/** All taps of a part at once, from images with margins. */
function wholeJob(heap: Heap, take: Take, pass: RowsPass & { part: Places }): Batch {
  const { from, to, part, groups, sums } = pass;
  const [rows, columns] = part;
  const { width } = panelKind(pass);
  const taps = tapList(part, from.layout);
  const perRun = groups === 1 && tapsAdjoin(part) ? columns.taps.length : 1;
  const starts = taps.filter((_, at) => at % perRun === 0).map(({ bytes }) => bytes);
  // A vector of `convDots` adds eight rows beside each other as it is.
  const perJob = Math.max(1, Math.floor((BLOCK_SUMS * TILE_COLUMNS) / width / (sums * perRun)));
  const runs = take(starts.length * FLOAT);
  heap.integers(runs, starts.length).set(starts);
  const tables = {
    inputs: addressTable(heap, take, { ...from, rows: rows.reads, columns: columns.reads }),
    outputs: addressTable(heap, take, { ...to, rows: rows.writes, columns: columns.writes }),
    pixels: from.batch * rows.writes.length * columns.writes.length,
    pixelsPerUnit: 1,
  };
  // Pixels that no tap reaches are written too: with zeros.
  const count = Math.max(1, Math.ceil(starts.length / perJob));
  const jobs = Array.from({ length: count }, (_, at): Job => {
    const first = at * perJob;
    return {
      ...tables,
      runs: runs + first * FLOAT,
      runCount: Math.min(perJob, starts.length - first),
      sums: sums * perRun,
      panelBytes: first * sums * perRun * width * FLOAT,
      accumulate: at > 0,
    };
  });
  return { jobs, units: tables.pixels, unitBytes: groups * sums * FLOAT };
}

/** Each tap of a part by itself, for those pixels that it reads inside the image. */
function tapJobs(heap: Heap, take: Take, pass: RowsPass & { part: Places }): Batch {
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
      pixelsPerUnit: rows.writes.length * columns.writes.length,
      runs,
      runCount: 1,
      sums,
      panelBytes: at * sums * panelKind(pass).width * FLOAT,
      accumulate: true,
    };
  });
  heap.integers(runs, 1)[0] = 0;
  const { height, width, pixelBytes } = from.layout;
  return { jobs, units: from.batch, unitBytes: height * width * pixelBytes };
}

/**
 * Fills all of `to`. Where margins would be a large part of what is read (images of few pixels),
 * taps are added one by one and margins never touched.
 */
export function runRows(heap: Heap, pass: RowsPass): void {
  const { from, to, parts, sums } = pass;
  const byTap = sums >= MIN_TAP_SUMS && partInside(parts, from.layout) < MOSTLY_INSIDE;
  heap.scratch((take) => {
    const margins = marginsFor(parts, from.layout);
    const padded = byTap ? from : padImages(heap, take, from, margins);
    if (byTap) heap.floats(to.address, imageNumbers(to)).fill(0);
    for (const part of parts) {
      const taps = tapList(part, from.layout).map(({ index }) => index);
      const panels = packPanels(heap, take, pass, taps);
      const batch = byTap
        ? tapJobs(heap, take, { ...pass, part })
        : wholeJob(heap, take, { ...pass, from: padded, part: placesInside(part, margins) });
      runJobs(heap, pass, { batch, panels, take });
    }
  });
}
