import { describe, expect, it } from 'vitest';
import { fillNormal, fillUniform, philox, uniformAt, type Words } from './random.ts';

const ALL = 0xffffffff;

describe('R1 philox', () => {
  // Known answers of Random123 (kat_vectors, philox4x32-10).
  it.each<[Words, [number, number], Words]>([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [ALL, ALL, ALL, ALL],
      [ALL, ALL],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the published words for counter %o', (counter, key, words) => {
    expect(philox(counter, key)).toEqual(words);
  });
});

describe('R2 streams', () => {
  const stream = { seed: 2 ** 40 + 5, stream: 3 };

  it('give the same number whatever was drawn before', () => {
    const all = fillUniform(stream, new Float64Array(103));
    expect([102, 0, 57].map((index) => uniformAt(stream, index))).toEqual([
      all[102],
      all[0],
      all[57],
    ]);
  });

  it('differ between seeds and between streams', () => {
    const first = uniformAt(stream, 0);
    expect(uniformAt({ ...stream, seed: 5 }, 0)).not.toBe(first);
    expect(uniformAt({ ...stream, stream: 4 }, 0)).not.toBe(first);
  });

  it('are uniform and normal in mean, variance and fourth moment', () => {
    const n = 200_000;
    const uniform = fillUniform(stream, new Float64Array(n));
    const normal = fillNormal(stream, new Float64Array(n));
    const mean = (values: Float64Array, power: number): number =>
      values.reduce((sum, value) => sum + value ** power, 0) / n;
    // Five standard errors of each moment at n = 200,000.
    expect(Math.abs(mean(uniform, 1) - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(mean(uniform, 2) - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
    expect(Math.abs(mean(normal, 1))).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(mean(normal, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(mean(normal, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });
});
