import { describe, expect, it } from 'vitest';
import {
  blockMax,
  fillRaster,
  layRaster,
  rasterSource,
  rasterSteps,
  type RasterMode,
} from './block-max.ts';
import { tapSets } from './exact-norms.ts';
import type { ConvGeometry } from './geometry.ts';
import { matrixEntry, matrixView } from './matrix.ts';
import { makeOperator, matrixShape, type ConvOperator } from './operator.ts';
import { fillNormal, uniformAt } from './random.ts';
import { segmentsOf, type Span } from './raster-segments.ts';
import { casesOf } from './testing/deep.ts';
import { denseMatrix, transpose } from './testing/brute-force.oracle.ts';
import { randomLayer } from './testing/random-geometry.ts';
import {
  COLOR_LEVELS,
  keyOf,
  levelOfKey,
  levelThresholds,
  valueOfKey,
  weightKeys,
} from './weight-keys.ts';

/** Layers of every kind: zeros and circular, transposed or not, with ties and negative zeros. */
function layerOf(number: number): { op: ConvOperator; dense: Float64Array[] } {
  const { geometry, kernel } = randomLayer(number, 7);
  // Few distinct weights: ties between + and −, and exact zeros, must be common.
  const coarse = Float32Array.from(kernel, (value) =>
    number % 3 === 0 ? Math.round(value) * 0.75 : value,
  );
  const transposed = number % 4 === 1;
  const used = number % 5 === 2 ? circular(geometry) : geometry;
  const op = makeOperator(used, coarse, transposed);
  const dense = denseMatrix(used, coarse);
  return { op, dense: transposed ? transpose(dense) : dense };
}

function circular(g: ConvGeometry): ConvGeometry {
  const input = [0, 1].map((axis) =>
    Math.max(g.input[axis as 0], g.dilation[axis as 0] * (g.kernel[axis as 0] - 1) + 1),
  );
  const spare = [0, 1].map((axis) => g.dilation[axis as 0] * (g.kernel[axis as 0] - 1));
  const before = spare.map((room, axis) => Math.min(room, g.padding[2 * axis]!));
  return {
    ...g,
    boundary: 'circular',
    stride: [1, 1],
    input: [input[0]!, input[1]!],
    padding: [
      before[0]!,
      Math.min(spare[0]! - before[0]!, g.padding[1]),
      before[1]!,
      Math.min(spare[1]! - before[1]!, g.padding[3]),
    ],
  };
}

function randomSpan(size: number, number: number, side: number): Span {
  const u = (at: number): number => uniformAt({ seed: 11, stream: number * 2 + side }, at);
  const pixels = 1 + Math.floor(u(0) * 40);
  const scales = [pixels / size, 1, 0.2 + u(1), 1 + 5 * u(1), 1 / (1 + Math.floor(6 * u(1)))];
  const scale = scales[Math.floor(u(2) * scales.length)]!;
  const start = u(3) < 0.4 ? 0 : (u(4) * 1.4 - 0.2) * size;
  return { start: u(5) < 0.5 ? Math.floor(start) : start, scale, pixels, size };
}

/** What a pixel must show, from its definition: edges at ⌊start + p/scale⌋, 10⁻⁶ of an entry forgiven. */
function blockOf({ start, scale, size }: Span, p: number): number[] {
  const first = Math.floor(start + p / scale + 1e-6);
  const end = Math.max(first + 1, Math.floor(start + (p + 1) / scale + 1e-6));
  const block: number[] = [];
  for (let at = first; at < end; at++) if (at >= 0 && at < size) block.push(at);
  return block;
}

const better = (a: number, b: number): boolean =>
  Math.abs(a) > Math.abs(b) || (Math.abs(a) === Math.abs(b) && a > b);

interface Truth {
  value: number;
  tap: number;
  set: number;
}

function truthOf(
  op: ConvOperator,
  dense: Float64Array[],
  rows: number[],
  columns: number[],
): Truth {
  const view = matrixView(op);
  const sets = tapSets(op.geometry);
  const families = sets.map((axis) => (op.transposed ? axis.rows : axis.columns));
  const truth: Truth = { value: 0, tap: -1, set: -1 };
  let size = 0;
  for (const row of rows) {
    for (const column of columns) {
      const entry = matrixEntry(view, row, column);
      const value = dense[row]![column]!;
      if (entry.tap === null) continue;
      const tap = entry.tap[0] * op.geometry.kernel[1] + entry.tap[1];
      const same = Math.abs(value) === Math.abs(truth.value) && value === truth.value;
      if (truth.tap < 0 || better(value, truth.value)) [truth.value, truth.tap] = [value, tap];
      else if (same) truth.tap = Math.min(tap, truth.tap);
      const [a, b] = [families[0]!.of[entry.input.y]!, families[1]!.of[entry.input.x]!];
      const set = a * families[1]!.sets.length + b;
      const here = families[0]!.sets[a]!.length * families[1]!.sets[b]!.length;
      if (here > size || (here === size && set < truth.set)) [size, truth.set] = [here, set];
    }
  }
  return truth;
}

/** Compares every pixel of a raster of a random window with the dense matrix; returns how many. */
function check(number: number, mode: RasterMode): number {
  const { op, dense } = layerOf(number);
  const [height, width] = matrixShape(op);
  const view = { rows: randomSpan(height, number, 0), columns: randomSpan(width, number, 1) };
  const source = rasterSource(op);
  const raster = layRaster(source, view, mode);
  const half = Math.floor(rasterSteps(raster) / 2);
  fillRaster(raster, half);
  fillRaster(raster, 0, half);
  const wrong: unknown[] = [];
  for (let p = 0; p < view.rows.pixels; p++) {
    const rows = blockOf(view.rows, p);
    for (let q = 0; q < view.columns.pixels; q++) {
      const columns = blockOf(view.columns, q);
      const at = [raster.rows.ofPixel[p]!, raster.columns.ofPixel[q]!] as const;
      if (rows.length === 0 || columns.length === 0) {
        if (at[0] >= 0 && at[1] >= 0) wrong.push({ number, p, q, outside: at });
        continue;
      }
      const pixel = at[0] * raster.columns.count + at[1];
      const truth = truthOf(op, dense, rows, columns);
      const shown = {
        value: valueOfKey(raster.keys[pixel]!) * 2 ** source.keys.exponent,
        tap: raster.classes[pixel] ?? -1,
        set: raster.classes[pixel] ?? -1,
      };
      const fits =
        (mode === 'value' &&
          shown.value === truth.value &&
          (raster.keys[pixel] === 0) === truth.tap < 0) ||
        (mode === 'tap' && shown.value === truth.value && shown.tap === truth.tap) ||
        (mode === 'tap-set' && shown.set === truth.set);
      if (!fits) wrong.push({ number, p, q, shown, truth });
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  return view.rows.pixels * view.columns.pixels;
}

describe('a raster of M', () => {
  it.each(['value', 'tap', 'tap-set'] as const)(
    'shows in every pixel what the dense matrix has in its block, random layers and windows (%s)',
    (mode) => {
      let pixels = 0;
      const layers = casesOf(100, 400);
      for (let number = 0; number < layers; number++) pixels += check(number, mode);
      expect(pixels).toBeGreaterThan(125 * layers);
    },
  );

  it('equals the entry in every pixel at one pixel an entry', () => {
    for (let number = 0; number < 100; number++) {
      const { op, dense } = layerOf(number);
      const [height, width] = matrixShape(op);
      const side = (size: number): Span => ({ start: 0, scale: 1, pixels: size, size });
      const source = rasterSource(op);
      const raster = layRaster(source, { rows: side(height), columns: side(width) }, 'value');
      fillRaster(raster);
      const shown = Array.from(raster.keys, (key) => valueOfKey(key) * 2 ** source.keys.exponent);
      expect(shown).toEqual(dense.flatMap((row) => Array.from(row, (value) => value + 0)));
    }
  });

  it('finds the largest of many channels through the pyramid of channel blocks', () => {
    const geometry: ConvGeometry = {
      dIn: 70,
      dOut: 90,
      input: [2, 1],
      kernel: [2, 1],
      stride: [1, 1],
      dilation: [1, 1],
      padding: [1, 0, 0, 0],
      groups: 1,
      boundary: 'zeros',
    };
    const kernel = fillNormal({ seed: 3, stream: 1 }, new Float32Array(90 * 70 * 2));
    const source = rasterSource(makeOperator(geometry, kernel));
    const dense = denseMatrix(geometry, kernel);
    expect(source.keys.pyramid.length).toBeGreaterThan(1);
    for (let number = 0; number < 200; number++) {
      const u = (at: number): number => uniformAt({ seed: 5, stream: number }, at);
      const cut = (size: number, at: number): [number, number] => {
        const from = Math.floor(u(at) * size);
        return [from, from + 1 + Math.floor(u(at + 1) * (size - from))];
      };
      const [rows, columns] = [cut(180, 0), cut(140, 2)];
      let best = 0;
      for (const row of dense.slice(...rows)) {
        for (const value of row.slice(...columns)) if (better(value, best)) best = value;
      }
      const shown = valueOfKey(blockMax(source, rows, columns)) * 2 ** source.keys.exponent;
      expect(shown).toBe(best);
    }
  });
});

describe('segments', () => {
  it('give every entry to exactly one pixel when zoomed out', () => {
    for (const pixels of [7, 50, 100]) {
      const segments = segmentsOf({ start: 0, scale: pixels / 100, pixels, size: 100 });
      expect(segments.from[0]).toBe(0);
      expect(Array.from(segments.from.slice(1))).toEqual(Array.from(segments.to.slice(0, -1)));
      expect(segments.to.at(-1)).toBe(100);
    }
  });
});

describe('keys', () => {
  it('order by magnitude, + before −, and give the number back', () => {
    const values = [0, -1e-40, 1e-40, -0.5, 0.5, -1.25, 1.25];
    const keys = values.map(keyOf);
    expect([...keys].sort((a, b) => a - b)).toEqual(keys);
    expect(keys.map(valueOfKey)).toEqual(values.map(Math.fround));
    expect(keyOf(-0)).toBe(keyOf(0));
  });
});

describe('colour levels', () => {
  it('are what the thresholds say, for every size', () => {
    const { op } = layerOf(4);
    const keys = weightKeys(op);
    const thresholds = levelThresholds(keys);
    for (let n = 0; n <= 4000; n++) {
      const key = keyOf(((n % 2 ? -1 : 1) * (keys.largest * n)) / 4000 / 2 ** keys.exponent);
      const level = thresholds.filter((least) => least <= key >>> 1).length;
      expect(levelOfKey(key, thresholds)).toBe(level);
      if (n > 0)
        expect(level).toBe(Math.max(1, Math.min(COLOR_LEVELS, 1 + Math.floor((n * 255) / 4000))));
    }
  });

  it('are 0 for a structural zero and for weights that are all zero', () => {
    const { op } = layerOf(4);
    const thresholds = levelThresholds(
      weightKeys({ ...op, kernel: new Float32Array(op.kernel.length) }),
    );
    expect(levelOfKey(0, thresholds)).toBe(0);
    expect(levelOfKey(1, thresholds)).toBe(0);
  });
});
