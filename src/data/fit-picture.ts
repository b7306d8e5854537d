import { resample, type DecodedPicture } from '../math/resample.ts';
import { imageAt } from './dataset.ts';
import type { ImageSet } from './dataset.ts';

/**
 * Writes a decoded picture into place `index` of a set, in the set's size and channels.
 * @throws RangeError when the picture is empty or `rgba` has another length.
 */
export function fitPicture(set: ImageSet, index: number, picture: DecodedPicture): void {
  const { height, width, channels } = set;
  resample({ bytes: imageAt(set, index), height, width, channels }, picture);
}
