import { describe, expect, it } from 'vitest';
import {
  inReadingOrder,
  intervalLayout,
  namedPlaces,
  type IntervalSeries,
} from './interval-layout.ts';

const point = (x: number) => ({ x, y: 0.5, lower: 0.4, upper: 0.6 });
const line: IntervalSeries = {
  id: 'a',
  label: 'a',
  color: 'red',
  look: 'line',
  points: [point(0), point(1), point(8)],
};
const mark: IntervalSeries = { ...line, id: 'b', look: 'mark', points: [point(1)] };

describe('F8 a chart of proportions with intervals', () => {
  it('runs from 0 to 1 and from 0 to the largest place', () => {
    const { x, y, left, right, top, base } = intervalLayout([line, mark], 400);
    expect([x(0), x(8), y(0), y(1)]).toEqual([left, right, base, top]);
    expect(intervalLayout([{ ...line, points: [point(0)] }], 400).x.domain()).toEqual([0, 1]);
  });

  it('names places as far as there is room, the last one always', () => {
    const at = (x: number): number => 10 * x;
    expect(namedPlaces([0, 1, 2, 4, 8], at, 40)).toEqual([0, 4, 8]);
    expect(namedPlaces([3], at, 40)).toEqual([3]);
    expect(namedPlaces([], at, 40)).toEqual([]);
  });

  it('is read from left to right, one series after the other at the same place', () => {
    const read = inReadingOrder([line, mark]).map(({ series, point: { x } }) => [series.id, x]);
    expect(read).toEqual([
      ['a', 0],
      ['a', 1],
      ['b', 1],
      ['a', 8],
    ]);
  });
});
