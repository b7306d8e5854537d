import { describe, expect, it } from 'vitest';
import { fixtureJson } from '../math/testing/fixtures.ts';
import { l2Side, linfSide, shareAt } from './square-schedule.ts';
import { pyramid, tile } from './square-tile.ts';

const SCHEDULE = { share: 0.8, queries: 5000, rescale: false };
/** First queries of each share. */
const QUERIES = [0, 11, 51, 201, 501, 1001, 2001, 4001];

function sides(of: typeof linfSide, size: number): number[] {
  return QUERIES.map((at) => of(shareAt(SCHEDULE, at), [size, size]));
}

interface Fixture {
  p_selection_resc_false: [at: number, share: number, side: number][];
  eta_L2: Record<string, number[]>;
}

function fixture(): Fixture {
  return fixtureJson('fab_square/square_mnist-plain.json') as Fixture;
}

describe("Square's schedule", () => {
  it('has the sides that are known for 32x32 and 28x28', () => {
    expect(sides(linfSide, 32)).toEqual([29, 20, 14, 10, 7, 5, 4, 3]);
    expect(sides(l2Side, 32)).toEqual([29, 21, 15, 11, 7, 5, 5, 3]);
    expect(sides(linfSide, 28)).toEqual([25, 18, 13, 9, 6, 4, 3, 2]);
    expect(sides(l2Side, 28)).toEqual([25, 19, 13, 9, 7, 5, 3, 3]);
  });

  it("has the reference's share and side at every query", () => {
    for (const [at, share, side] of fixture().p_selection_resc_false) {
      expect(shareAt(SCHEDULE, at)).toBe(share);
      expect(linfSide(share, [28, 28])).toBe(side);
    }
  });

  it('halves the share down to 10,000 queries, and starts again beyond, as the reference does', () => {
    expect([6000, 6001, 8001, 10_000, 10_001].map((at) => 0.8 / shareAt(SCHEDULE, at))).toEqual([
      128, 256, 512, 512, 1,
    ]);
  });

  it('scaled to its queries, has come as far after a tenth of fewer queries', () => {
    const scaled = { ...SCHEDULE, queries: 1000, rescale: true };
    expect(shareAt(scaled, 100)).toBe(shareAt(SCHEDULE, 1000));
    expect(shareAt(scaled, 1)).toBe(0.8);
    expect(shareAt(scaled, 2)).toBe(0.4);
  });

  it('has sides that fit images of a pixel, two pixels, or a single line', () => {
    expect([linfSide(0.8, [1, 1]), l2Side(0.8, [1, 1])]).toEqual([1, 1]);
    expect([linfSide(0.8, [2, 2]), l2Side(0.8, [2, 2])]).toEqual([2, 2]);
    expect([linfSide(0.8, [1, 50]), l2Side(0.8, [1, 50])]).toEqual([1, 1]);
  });
});

describe("Square's tile", () => {
  it('of side 3 is the golden one', () => {
    const [a, b, c, d] = [0.136083, 0.680414, -0.129099, -0.645497];
    [a, b, a, c, c, c, c, d, c].forEach((value, at) => {
      expect(tile(3)[at]).toBeCloseTo(value, 6);
    });
  });

  it('is made of pyramids: 2x3 is 0.182574, but at row 1, column 1 0.912871', () => {
    pyramid(2, 3).values.forEach((value, at) => {
      expect(value).toBeCloseTo(at === 4 ? 0.912871 : 0.182574, 6);
    });
  });

  it("is the reference's for every side that is logged", () => {
    const logged = Object.entries(fixture().eta_L2);
    expect(logged.length).toBeGreaterThan(2);
    for (const [side, values] of logged) {
      const made = tile(Number(side));
      // The reference computes in float32.
      values.forEach((value, at) => {
        expect(Math.abs(made[at]! - value)).toBeLessThan(2e-7);
      });
    }
  });

  it('of side 1 is −1: its upper half is empty', () => {
    expect([...tile(1)]).toEqual([-1]);
  });
});
