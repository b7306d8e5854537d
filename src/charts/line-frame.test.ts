import { describe, expect, it } from 'vitest';
import { Envelope } from './envelope.ts';
import { linePath, lineScales, spread, type LineAxis, type LineFrame } from './line-frame.ts';

const FRAME: LineFrame = { width: 120, height: 110, left: 10, right: 10, top: 0, bottom: 10 };
const LOG: LineAxis = { kind: 'log', format: String };
const LINEAR: LineAxis = { kind: 'linear', format: String };

function points(values: readonly number[]): Envelope {
  const envelope = new Envelope();
  values.forEach((value, k) => envelope.add(k, value));
  return envelope;
}

describe('scales of a line chart', () => {
  it('a log axis ends at 1, 2 or 5 times a power of ten and has its ticks there', () => {
    const { y, yTicks } = lineScales([points([3.1, 47])], FRAME, { end: 1, axis: LOG });
    expect(y.domain()).toEqual([2, 50]);
    expect(yTicks).toEqual([2, 5, 10, 20, 50]);
  });

  it('a log axis over some decades has fewer ticks in each', () => {
    const { yTicks } = lineScales([points([0.2, 50])], FRAME, { end: 1, axis: LOG });
    expect(yTicks).toEqual([0.3, 1, 3, 10, 30]);
  });

  it('a log axis over many decades has powers of ten only', () => {
    const { yTicks } = lineScales([points([1e-3, 1e6])], FRAME, { end: 1, axis: LOG });
    expect(yTicks.length).toBeLessThanOrEqual(7);
    expect(yTicks.every((tick) => Number.isInteger(Math.log10(tick)))).toBe(true);
  });

  it('a linear axis begins at 0; one with a given range keeps it', () => {
    const free = lineScales([points([2.3, 0.4])], FRAME, { end: 1, axis: LINEAR });
    expect(free.y.domain()).toEqual([0, 2.5]);
    const fixed = lineScales([], FRAME, { end: 1, axis: { ...LINEAR, domain: [0, 1] } });
    expect(fixed.y.domain()).toEqual([0, 1]);
  });

  it('stands on something before there are points', () => {
    expect(lineScales([], FRAME, { end: 0, axis: LOG }).y.domain()).toEqual([1, 10]);
    expect(lineScales([], FRAME, { end: 0, axis: LINEAR }).x.domain()).toEqual([0, 1]);
  });
});

describe('linePath', () => {
  it('goes through points, and up and down where a stretch has two extremes', () => {
    const axis: LineAxis = { ...LINEAR, domain: [0, 1] };
    const scales = lineScales([], FRAME, { end: 2, axis });
    const curve = {
      count: 2,
      x: Float64Array.of(0, 2),
      low: Float64Array.of(0, 0.25),
      high: Float64Array.of(0, 0.75),
    };
    expect(linePath(curve, scales)).toBe('M10,100L110,75V25');
    expect(linePath({ ...curve, count: 1 }, scales)).toBe('M10,100h3');
  });
});

describe('spread', () => {
  const room = { gap: 10, top: 0, bottom: 100 };
  it('moves labels apart in their order and keeps them inside', () => {
    const placed = spread(
      [
        { of: 'c', y: 99 },
        { of: 'a', y: 98 },
        { of: 'b', y: 98.5 },
      ],
      room,
    );
    expect(placed).toEqual([
      { of: 'a', y: 80 },
      { of: 'b', y: 90 },
      { of: 'c', y: 100 },
    ]);
  });

  it('keeps the first and the last of more than fit', () => {
    const many = Array.from({ length: 40 }, (_, k) => ({ of: k, y: 50 + k / 100 }));
    const placed = spread(many, room);
    expect(placed).toHaveLength(11);
    expect([placed[0], placed.at(-1)]).toEqual([
      { of: 0, y: 0 },
      { of: 39, y: 100 },
    ]);
  });
});
