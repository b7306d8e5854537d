import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { ConvGeometry } from '../geometry.ts';
import { makeOperator, type ConvOperator } from '../operator.ts';
import { fillNormal } from '../random.ts';
import { casesOf } from '../testing/deep.ts';
import { denseMatrix } from '../testing/brute-force.oracle.ts';
import { plainGeometry } from '../testing/plain-geometry.oracle.ts';
import { randomLayer } from '../testing/random-geometry.ts';
import { geometryCases } from '../testing/fixtures.ts';
import { finish } from './apply.ts';
import { l2Interval } from './interval.ts';
import type { L2Interval } from './types.ts';

/** σ_max of the brute-force M by ml-matrix: shares no code with src/math. */
function truth(geometry: ConvGeometry, kernel: Float64Array): number {
  const dense = new Matrix(denseMatrix(geometry, kernel).map((row) => Array.from(row)));
  const svd = new SVD(dense, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return svd.diagonal[0] ?? 0;
}

function intervalOf(op: ConvOperator): L2Interval {
  return finish(l2Interval(op, { seed: 5 }));
}

function square(
  dIn: number,
  dOut: number,
  n: number,
  more: Partial<ConvGeometry> = {},
): ConvGeometry {
  return plainGeometry({ dIn, dOut, input: [n, n], ...more });
}

// An SVD in float64 is itself right to about 1e-13 relative.
const SVD_ERROR = 1e-12;

function expectBracket({ lower, upper }: L2Interval, l2: number, gap: number): void {
  expect(lower).toBeLessThanOrEqual(l2 * (1 + SVD_ERROR));
  expect(upper).toBeGreaterThanOrEqual(l2 * (1 - SVD_ERROR));
  expect(upper - lower).toBeLessThanOrEqual(gap * l2);
}

describe('the certified interval of ℓ2', () => {
  it('brackets the SVD of random layers within 1e-5', () => {
    for (let number = 0; number < casesOf(100, 300); number++) {
      const { geometry, kernel } = randomLayer(number, 21);
      expectBracket(intervalOf(makeOperator(geometry, kernel)), truth(geometry, kernel), 1e-5);
    }
  });

  it("brackets numpy's SVD of the 300 fixture geometries", () => {
    const { scale, cases } = geometryCases();
    for (const one of cases) {
      const geometry: ConvGeometry = {
        ...one,
        dIn: one.in_shape[0],
        dOut: one.out_channels,
        input: [one.in_shape[1], one.in_shape[2]],
        boundary: 'zeros',
      };
      const op = makeOperator(
        geometry,
        Float64Array.from(one.weight_q, (q) => q * scale),
      );
      expectBracket(intervalOf(op), one.exact.l2, 1e-5);
    }
  });

  it('is [0, 0] for a layer of zeros', () => {
    const interval = intervalOf(makeOperator(square(2, 3, 5), new Float64Array(54)));
    expect([interval.lower, interval.upper]).toEqual([0, 0]);
  });

  it('is [0, 0] when the only weight that is not zero never meets the input', () => {
    const kernel = new Float64Array(9);
    kernel[0] = 1;
    const interval = intervalOf(makeOperator(square(1, 1, 1), kernel));
    expect([interval.lower, interval.upper]).toEqual([0, 0]);
  });

  it('is the same for a transposed convolution', () => {
    const { geometry, kernel } = randomLayer(3, 22);
    const plain = intervalOf(makeOperator(geometry, kernel));
    const transposed = intervalOf(makeOperator(geometry, kernel, true));
    expect(transposed).toEqual(plain);
  });

  it.each([1e-150, 1e150, 1e-300, 1e300])('scales with weights of size %d', (size) => {
    const { geometry, kernel } = randomLayer(8, 23);
    const l2 = truth(geometry, kernel) * size;
    const scaled = makeOperator(
      geometry,
      kernel.map((value) => value * size),
    );
    expectBracket(intervalOf(scaled), l2, 1e-5);
  });

  it('stays a bracket at the ends of float64', () => {
    const one = new Float64Array(9);
    one[4] = 5e-324;
    const tiny = intervalOf(makeOperator(square(1, 1, 4), one));
    expect(tiny.lower).toBeLessThanOrEqual(5e-324);
    expect(tiny.upper).toBeGreaterThanOrEqual(5e-324);
    const huge = intervalOf(makeOperator(square(1, 1, 4), new Float64Array(9).fill(1e308)));
    expect(Number.isFinite(huge.lower)).toBe(true);
    expect(huge.upper).toBe(Infinity);
  });

  it('equals a single weight', () => {
    const one = new Float64Array(9);
    one[4] = -3;
    expectBracket(intervalOf(makeOperator(square(1, 1, 6), one)), 3, 1e-5);
  });

  it('is exact on a circular layer: the largest entry of the DFT of a box blur is its sum', () => {
    const op = makeOperator(
      square(1, 1, 40, { boundary: 'circular' }),
      new Float64Array(9).fill(1),
    );
    expectBracket(intervalOf(op), 9, 1e-5);
  });

  it('knows the box blur in closed form: (1 + 2cos(π/(n + 1)))² on n x n', () => {
    const op = makeOperator(square(1, 1, 90), new Float64Array(9).fill(1));
    expectBracket(intervalOf(op), (1 + 2 * Math.cos(Math.PI / 91)) ** 2, 1e-5);
  });

  it.each([
    [8, 8, 16, 1],
    [16, 3, 32, 1],
    [12, 24, 32, 2],
  ])(
    'closes 3x3 Gaussian layers %d → %d on %d, stride %d, within 0.01 with quick effort',
    (dIn, dOut, n, s) => {
      const kernel = fillNormal({ seed: 9, stream: dIn }, new Float64Array(dIn * dOut * 9));
      const op = makeOperator(square(dIn, dOut, n, { stride: [s, s] }), kernel);
      const { lower, upper } = finish(l2Interval(op, { seed: 2, effort: 'quick' }));
      expect(upper / lower - 1).toBeLessThan(0.01);
    },
  );

  it('only narrows while it runs', () => {
    const kernel = fillNormal({ seed: 9, stream: 1 }, new Float64Array(8 * 8 * 9));
    let [lower, upper] = [0, Infinity];
    for (const { interval } of l2Interval(makeOperator(square(8, 8, 12), kernel), { seed: 1 })) {
      expect(interval.lower).toBeGreaterThanOrEqual(lower);
      expect(interval.upper).toBeLessThanOrEqual(upper);
      [lower, upper] = [interval.lower, interval.upper];
    }
  });
});
