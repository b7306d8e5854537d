import { describe, expect, it } from 'vitest';
import { checkGeometry, type CheckedGeometry } from '../../math/geometry.ts';
import { denseMatrix, transpose } from '../../math/testing/brute-force.oracle.ts';
import { randomLayer } from '../../math/testing/random-geometry.ts';
import { weightStrides, type LayerOperator } from '../parameter.ts';
import { measureNorms, normFinder, type NormSlice } from './norm-slices.ts';

/** [k1, k2, in/groups, out] from OIHW, written out from the meaning of the letters. */
function toHwio(g: CheckedGeometry, kernel: Float64Array): Float64Array {
  const strides = weightStrides({ geometry: g, transposed: false, layout: 'hwio' });
  const taps = g.kernel[0] * g.kernel[1];
  const out = new Float64Array(kernel.length);
  kernel.forEach((value, at) => {
    const [tap, channels] = [at % taps, Math.floor(at / taps)];
    const [i, j] = [Math.floor(channels / g.inPerGroup), channels % g.inPerGroup];
    out[i * strides.output + j * strides.input + tap * strides.tap] = value;
  });
  return out;
}

/** Flat positions of the weights on a slice. */
function positions({ slice }: NormSlice): number[] {
  const { base, count, step, offsets } = slice;
  const found = Array.from({ length: count }, (_, n) =>
    Array.from(offsets, (offset) => base + n * step + offset),
  );
  return found.flat().sort((a, b) => a - b);
}

/** The first line with the largest absolute sum, and which weights (by number) stand on it. */
function firstLargest(lines: readonly Float64Array[], names: readonly Float64Array[]) {
  const sums = lines.map((line) => line.reduce((sum, value) => sum + Math.abs(value), 0));
  const value = Math.max(...sums);
  const line = names[sums.indexOf(value)]!;
  const on = Array.from(line).filter((name) => name > 0);
  return { value, on: on.map((name) => name - 1).sort((a, b) => a - b) };
}

function check(g: CheckedGeometry, kernel: Float64Array): void {
  const numbers = kernel.map((_, at) => at + 1);
  const rows = denseMatrix(g, kernel);
  for (const layout of ['oihw', 'hwio'] as const) {
    const [values, named] =
      layout === 'oihw' ? [kernel, numbers] : [toHwio(g, kernel), toHwio(g, numbers)];
    const operator: LayerOperator = { geometry: g, transposed: false, layout };
    const finder = normFinder(operator);
    // Twice: the room of the first time is used again.
    measureNorms(finder, values);
    measureNorms(finder, values);
    const matrices = [rows, denseMatrix(g, numbers)] as const;
    const row = firstLargest(...matrices);
    const column = firstLargest(transpose(matrices[0]), transpose(matrices[1]));
    for (const [found, expected] of [
      [finder.l1, column],
      [finder.linf, row],
    ] as const) {
      expect(found.value).toBe(expected.value);
      const names = positions(found).map((at) => named[at]! - 1);
      expect(names.sort((a, b) => a - b)).toEqual(expected.on);
    }
  }
}

describe('T2 the column and the row that attain the norms', () => {
  it('are those of brute-force M on random geometries, in both layouts', () => {
    for (let number = 0; number < 300; number++) {
      const { geometry, kernel } = randomLayer(number);
      // Multiples of 1/64: sums are exact, so that equality needs no tolerance.
      check(
        checkGeometry(geometry),
        kernel.map((value) => Math.round(64 * value) / 64),
      );
    }
  });

  it('are the first in order among ties, zeros among the weights included', () => {
    for (let number = 0; number < 300; number++) {
      const { geometry, kernel } = randomLayer(number, 2);
      check(
        checkGeometry(geometry),
        kernel.map((value) => Math.sign(Math.round(value))),
      );
    }
  });

  it('change places in a transposed layer', () => {
    const { geometry, kernel } = randomLayer(3);
    const operator = { geometry: checkGeometry(geometry), layout: 'oihw' } as const;
    const plain = normFinder({ ...operator, transposed: false });
    const turned = normFinder({ ...operator, transposed: true });
    measureNorms(plain, kernel);
    measureNorms(turned, kernel);
    expect([turned.l1, turned.linf]).toEqual([plain.linf, plain.l1]);
  });

  it('have no weights and the value NaN when a weight is not a number', () => {
    const { geometry, kernel } = randomLayer(5);
    const finder = normFinder({
      geometry: { ...checkGeometry(geometry) },
      transposed: false,
      layout: 'oihw',
    });
    measureNorms(
      finder,
      kernel.map(() => NaN),
    );
    expect([finder.l1.value, finder.linf.value]).toEqual([NaN, NaN]);
    expect(positions(finder.l1)).toEqual([]);
  });

  it('refuse weights that the geometry does not have', () => {
    const geometry = checkGeometry(randomLayer(5).geometry);
    const finder = normFinder({ geometry, transposed: false, layout: 'oihw' });
    expect(() => measureNorms(finder, new Float64Array(1 + geometry.weights))).toThrow(RangeError);
  });
});
