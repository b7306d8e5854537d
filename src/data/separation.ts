import { imageSize } from './dataset.ts';
import type { ImageSet } from './dataset.ts';
import { uniformAt } from '../math/random.ts';
import { STREAMS } from './streams.ts';

/** How far the classes of a set are apart, in linf, in bytes: n / 255 in input units. */
export interface Separation {
  /** Smallest distance of two images of different classes. */
  readonly minimum: number;
  /** Indices in the set of two images at that distance. */
  readonly pair: readonly [number, number];
  /** Middle one of the images' distances to the nearest image of another class. */
  readonly median: number;
  /** Number of images compared, each with each. */
  readonly compared: number;
}

/** Which images are compared: `sample` of them, drawn without repeats, all where it is absent. */
export interface SeparationOptions {
  readonly sample?: number;
  readonly seed?: number;
}

/**
 * Distances in linf to the nearest image of another class, by comparing each image with each;
 * a comparison ends at the first channel value that is too far. Half the minimum is the largest
 * epsilon at which no two balls around images of different classes meet.
 * @throws RangeError when the sample has no two classes.
 * @see Yang et al. 2020, "A closer look at accuracy vs. robustness", section 3 (separation)
 */
export function nearestOtherClass(set: ImageSet, options: SeparationOptions = {}): Separation {
  const indices = sampled(set.labels.length, options);
  const nearest = new Int16Array(indices.length).fill(256);
  const packed = scrambled(set, indices);
  let pair: [number, number] = [-1, -1];
  let minimum = 256;
  for (let a = 1; a < indices.length; a++) {
    for (let b = 0; b < a; b++) {
      if (set.labels[indices[a]!] === set.labels[indices[b]!]) continue;
      const limit = Math.max(nearest[a]!, nearest[b]!);
      const distance = distanceBelow(packed, { a, b, limit });
      if (distance < nearest[a]!) nearest[a] = distance;
      if (distance < nearest[b]!) nearest[b] = distance;
      if (distance < minimum) [minimum, pair] = [distance, [indices[a]!, indices[b]!]];
    }
  }
  if (minimum > 255) {
    throw new RangeError(`${set.name}: the ${indices.length} images are all of one class.`);
  }
  const median = nearest.toSorted()[Math.floor(nearest.length / 2)]!;
  return { minimum, pair, median, compared: indices.length };
}

/** `sample` different indices below `count`: the first of a partial shuffle. */
function sampled(count: number, { sample = count, seed = 0 }: SeparationOptions): Uint32Array {
  const indices = Uint32Array.from({ length: count }, (_, k) => k);
  const size = Math.min(sample, count);
  if (size === count) return indices;
  for (let k = 0; k < size; k++) {
    const draw = uniformAt({ seed, stream: STREAMS.sample }, k);
    const other = k + Math.floor(draw * (count - k));
    const kept = indices[k]!;
    indices[k] = indices[other]!;
    indices[other] = kept;
  }
  return indices.slice(0, size);
}

interface Packed {
  readonly bytes: Uint8Array;
  readonly size: number;
}

/**
 * The images with their bytes in an order that jumps across them, the same for all: neighbours
 * tell little that is new, and the corners, which come first as they stand, often nothing.
 */
function scrambled(set: ImageSet, indices: Uint32Array): Packed {
  const size = imageSize(set);
  const places = Uint32Array.from({ length: size }, (_, k) => k);
  const key = (k: number): number => Math.imul(k + 1, 0x9e3779b1) >>> 0;
  places.sort((a, b) => key(a) - key(b));
  const bytes = new Uint8Array(indices.length * size);
  indices.forEach((index, k) => {
    for (let at = 0; at < size; at++)
      bytes[k * size + at] = set.images[index * size + places[at]!]!;
  });
  return { bytes, size };
}

/** The linf distance of two images, or `limit` when it is not smaller. */
function distanceBelow(
  { bytes, size }: Packed,
  { a, b, limit }: { readonly a: number; readonly b: number; readonly limit: number },
): number {
  let distance = 0;
  for (let at = a * size, other = b * size, end = at + size; at < end; at++, other++) {
    const difference = Math.abs(bytes[at]! - bytes[other]!);
    if (difference <= distance) continue;
    if (difference >= limit) return limit;
    distance = difference;
  }
  return distance;
}
