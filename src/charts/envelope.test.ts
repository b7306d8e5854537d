import { describe, expect, it } from 'vitest';
import { Envelope } from './envelope.ts';

function filled(values: readonly number[], most: number): Envelope {
  const envelope = new Envelope(most);
  values.forEach((value, k) => envelope.add(k + 1, value));
  return envelope;
}

describe('an envelope of a curve', () => {
  it('holds every point as long as there is room', () => {
    const { x, low, high, count } = filled([3, 1, 2], 4);
    expect(count).toBe(3);
    expect([...x.subarray(0, 3)]).toEqual([1, 2, 3]);
    expect([...low.subarray(0, 3)]).toEqual([3, 1, 2]);
    expect(high).toEqual(low);
  });

  it.each([5, 8, 9, 100, 1000])('P1 of %i points has the extremes of equal stretches', (length) => {
    const values = Array.from({ length }, (_, k) => Math.sin(k * k));
    const most = 8;
    const { x, low, high, count } = filled(values, most);
    let size = 1;
    while (Math.ceil(length / size) > most) size *= 2;
    expect(count).toBe(Math.ceil(length / size));
    for (let k = 0; k < count; k++) {
      const part = values.slice(k * size, (k + 1) * size);
      const steps = part.map((_, at) => k * size + at + 1);
      expect(low[k]).toBe(Math.min(...part));
      expect(high[k]).toBe(Math.max(...part));
      // A mean of up to 256 numbers below 1000, each rounded once: well within 1e-9.
      expect(x[k]).toBeCloseTo(steps.reduce((a, b) => a + b) / steps.length, 9);
    }
  });

  it('leaves out what is not finite', () => {
    expect(filled([1, NaN, Infinity, 2], 4).count).toBe(2);
  });
});
