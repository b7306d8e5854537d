import { describe, expect, it } from 'vitest';
import { divergingColor } from '../../../math/palette.ts';
import { differencePixels, fullDifference, picturePixels } from './pixels.ts';

const LINF = { norm: 'linf', eps: 0.25 } as const;

describe('Q1 images', () => {
  it('are drawn as they are: grey once for each colour, RGB in order', () => {
    expect([...picturePixels(Float32Array.of(0, 1), [1, 2, 1])]).toEqual([
      0, 0, 0, 255, 255, 255, 255, 255,
    ]);
    expect([...picturePixels(Float32Array.of(0, 0.2, 1), [1, 1, 3])]).toEqual([0, 51, 255, 255]);
  });

  it('differences of one channel lie on the diverging scale, full colour at ε', () => {
    const clean = Float32Array.of(0.5, 0.5, 0.5);
    const point = Float32Array.of(0.25, 0.5, 0.75);
    const drawn = differencePixels({ clean, point, full: 0.25 }, [1, 3, 1], 'light');
    const expected = [-1, 0, 1].flatMap((t) => [...divergingColor(t, 'light'), 255]);
    expect([...drawn]).toEqual(expected);
  });

  it('differences of colours are 0.5 + δ / (2 ε) in each channel, clamped', () => {
    const clean = Float32Array.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.5);
    const point = Float32Array.of(0.25, 0.5, 0.75, 0, 0.625, 1);
    const drawn = differencePixels({ clean, point, full: 0.25 }, [1, 2, 3], 'dark');
    // 255 · (0.5 + 0.125 / 0.5) = 191.25; halves are rounded to even.
    expect([...drawn]).toEqual([0, 128, 255, 255, 0, 191, 255, 255]);
  });

  it('full colour is ε in ℓ∞, also for float32 on the surface; else the largest difference', () => {
    const clean = Float32Array.of(0.1, 0.1);
    expect(fullDifference(LINF, clean, Float32Array.of(0.1, 0.2, 0.2, 0.1))).toBe(0.25);
    expect(fullDifference(LINF, clean, Float32Array.of(0.35 + 1e-7, 0))).toBe(0.25);
    expect(fullDifference(LINF, clean, Float32Array.of(0.6, 0))).toBeCloseTo(0.5, 7);
    const l2 = { norm: 'l2', eps: 2 } as const;
    expect(fullDifference(l2, clean, Float32Array.of(0.1, 0.4))).toBeCloseTo(0.3, 7);
    const none = differencePixels({ clean, point: clean, full: 0 }, [1, 2, 1], 'light');
    expect([...none.slice(0, 3)]).toEqual([...divergingColor(0, 'light')]);
  });
});
