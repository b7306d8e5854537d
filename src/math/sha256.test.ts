import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from './sha256.ts';

const hexOf = (...parts: readonly Uint8Array[]): string => {
  const hash = sha256();
  for (const part of parts) hash.update(part);
  return hash.hex();
};
const nodes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const counted = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, k) => (k * 37) & 255);

describe('SHA-256', () => {
  it('gives the published answers', () => {
    expect(hexOf()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hexOf(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it("is Node's for every length around the ends of blocks", () => {
    for (let length = 0; length < 200; length++) {
      expect(hexOf(counted(length))).toBe(nodes(counted(length)));
    }
  });

  it('does not depend on how the bytes are cut, and can be looked at on the way', () => {
    const bytes = counted(100_003);
    for (const step of [1, 63, 64, 65, 777, 64 * 1000]) {
      const hash = sha256();
      for (let at = 0; at < bytes.length; at += step) hash.update(bytes.subarray(at, at + step));
      expect(hash.hex()).toBe(nodes(bytes));
      expect(hash.hex()).toBe(nodes(bytes));
      hash.update(bytes);
      expect(hash.hex()).toBe(nodes(Buffer.concat([bytes, bytes])));
    }
  });
});
