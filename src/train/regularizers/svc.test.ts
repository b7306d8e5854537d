import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { checkGeometry, type ConvGeometry } from '../../math/geometry.ts';
import { fillNormal } from '../../math/random.ts';
import { denseMatrix } from '../../math/testing/brute-force.oracle.ts';
import { fixtureJson } from '../../math/testing/fixtures.ts';
import { clipSingularValues } from './svc.ts';
import type { SvcSettings } from '../../model/train/regularizer.ts';

interface SvcCase {
  id: string;
  in_channels: number;
  out_channels: number;
  kernel: [number, number];
  in_hw: [number, number];
  clip_to: number;
  weight_q: number[];
  clipped: number[];
}

const PLAIN = {
  stride: [1, 1],
  dilation: [1, 1],
  padding: [0, 0, 0, 0],
  groups: 1,
  boundary: 'zeros',
} as const;

function clip(
  values: Float64Array,
  geometry: ConvGeometry,
  settings: Omit<SvcSettings, 'schedule'>,
): boolean {
  const operator = {
    geometry: checkGeometry(geometry),
    transposed: false,
    layout: 'oihw',
  } as const;
  const run = clipSingularValues(values, operator, { ...settings, schedule: 'every-step' });
  for (;;) {
    const next = run.next();
    if (next.done) return next.value;
  }
}

describe('T4 clipping as NumPy does it', () => {
  const { cases, weight_scale } = fixtureJson('optim/svc.json') as {
    cases: SvcCase[];
    weight_scale: number;
  };
  it.each(cases)('gives the same kernel: $id', (one) => {
    const geometry = {
      ...PLAIN,
      dIn: one.in_channels,
      dOut: one.out_channels,
      kernel: one.kernel,
      input: one.in_hw,
    };
    const values = Float64Array.from(one.weight_q, (q) => q * weight_scale);
    expect(clip(values, geometry, { clipTo: one.clip_to, operator: 'circular' })).toBe(true);
    // The reference is written with 14 decimals.
    values.forEach((value, at) => expect(Math.abs(value - one.clipped[at]!)).toBeLessThan(1e-12));
  });
});

/** What to clip: the circle's geometry, and the layer's. */
interface Circle {
  readonly name: string;
  readonly layer: ConvGeometry;
  readonly circle: ConvGeometry;
  readonly operator: SvcSettings['operator'];
}

/** A circular convolution on a circle of the given size; padding after the end makes it whole. */
function onCircle(g: ConvGeometry, input: readonly [number, number]): ConvGeometry {
  const reach = (axis: 0 | 1): number => g.dilation[axis] * (g.kernel[axis] - 1);
  return { ...g, input, padding: [0, reach(0), 0, reach(1)], boundary: 'circular' };
}

const SAME = { ...PLAIN, dIn: 3, dOut: 4, kernel: [3, 3], input: [5, 4] } as const;
const STRIDED = { ...SAME, stride: [2, 1], padding: [1, 1, 2, 0] } as const;
const GROUPED = { ...SAME, dIn: 4, groups: 2, dilation: [1, 2], padding: [0, 1, 2, 2] } as const;
const TIGHT = { ...SAME, input: [2, 2], padding: [1, 1, 1, 1] } as const;

const CIRCLES: readonly Circle[] = [
  { name: 'stride ignored', layer: STRIDED, operator: 'circular', circle: onCircle(SAME, [5, 4]) },
  // Padded sizes 7 and 6; the vertical circle must be a multiple of the stride.
  { name: 'own stride', layer: STRIDED, operator: 'layer', circle: onCircle(STRIDED, [8, 6]) },
  { name: 'own groups', layer: GROUPED, operator: 'layer', circle: onCircle(GROUPED, [6, 8]) },
  { name: 'small input', layer: TIGHT, operator: 'layer', circle: onCircle(TIGHT, [4, 4]) },
];

/** Clip of the dense matrix by an SVD, then the mean of its entries over the places of each tap. */
function clippedDensely(g: ConvGeometry, kernel: Float64Array, clipTo: number): Float64Array {
  const svd = new SVD(new Matrix(denseMatrix(g, kernel).map((row) => Array.from(row))), {
    autoTranspose: true,
  });
  const top = svd.diagonal.map((value) => Math.min(value, clipTo));
  const clipped = svd.leftSingularVectors
    .mmul(Matrix.diag(top))
    .mmul(svd.rightSingularVectors.transpose());
  const sums = new Float64Array(kernel.length);
  const counts = new Float64Array(kernel.length);
  denseMatrix(
    g,
    kernel.map((_, at) => at + 1),
  ).forEach((row, i) =>
    row.forEach((name, j) => {
      if (name === 0) return;
      sums[name - 1]! += clipped.get(i, j);
      counts[name - 1]!++;
    }),
  );
  return sums.map((sum, at) => sum / counts[at]!);
}

function largestSingularValue(g: ConvGeometry, kernel: Float64Array): number {
  const rows = denseMatrix(g, kernel).map((row) => Array.from(row));
  return new SVD(new Matrix(rows), { autoTranspose: true }).norm2;
}

const kernelOf = (g: ConvGeometry): Float64Array =>
  fillNormal({ seed: 7, stream: 1 }, new Float64Array(checkGeometry(g).weights));

describe('T4 clipping by frequencies', () => {
  it.each(CIRCLES)(
    'is the projection of the clipped dense matrix: $name',
    ({ layer, circle, operator }) => {
      const values = kernelOf(layer);
      const expected = clippedDensely(circle, values, 2);
      expect(clip(values, layer, { clipTo: 2, operator })).toBe(true);
      // Entries of order 1, two SVDs of at most 32 x 144 in float64.
      values.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-12));
    },
  );

  it.each(CIRCLES.filter(({ operator }) => operator === 'layer'))(
    'repeated, brings the true norm below the clip: $name',
    ({ layer }) => {
      const values = kernelOf(layer);
      expect(largestSingularValue(layer, values)).toBeGreaterThan(4);
      for (let time = 0; time < 60; time++) clip(values, layer, { clipTo: 2, operator: 'layer' });
      // Alternating projections come close to c from above; 60 of them within a thousandth.
      expect(largestSingularValue(layer, values)).toBeLessThan(2 * 1.001);
    },
  );

  it('leaves a kernel alone, bit for bit, when nothing exceeds the clip', () => {
    const values = kernelOf(SAME);
    clip(values, SAME, { clipTo: 100, operator: 'circular' });
    expect(values).toEqual(kernelOf(SAME));
  });

  it('skips a kernel larger than the input when circular, as the authors do', () => {
    const values = kernelOf(TIGHT);
    expect(clip(values, TIGHT, { clipTo: 0.5, operator: 'circular' })).toBe(false);
    expect(values).toEqual(kernelOf(TIGHT));
  });

  it('refuses a clip that is not above 0', () => {
    for (const clipTo of [0, -1, NaN]) {
      expect(() => clip(kernelOf(SAME), SAME, { clipTo, operator: 'layer' })).toThrow(RangeError);
    }
  });
});
