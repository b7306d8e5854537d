import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InflateError } from './huffman.ts';
import { inflate } from './inflate.ts';
import { counted, join } from './testing/hand-made.ts';
import { Rng, mutate } from './testing/fuzz.ts';

function inflateAll(input: Uint8Array, limit = 1e7): { output: Uint8Array; consumed: number } {
  const pieces: Uint8Array[] = [];
  const { consumed } = inflate(input, limit, (piece) => pieces.push(piece.slice()));
  return { output: join(...pieces), consumed };
}

/** Texts with matches of every distance, incompressible bytes, and long runs. */
function samples(): Uint8Array[] {
  const rng = new Rng(3, 0);
  const noise = Uint8Array.from({ length: 100_000 }, () => rng.below(256));
  const letters = Uint8Array.from(
    { length: 200_000 },
    () => 97 + Math.floor(Math.sqrt(rng.below(64))),
  );
  return [
    new Uint8Array(0),
    Uint8Array.of(7),
    counted(1000),
    noise,
    letters,
    new Uint8Array(300_000),
    join(noise, letters, noise),
  ];
}

describe('inflate', () => {
  it('gives what zlib deflated, at every level and with fixed codes, and reads to its last byte', () => {
    const { Z_FIXED, Z_HUFFMAN_ONLY, Z_DEFAULT_STRATEGY } = constants;
    for (const sample of samples()) {
      for (const strategy of [Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY]) {
        for (const level of [0, 1, 6, 9]) {
          const packed = deflateRawSync(sample, { level, strategy });
          const { output, consumed } = inflateAll(packed);
          expect(Buffer.compare(output, sample)).toBe(0);
          expect(consumed).toBe(packed.length);
        }
      }
    }
  });

  it('agrees with zlib on 3,000 mutated streams: both give the same bytes, or both refuse', () => {
    const seeds = samples().slice(2, 3).concat(samples()[4]!.subarray(0, 600));
    const packed = seeds.flatMap((seed) =>
      [6, 9].map((level) => new Uint8Array(deflateRawSync(seed, { level }))),
    );
    let accepted = 0;
    for (let index = 0; index < 3000; index += 1) {
      const rng = new Rng(5, index);
      const stream = mutate(rng.pick(packed), rng);
      const expected = attempt(
        () => new Uint8Array(inflateRawSync(stream, { maxOutputLength: 1e6 })),
      );
      const got = attempt(() => inflateAll(stream, 1e6).output);
      if (expected !== undefined) accepted += 1;
      expect(got, `stream ${index}`).toEqual(expected);
    }
    expect(accepted).toBeGreaterThan(100);
  });

  it('stops at the limit, long before a bomb has unfolded', () => {
    const bomb = deflateRawSync(new Uint8Array(1e7));
    let taken = 0;
    expect(() => inflate(bomb, 1000, (piece) => (taken += piece.length))).toThrow(
      'more than the 1000 bytes',
    );
    expect(taken).toBeLessThanOrEqual(1000);
  });

  it('hands over at most 64 KB at a time', () => {
    let largest = 0;
    inflate(
      deflateRawSync(new Uint8Array(1e6)),
      1e6,
      (piece) => (largest = Math.max(largest, piece.length)),
    );
    expect(largest).toBeLessThanOrEqual(65_536);
  });

  it('refuses a copy from before the start, a block of type 3, and an end in the middle', () => {
    expect(() => inflateAll(Uint8Array.of(0b111))).toThrow('type 3');
    expect(() => inflateAll(Uint8Array.of(0x03, 0x02))).toThrow(InflateError);
    expect(() => inflateAll(Uint8Array.of(1, 4, 0, 0xfb, 0xff, 9))).toThrow('an end in the middle');
    expect(() => inflateAll(Uint8Array.of(1, 4, 0, 0, 0))).toThrow('disagree');
  });
});

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
