import { describe, expect, it } from 'vitest';
import { convShape } from '../conv-shape.ts';
import type { AxisPair, ConvShape } from '../conv-shape.ts';
import { phasesOf, tapStep } from './conv-sizes.ts';
import { splitsOf } from './splits.ts';

function shapeOf(stride: number, dilation: number, margin: number): ConvShape {
  const pair = (one: number): AxisPair => [one, one];
  return convShape([1, 11, 9, 2], [4, 3, 2, 2], {
    stride: pair(stride),
    dilation: pair(dilation),
    groups: 1,
    padding: [margin, margin + 1, margin, margin],
  });
}

const cases = [1, 2, 3, 4].flatMap((stride) =>
  [1, 2, 3].flatMap((dilation) => [0, 1, 5].map((margin) => [stride, dilation, margin] as const)),
);

describe('phases of a strided input gradient', () => {
  it.each(cases)(
    'E3 stride %i, dilation %i, padding %i: each input meets its taps, once',
    (...of) => {
      const shape = shapeOf(...of);
      const [stride, dilation, margin] = of;
      for (const axis of [0, 1] as const) {
        const seen: number[] = [];
        for (const { first, count, tap, taps } of phasesOf(shape, axis)) {
          const listed = Array.from({ length: taps }, (_, at) => tap + at * tapStep(shape, axis));
          for (let at = 0; at < count; at++) {
            const place = first + at * stride;
            seen.push(place);
            // By the definition: place = output · stride − margin + tap · dilation.
            const meeting = Array.from({ length: shape.kernel[axis] }, (_, one) => one).filter(
              (one) => (place + margin - one * dilation) % stride === 0,
            );
            expect(listed).toEqual(meeting);
          }
        }
        const all = Array.from({ length: shape.input[axis] }, (_, place) => place);
        expect(seen.sort((a, b) => a - b)).toEqual(all);
      }
    },
  );
});

describe('splits of the sum over pixels', () => {
  it.each([
    [100, 1, 27],
    [131_072, 2, 9216],
    [131_072, 576, 2_359_296],
    [3_000_017, 1, 20_000_000],
  ])('E3 cover all %i terms, in parts that are whole tiles', (terms, workgroups, weights) => {
    const { splits, chunk } = splitsOf(terms, { workgroups, weights });
    expect(chunk % 16).toBe(0);
    expect(splits * chunk).toBeGreaterThanOrEqual(terms);
    expect((splits - 1) * chunk).toBeLessThan(terms);
    // 128 MiB: the least that WebGPU lets a binding hold.
    if (splits > 1) expect(splits * weights * 4).toBeLessThanOrEqual(2 ** 27);
  });

  it('E3 fill a GPU where the kernel is small and the batch large', () => {
    expect(splitsOf(131_072, { workgroups: 2, weights: 9216 }).splits).toBeGreaterThan(100);
    expect(splitsOf(100, { workgroups: 1, weights: 27 }).splits).toBe(1);
  });
});
