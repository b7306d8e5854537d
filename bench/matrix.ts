import { fillRaster, layRaster, rasterSource, type RasterSource } from '../src/math/block-max.ts';
import { checkGeometry, type ConvGeometry } from '../src/math/geometry.ts';
import { makeKernel } from '../src/math/kernels.ts';
import { matrixEntry, matrixView } from '../src/math/matrix.ts';
import { makeOperator, matrixShape, type ConvOperator } from '../src/math/operator.ts';
import { report, short, summarize } from './bench.lib.ts';

/**
 * Bar 3 of the picture of M, the arithmetic alone: one thread, no canvas. `bench/matrix-page.ts`
 * measures the same in a browser.
 */
const WIDTH = 800;
const HEIGHT = 600;

function conv(
  dOut: number,
  dIn: number,
  side: number,
  kernel: readonly [number, number, number],
): ConvGeometry {
  const [k, s, p] = kernel;
  return {
    dIn,
    dOut,
    input: [side, side],
    kernel: [k, k],
    stride: [s, s],
    dilation: [1, 1],
    padding: [p, p, p, p],
    groups: 1,
    boundary: 'zeros',
  };
}

const CASES: readonly ConvGeometry[] = [
  conv(16, 3, 32, [3, 1, 1]),
  conv(64, 3, 32, [3, 1, 1]),
  conv(64, 3, 224, [7, 2, 3]),
];

/** One frame of the whole M, moved by a fraction of a block of entries. */
function frame(source: RasterSource, magnification: number, moved: number): void {
  const [rows, columns] = matrixShape(source.operator);
  const [row, column] = [HEIGHT / rows, WIDTH / columns].map((fit) => fit * magnification) as [
    number,
    number,
  ];
  const raster = layRaster(
    source,
    {
      rows: { start: rows / 3 + (3.3 * moved) / row, scale: row, pixels: HEIGHT, size: rows },
      columns: {
        start: columns / 3 + (3.3 * moved) / column,
        scale: column,
        pixels: WIDTH,
        size: columns,
      },
    },
    'value',
  );
  fillRaster(raster);
}

function whole(source: RasterSource): void {
  const [rows, columns] = matrixShape(source.operator);
  const raster = layRaster(
    source,
    {
      rows: { start: 0, scale: HEIGHT / rows, pixels: HEIGHT, size: rows },
      columns: { start: 0, scale: WIDTH / columns, pixels: WIDTH, size: columns },
    },
    'value',
  );
  fillRaster(raster);
}

/** Entry by entry over some rows of M, extrapolated to all of it (it would take hours). */
function naiveMilliseconds(op: ConvOperator): number {
  const [rows, columns] = matrixShape(op);
  const view = matrixView(op);
  const sample = 2e6;
  let largest = 0;
  const began = performance.now();
  for (let n = 0; n < sample; n++) {
    const entry = matrixEntry(view, Math.floor(n / columns) % rows, n % columns);
    largest = Math.max(largest, Math.abs(entry.value));
  }
  if (largest < 0) throw new Error('unreachable');
  return ((performance.now() - began) / sample) * rows * columns;
}

function timeOf(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

const RUNS = 25;
const median = (work: (run: number) => unknown): number =>
  summarize(Array.from({ length: RUNS }, (_, run) => timeOf(() => work(run)))).median;

const lines = CASES.map((geometry) => {
  const op = makeOperator(geometry, makeKernel(checkGeometry(geometry), { kind: 'he', seed: 1 }));
  const [rows, columns] = matrixShape(op);
  globalThis.gc?.();
  const before = process.memoryUsage();
  const first = timeOf(() => whole(rasterSource(op)));
  const source = rasterSource(op);
  const again = median(() => whole(source));
  const [near, nearer] = [4, 64].map((times) => median((run) => frame(source, times, run)));
  globalThis.gc?.();
  const after = process.memoryUsage();
  const held = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
  return {
    'rows x columns': `${rows} x ${columns}`,
    'first, ms': short(first),
    'whole M, ms': short(again),
    'pan at 4x, ms': short(near ?? NaN),
    'pan at 64x, ms': short(nearer ?? NaN),
    'memory held, MiB': short(held / 2 ** 20),
    'entry by entry, ms (extrapolated)': short(naiveMilliseconds(op)),
  };
});
report('matrix: 800 x 600 pixels, exact, one thread of Node, medians of 25', lines);
