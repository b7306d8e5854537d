import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { imagesIdentity, trainingIdentity } from './images-identity.ts';
import type { ImageSet } from './dataset.ts';

const SET: ImageSet = {
  name: 'a',
  images: Uint8Array.from({ length: 24 }, (_, n) => n),
  labels: Uint8Array.of(0, 1),
  classes: ['x', 'y'],
  height: 2,
  width: 2,
  channels: 3,
};

describe('Y12 the identity of a set of images', () => {
  it('depends on images, sizes and labels alone', () => {
    const hash = imagesIdentity(SET);
    expect(hash).toMatch(/^images2:[0-9a-f]{64}$/);
    const same = { ...SET, name: 'b', classes: ['u', 'v'], labels: Int32Array.of(0, 1) };
    expect(imagesIdentity(same)).toBe(hash);
    const others = [
      { ...SET, images: SET.images.with(3, 9) },
      { ...SET, labels: Uint8Array.of(0, 0) },
      { ...SET, labels: Int32Array.of(0, 257) },
      { ...SET, width: 3, height: 4, channels: 1 },
    ].map(imagesIdentity);
    expect(new Set([hash, ...others]).size).toBe(5);
  });

  it('T27 of a run’s images is the one that checkpoints of all versions hold', () => {
    const part = (hash: ReturnType<typeof createHash>, { images, labels }: ImageSet) =>
      hash.update('2 2 2 3;').update(images).update(labels);
    const hash = part(part(createHash('sha256'), SET), { ...SET, labels: Uint8Array.of(1, 1) });
    const test = { ...SET, labels: Uint8Array.of(1, 1) };
    expect(trainingIdentity(SET, test)).toBe(`sha256 ${hash.digest('hex')}`);
  });
});
