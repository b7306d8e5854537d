import type { ConvShape } from '../conv-shape.ts';
import {
  fillTable,
  FLOAT,
  imageNumbers,
  inputImages,
  marginsFor,
  outputImages,
  padImages,
  paddedLayout,
  placesInside,
  tapList,
  tapsAdjoin,
} from './conv-images.ts';
import type { Arrays, ImageMargins, Images, Take } from './conv-images.ts';
import { forwardPlaces, insideAxis, partInside } from './conv-tables.ts';
import type { PixelGrid, Places } from './conv-tables.ts';
import type { Heap } from './runtime.ts';
import type { CallKernel } from './threads/thread-pool.ts';
import { TILE_COLUMNS, TILE_ROWS } from './tile.ts';

/** Bytes of the output's gradient that one pass over the filter keeps near. */
const CHUNK_BYTES = 2 ** 18;
/** Fewer pixels in a pass than this, and reading and writing the sums costs more than they gain. */
const MIN_CHUNK_PIXELS = 256;
/** Tasks for each thread: one that waits for the system holds the others up by no more than one. */
const TASKS_PER_THREAD = 6;
/** A larger part of the products than this inside the image, and one table serves all taps. */
const MOSTLY_INSIDE = 0.9;
const BLOCK_BYTES = TILE_ROWS * FLOAT;
const PANEL_BYTES = TILE_COLUMNS * FLOAT;
/** Fewer channels than this and their pixels lie near enough as they are. */
const MIN_PACKED_CHANNELS = 16;

/** Images whose channels lie in runs: `channelBytes(c)` is where channel c (of a tile) begins. */
interface Channels extends Images {
  readonly channelBytes: (channel: number) => number;
}

/** Four channels of all pixels after the next four, with margins in place. */
function packInput(heap: Heap, take: Take, images: Images, margins: ImageMargins): Channels {
  const { address, batch, layout } = images;
  const [[top], [left]] = margins;
  const { layout: larger, isLarger } = paddedLayout(layout, margins);
  const packed = { ...larger, pixelBytes: BLOCK_BYTES };
  const [rowBytes, packedRow] = [layout.width * layout.pixelBytes, packed.width * BLOCK_BYTES];
  const [imageBytes, packedBytes] = [layout.height * rowBytes, packed.height * packedRow];
  const blocks = layout.pixelBytes / BLOCK_BYTES;
  const to = take(blocks * batch * packedBytes);
  const { height, width, pixelBytes } = layout;
  heap.share({
    tasks: batch,
    size: blocks * batch * packedBytes * 2,
    run: (image, call) => {
      for (let block = 0; block < blocks; block++) {
        const start = to + (block * batch + image) * packedBytes;
        const into = start + top * packedRow + left * BLOCK_BYTES;
        const from = address + image * imageBytes + block * BLOCK_BYTES;
        if (isLarger) call('clear', start, packedBytes);
        call('packPixels1', into, from, height, width, packedRow, rowBytes, pixelBytes);
      }
    },
  });
  return {
    address: to,
    batch,
    layout: packed,
    channelBytes: (channel) => (channel / TILE_ROWS) * batch * packedBytes,
  };
}

/** Eight channels of all pixels after the next eight. */
function packGradient(heap: Heap, take: Take, images: Images): Channels {
  const { address, batch, layout } = images;
  const pixels = batch * layout.height * layout.width;
  const tiles = layout.pixelBytes / PANEL_BYTES;
  const to = take(tiles * pixels * PANEL_BYTES);
  const run = Math.max(1, Math.floor(CHUNK_BYTES / layout.pixelBytes));
  heap.share({
    tasks: Math.ceil(pixels / run),
    size: tiles * pixels * PANEL_BYTES * 2,
    run: (task, call) => {
      const first = task * run;
      const count = Math.min(run, pixels - first);
      for (let tile = 0; tile < tiles; tile++) {
        const into = to + (tile * pixels + first) * PANEL_BYTES;
        const from = address + first * layout.pixelBytes + tile * PANEL_BYTES;
        call('packPixels2', into, from, 1, count, 0, 0, layout.pixelBytes);
      }
    },
  });
  return {
    address: to,
    batch,
    layout: { ...layout, pixelBytes: PANEL_BYTES },
    channelBytes: (channel) => (channel / TILE_COLUMNS) * pixels * PANEL_BYTES,
  };
}

const asTheyAre = (images: Images): Channels => ({
  ...images,
  channelBytes: (channel) => channel * FLOAT,
});

/** The output's gradient in panels, or as it is with room behind it where no panel is whole. */
function gradientChannels(heap: Heap, take: Take, shape: ConvShape, y: number): Channels {
  const images = outputImages(y, shape);
  if ((shape.outChannels / shape.groups) % TILE_COLUMNS === 0)
    return packGradient(heap, take, images);
  const bytes = imageNumbers(images) * FLOAT;
  const copy = take(bytes + PANEL_BYTES);
  heap.call('copyRows', copy, y, 1, bytes, 0, 0);
  return asTheyAre({ ...images, address: copy });
}

/** Pixels of x and of dy that belong together, and the part of the filter that they add to. */
interface Job {
  readonly pairs: number;
  readonly pixels: number;
  /** Added to every address of x. */
  readonly bytes: number;
  /** The first of the filter's taps that one run of numbers of x covers. */
  readonly tap: number;
}

function pairTable(
  heap: Heap,
  take: Take,
  x: PixelGrid,
  dy: PixelGrid,
): { pairs: number; pixels: number } {
  const pixels = x.batch * x.rows.length * x.columns.length;
  const pairs = take(2 * pixels * FLOAT);
  fillTable(heap, x, { table: pairs, step: 2 });
  fillTable(heap, dy, { table: pairs + FLOAT, step: 2 });
  return { pairs, pixels };
}

interface Plan {
  readonly shape: ConvShape;
  readonly places: Places;
  readonly x: Channels;
  readonly dy: Channels;
}

/** Rows and columns of images as a table lists them; dy as offsets, since a tile adds its own base. */
const gridOf = (
  { address, batch, layout }: Channels,
  rows: readonly number[],
  columns: readonly number[],
): PixelGrid => ({ base: address, batch, layout, rows, columns });

/** One table for all taps, or for all that lie side by side. */
function sharedJobs(heap: Heap, take: Take, plan: Plan, tapsPerRun: number): Job[] {
  const { x, dy, places } = plan;
  const [rows, columns] = places;
  const table = pairTable(
    heap,
    take,
    gridOf(x, rows.reads, columns.reads),
    gridOf({ ...dy, address: 0 }, rows.writes, columns.writes),
  );
  return tapList(places, x.layout).flatMap(({ bytes }, tap) =>
    tap % tapsPerRun === 0 ? [{ ...table, bytes, tap }] : [],
  );
}

/** A table for each tap, of those pixels that it reads inside the image. */
function tapJobs(heap: Heap, take: Take, { places, x, dy }: Plan): Job[] {
  const [rows, columns] = places;
  return rows.taps.flatMap((row) =>
    columns.taps.map((column): Job => {
      const down = insideAxis(rows, row, x.layout.height);
      const across = insideAxis(columns, column, x.layout.width);
      const table = pairTable(
        heap,
        take,
        gridOf(x, down.reads, across.reads),
        gridOf({ ...dy, address: 0 }, down.writes, across.writes),
      );
      return { ...table, bytes: 0, tap: row.tap * columns.taps.length + column.tap };
    }),
  );
}

/** Up to four numbers of x, and the row of the filter (of its run) that they belong to. */
interface RowTile {
  /** Named once: a name that is assembled again for each call costs as much as the call. */
  readonly kernel: string;
  readonly bytes: number;
  readonly group: number;
  readonly filterRow: number;
}

/** All numbers of x that a run covers, four at a time, group by group. */
function rowTiles({ shape, x }: Plan, tapsPerRun: number): RowTile[] {
  const perGroup = (shape.inChannels / shape.groups) * tapsPerRun;
  return Array.from({ length: shape.groups }, (_, group) =>
    Array.from({ length: Math.ceil(perGroup / TILE_ROWS) }, (_, tile): RowTile => {
      const filterRow = tile * TILE_ROWS;
      const rows = Math.min(TILE_ROWS, perGroup - filterRow);
      return {
        kernel: `filterRows${rows}`,
        bytes: x.channelBytes(group * perGroup + filterRow),
        group,
        filterRow,
      };
    }),
  ).flat();
}

/** Some tiles of a job: what one thread does from the first pixel to the last. */
interface Task {
  readonly job: Job;
  readonly tiles: readonly RowTile[];
}

/** Jobs as tasks: each has all tiles, or as many as leave enough tasks for all threads. */
function tasksOf(jobs: readonly Job[], tiles: readonly RowTile[], threads: number): Task[] {
  const wanted = threads === 1 ? 1 : Math.ceil((threads * TASKS_PER_THREAD) / jobs.length);
  const size = Math.ceil(tiles.length / Math.min(wanted, tiles.length));
  return jobs.flatMap((job) =>
    Array.from({ length: Math.ceil(tiles.length / size) }, (_, part): Task => {
      return { job, tiles: tiles.slice(part * size, (part + 1) * size) };
    }),
  );
}

/** Fills the filter at w: the pixels of each job in chunks, one after another. */
function runTasks(
  heap: Heap,
  { shape, dy }: Plan,
  { tasks, w, spare }: { tasks: readonly Task[]; w: number; spare: number },
): void {
  const columns = shape.outChannels / shape.groups;
  const stride = shape.outChannels * FLOAT;
  const perTap = shape.inChannels / shape.groups;
  const chunk = Math.max(MIN_CHUNK_PIXELS, Math.floor(CHUNK_BYTES / stride));
  const run = (task: number, call: CallKernel): void => {
    const { job, tiles } = tasks[task]!;
    const out = w + job.tap * perTap * stride;
    for (let first = 0; first < job.pixels; first += chunk) {
      for (const { kernel, bytes, group, filterRow } of tiles) {
        call(
          kernel,
          job.pairs + 2 * first * FLOAT,
          job.bytes + bytes,
          Math.min(chunk, job.pixels - first),
          dy.address + dy.channelBytes(group * columns),
          dy.channelBytes(TILE_COLUMNS),
          out + filterRow * stride + group * columns * FLOAT,
          stride,
          columns,
          spare + task * PANEL_BYTES,
          Number(first > 0),
        );
      }
    }
  };
  const products = tasks.reduce((sum, { job, tiles }) => sum + job.pixels * tiles.length, 0);
  heap.share({ tasks: tasks.length, size: products * TILE_ROWS * columns, run });
}

/** The gradient with respect to the kernel: fills w from the input x and the output's gradient y. */
export function convFilterGradient(heap: Heap, shape: ConvShape, { x, w, y }: Arrays): void {
  const images = inputImages(x, shape);
  const places = forwardPlaces(shape);
  const perGroup = shape.inChannels / shape.groups;
  const weights = shape.kernel[0] * shape.kernel[1] * perGroup * shape.outChannels;
  const isPacked = perGroup % TILE_ROWS === 0 && shape.inChannels >= MIN_PACKED_CHANNELS;
  const byTap = isPacked && partInside([places], images.layout) < MOSTLY_INSIDE;
  const needed = marginsFor([places], images.layout);
  const margins: ImageMargins = byTap
    ? [
        [0, 0],
        [0, 0],
      ]
    : needed;
  heap.scratch((take) => {
    const plan = {
      shape,
      places: placesInside(places, margins),
      x: isPacked
        ? packInput(heap, take, images, margins)
        : asTheyAre(padImages(heap, take, images, margins)),
      dy: gradientChannels(heap, take, shape, y),
    };
    const adjoin = !isPacked && shape.groups === 1 && tapsAdjoin(places);
    const tapsPerRun = adjoin ? shape.kernel[1] : 1;
    const jobs = byTap ? tapJobs(heap, take, plan) : sharedJobs(heap, take, plan, tapsPerRun);
    const tiles = rowTiles(plan, tapsPerRun);
    // A tap that reads no pixel has no task that would write its part.
    if (jobs.some(({ pixels }) => pixels === 0)) heap.call('clear', w, weights * FLOAT);
    const tasks = tasksOf(jobs, tiles, heap.threadPool?.threads ?? 1);
    // What a tile keeps aside is its task's own.
    runTasks(heap, plan, { tasks, w, spare: take(tasks.length * PANEL_BYTES) });
  });
}
