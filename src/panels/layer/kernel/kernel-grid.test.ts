import { describe, expect, it } from 'vitest';
import { fillNormal } from '../../../math/random.ts';
import { typedWeight } from './kernel-grid.ts';

describe('a weight in its field', () => {
  it('is what was typed, though it is kept as float32', () => {
    const typed = [1.2, -1.2345, 0.1, 7, 0, 1e-9, 123456.7];
    const kept = new Float32Array(typed);
    expect(typed.map((_, at) => typedWeight(kept, at))).toEqual(typed);
  });

  it('names the very float32 that is kept, and a float64 in full', () => {
    const kept = fillNormal({ seed: 1, stream: 0 }, new Float32Array(1000));
    const wrong = kept.filter((value, at) => Math.fround(typedWeight(kept, at)) !== value);
    expect([...wrong]).toEqual([]);
    expect(typedWeight(new Float64Array([1 / 3]), 0)).toBe(1 / 3);
  });
});
