import { describe, expect, it } from 'vitest';
import { exactNorms } from './exact-norms.ts';
import { checkGeometry, GeometryError, type ConvGeometry } from './geometry.ts';
import { makeOperator } from './operator.ts';

const GOOD: ConvGeometry = {
  dIn: 4,
  dOut: 6,
  input: [5, 7],
  kernel: [3, 2],
  stride: [2, 1],
  dilation: [1, 2],
  padding: [1, 0, 2, 1],
  groups: 2,
  boundary: 'zeros',
};

function fieldOf(change: Partial<ConvGeometry>): string {
  try {
    checkGeometry({ ...GOOD, ...change });
  } catch (error) {
    if (error instanceof GeometryError) return error.field;
    throw error;
  }
  return 'accepted';
}

describe('G1 checkGeometry', () => {
  it('derives output size, weights and the shape of M', () => {
    expect(checkGeometry(GOOD)).toMatchObject({
      output: [2, 8],
      weights: 72,
      rows: 96,
      columns: 140,
      inPerGroup: 2,
      outPerGroup: 3,
    });
  });

  it.each<[string, Partial<ConvGeometry>]>([
    ['input channels', { dIn: 0 }],
    ['output channels', { dOut: 1.5 }],
    ['groups', { groups: 3 }],
    ['groups', { dOut: 5, groups: 2 }],
    ['vertical input size', { input: [0, 7] }],
    ['horizontal kernel size', { kernel: [3, NaN] }],
    ['vertical stride', { stride: [0, 1] }],
    ['horizontal dilation', { dilation: [1, -1] }],
    ['bottom padding', { padding: [0, -1, 0, 0] }],
    ['left padding', { padding: [0, 0, 1e9, 0] }],
    ['vertical kernel size', { kernel: [7, 2] }],
    ['number of weights', { dIn: 60_000, dOut: 60_000 }],
    ['columns of M', { input: [60_000, 60_000], stride: [9, 9] }],
    ['vertical stride', { boundary: 'circular' }],
    ['vertical kernel size', { boundary: 'circular', stride: [1, 1], kernel: [6, 2] }],
    ['horizontal padding', { boundary: 'circular', stride: [1, 1] }],
  ])('names %s in %o', (field, change) => {
    expect(fieldOf(change)).toBe(field);
  });

  it('says the value and how to fix it', () => {
    expect(() => checkGeometry({ ...GOOD, groups: 3 })).toThrow(
      'groups = 3: must divide the input channels (4): choose a divisor of 4.',
    );
  });
});

describe('G2 makeOperator', () => {
  it('refuses a weight count that does not fit, with the shape that would', () => {
    expect(() => makeOperator(GOOD, new Float64Array(71))).toThrow(
      'weights = 71 numbers: this geometry needs 72 ([6, 2, 3, 2]).',
    );
  });

  it.each([NaN, Infinity, -Infinity])('names the first weight that is %s', (bad) => {
    const kernel = new Float64Array(72);
    kernel[29] = bad;
    expect(() => makeOperator(GOOD, kernel)).toThrow(/^weight \[2, 0, 2, 1\] = /);
  });

  it('leaves an overflow of the sums to be named by the norms', () => {
    const huge = makeOperator(GOOD, new Float64Array(72).fill(1e308));
    expect(() => exactNorms(huge)).toThrow('a sum overflows float64');
  });

  it('gives norm 0 at the first row and column for a kernel of zeros', () => {
    const { l1, linf } = exactNorms(makeOperator(GOOD, new Float64Array(72)));
    expect([l1.value, l1.index, linf.value, linf.index]).toEqual([0, 0, 0, 0]);
  });
});
