import { describe, expect, it } from 'vitest';
import { checkImageSet, classCounts, imageAt, subset, type ImageSet } from './dataset.ts';

const SET: ImageSet = {
  name: 'tiny',
  images: Uint8Array.from({ length: 3 * 2 * 1 * 3 }, (_, k) => k),
  labels: Uint8Array.of(1, 0, 1),
  classes: ['a', 'b'],
  height: 2,
  width: 1,
  channels: 3,
};

describe('D1 an image set', () => {
  it('is taken when its parts fit together', () => {
    expect(checkImageSet(SET)).toBe(SET);
  });

  it.each<[Partial<ImageSet>, string]>([
    [{ images: new Uint8Array(17) }, 'need 18 bytes of images, but there are 17'],
    [{ labels: Uint8Array.of(1, 0, 2) }, 'the label of image 2 is 2, but it must be from 0 to 1'],
    [{ labels: Int32Array.of(-1, 0, 1) }, 'the label of image 0 is -1'],
    [{ labels: new Uint8Array(0), images: new Uint8Array(0) }, 'at least one image'],
    [{ classes: ['a'] }, 'the number of classes is 1'],
    [{ height: 0 }, 'height is 0'],
    [{ width: 513 }, 'width is 513'],
    [{ width: 1.5 }, 'width is 1.5'],
    [{ channels: 4 }, 'channels is 4'],
  ])('is refused with its field and value: %o', (change, sentence) => {
    expect(() => checkImageSet({ ...SET, ...change })).toThrow(RangeError);
    expect(() => checkImageSet({ ...SET, ...change })).toThrow(sentence);
  });

  it('gives images by index, in any order, and counts its classes', () => {
    const part = subset(SET, [2, 0, 2], 'part');
    expect([...part.labels]).toEqual([1, 1, 1]);
    expect([...part.images.subarray(0, 6)]).toEqual([12, 13, 14, 15, 16, 17]);
    expect([...imageAt(part, 1)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(part.name).toBe('part');
    expect(classCounts(SET)).toEqual([1, 2]);
    expect(() => subset(SET, [3])).toThrow('no image 3');
  });
});
