import { describe, expect, it } from 'vitest';
import { declaredSize } from './declared-size.ts';

const bytes = (...parts: (string | number[])[]): ArrayBuffer =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? Array.from(part, (c) => c.charCodeAt(0)) : part,
    ),
  ).buffer;
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** Heads written from the formats' definitions: width 770 (0x0302), height 5. */
const HEADS: Readonly<Record<string, ArrayBuffer>> = {
  png: bytes([0x89], 'PNG', [13, 10, 26, 10, 0, 0, 0, 13], 'IHDR', [0, 0, 3, 2, 0, 0, 0, 5]),
  gif: bytes('GIF89a', [2, 3, 5, 0]),
  bmp: bytes('BM', zeros(16), [2, 3, 0, 0], [0xfb, 0xff, 0xff, 0xff]),
  jpeg: bytes(
    [0xff, 0xd8, 0xff, 0xe0, 0, 4, 9, 9],
    [0xff, 0xc4, 0, 3, 9],
    [0xff, 0xc2, 0, 11, 8, 0, 5, 3, 2, 1, 1, 0],
  ),
  vp8x: bytes('RIFF', zeros(4), 'WEBPVP8X', zeros(8), [1, 3, 0, 4, 0, 0]),
  vp8: bytes('RIFF', zeros(4), 'WEBPVP8 ', zeros(10), [2, 3, 5, 0]),
  // 14 bits of width − 1 (0x301), then 14 of height − 1 (4).
  vp8l: bytes('RIFF', zeros(4), 'WEBPVP8L', zeros(4), [0x2f], [0x01, 0x03, 0x01, 0x00]),
};

describe('Q8 the size that an image’s file declares', () => {
  it.each(Object.entries(HEADS))('is read before decoding: %s', (_, head) => {
    expect(declaredSize(head)).toEqual({ width: 770, height: 5 });
  });

  it('is not known of other files, nor of those that end before it', () => {
    expect(declaredSize(bytes('hello, world, this is no image'))).toBeNull();
    expect(declaredSize(bytes([]))).toBeNull();
    for (const head of Object.values(HEADS)) {
      for (let length = 0; length < head.byteLength - 2; length++)
        expect(declaredSize(head.slice(0, length))).toBeNull();
    }
  });
});
