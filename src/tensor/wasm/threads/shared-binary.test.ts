import { describe, expect, it } from 'vitest';
import { withSharedMemory } from './shared-binary.ts';

/** A module with a section of no meaning, then a memory of one page and at most `most`. */
const withMemory = (limits: readonly number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    0,
    3,
    1,
    0x78,
    5,
    5,
    1 + limits.length,
    1,
    ...limits,
    7,
    5,
    1,
    1,
    0x6d,
    2,
    0,
  ]);

describe('E7 a module whose memory is shared', () => {
  it('differs in one bit, and its memory is shared', async () => {
    const plain = withMemory([1, 1, 128, 128, 4]);
    const shared = withSharedMemory(plain);
    expect(shared.filter((byte, at) => byte !== plain[at])).toEqual(new Uint8Array([3]));
    const { instance } = await WebAssembly.instantiate(shared, {});
    const { buffer } = instance.exports['m'] as WebAssembly.Memory;
    expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it.each([
    ['no maximum', withMemory([0, 1])],
    ['no memory', new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])],
  ])('is refused with %s', (_, binary) => {
    expect(() => withSharedMemory(binary)).toThrow('declares its memory in another way');
  });
});
