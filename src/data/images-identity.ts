import { sha256, type Sha256 } from '../math/sha256.ts';
import { IMAGES_IDENTITY } from '../model/attack/identity.ts';
import type { ImageSet } from './dataset.ts';

/** Hashes the number and size of images, their bytes and the low bytes of their labels. */
function hashSet(hash: Sha256, { images, labels, height, width, channels }: ImageSet): void {
  hash.update(new TextEncoder().encode(`${labels.length} ${height} ${width} ${channels};`));
  hash.update(images);
  hash.update(Uint8Array.from(labels));
}

/**
 * The identity of a set of images: a SHA-256 of images and labels with a prefix. Where they come
 * from, and the names of set and classes, make no difference.
 */
export function imagesIdentity(set: ImageSet): string {
  const hash = sha256();
  hashSet(hash, set);
  // The low bytes alone would not tell class 0 from class 256.
  hash.update(Uint8Array.from(set.labels, (label) => label >> 8));
  return `${IMAGES_IDENTITY}${hash.hex()}`;
}

/** The identity of the images that a run is trained and tested on; stored in checkpoints. */
export function trainingIdentity(train: ImageSet, test: ImageSet): string {
  const hash = sha256();
  hashSet(hash, train);
  hashSet(hash, test);
  return `sha256 ${hash.hex()}`;
}
