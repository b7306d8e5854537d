import { resample, type DecodedImage } from '../math/resample.ts';
import { imageAt } from './dataset.ts';
import type { ImageSet } from './dataset.ts';

/**
 * Writes a decoded image into place `index` of a set, in the set's size and channels.
 * @throws RangeError when the image is empty or `rgba` has another length.
 */
export function fitImage(set: ImageSet, index: number, image: DecodedImage): void {
  const { height, width, channels } = set;
  resample({ bytes: imageAt(set, index), height, width, channels }, image);
}
