import { describe, expect, it } from 'vitest';
import { FileError } from '../files/tensors.ts';
import type { DecodedImage } from '../math/resample.ts';
import { checkImageSet, imageAt } from './dataset.ts';
import type { ImageSet } from './dataset.ts';
import { fitImage } from './fit-image.ts';

import { emptyFolderSet, planFolder } from './folder.ts';

describe('D16 a folder of class folders', () => {
  it('gives sorted classes and images in any order of paths, and says what it skipped', () => {
    const paths = ['pets/dog/b.JPG', 'pets/cat/2.png', 'pets/cat/.DS_Store', 'pets/cat/1.webp'];
    const plan = planFolder([...paths, 'pets/notes.txt', 'pets/dog/Thumbs.db']);
    expect(plan).toMatchObject({ name: 'pets', classes: ['cat', 'dog'] });
    expect(plan.entries).toEqual([
      { path: 'pets/cat/1.webp', label: 0 },
      { path: 'pets/cat/2.png', label: 0 },
      { path: 'pets/dog/b.JPG', label: 1 },
    ]);
    expect(plan.skipped.map(({ name }) => name)).toEqual(['pets/notes.txt']);
    expect(planFolder([...paths].reverse()).entries).toEqual(plan.entries);
    const set = checkImageSet(emptyFolderSet(plan, { height: 2, width: 3, channels: 3 }));
    expect([...set.labels]).toEqual([0, 0, 1]);
    expect(set.images.length).toBe(3 * 18);
  });

  it.each<[string, string[], string]>([
    ['no images', ['a/b/readme.md'], 'holds no images'],
    ['nothing', [], 'holds no images'],
    ['one class', ['a/b/1.png', 'a/b/2.png'], 'one class ("b")'],
    [
      'images beside class folders',
      ['a/b/1.png', 'a/c/1.png', 'a/2.png'],
      'a/2.png: it lies beside',
    ],
    ['loose images', ['1.png', '2.png'], 'its class is not known'],
    ['1,001 classes', Array.from({ length: 1001 }, (_, k) => `a/${k}/x.png`), '1001 classes'],
    [
      'too many images',
      Array.from({ length: 200_001 }, (_, k) => `a/${k % 2}/${k}.png`),
      'over the cap',
    ],
  ])('is refused with how to fix it when it has %s', (_, paths, sentence) => {
    expect(() => planFolder(paths)).toThrow(FileError);
    expect(() => planFolder(paths)).toThrow(sentence);
    expect(() => planFolder(paths)).toThrow(/folder|part of it/);
  });

  it('is refused when its images would not fit in memory', () => {
    const plan = planFolder(Array.from({ length: 2000 }, (_, k) => `a/${k % 2}/${k}.png`));
    expect(() => emptyFolderSet(plan, { height: 512, width: 512, channels: 3 })).toThrow(
      'over the cap',
    );
    expect(() => emptyFolderSet(plan, { height: 0, width: 5, channels: 3 })).toThrow('height is 0');
  });
});

describe('D17 an image brought to size', () => {
  const set = (height: number, width: number, channels: 1 | 3 = 3): ImageSet => {
    const plan = planFolder(['s/a/1.png', 's/b/2.png']);
    return emptyFolderSet(plan, { height, width, channels });
  };
  const image = (
    width: number,
    height: number,
    at: (x: number, y: number) => number[],
  ): DecodedImage => ({
    width,
    height,
    rgba: Uint8Array.from(
      Array.from({ length: width * height }, (_, k) => at(k % width, Math.floor(k / width))).flat(),
    ),
  });
  const grey = (value: number): number[] => [value, value, value, 255];

  it('keeps an image that has the size already, in its own place of the set', () => {
    const own = image(4, 3, (x, y) => [10 * x, 20 * y, 7, 255]);
    const into = set(3, 4);
    fitImage(into, 1, own);
    expect([...imageAt(into, 1)]).toEqual([...own.rgba].filter((_, k) => k % 4 !== 3));
    expect(imageAt(into, 0).every((byte) => byte === 0)).toBe(true);
  });

  it('takes the centre of a wide and of a tall image', () => {
    const wide = image(6, 2, (x) => grey(x < 2 || x > 3 ? 255 : 50));
    const tall = image(2, 6, (_, y) => grey(y < 2 || y > 3 ? 255 : 50));
    for (const one of [wide, tall]) {
      const into = set(2, 2);
      fitImage(into, 0, one);
      expect([...imageAt(into, 0)]).toEqual(new Array(12).fill(50));
    }
  });

  it('shrinks by the mean of areas, whole or not, and enlarges by repeating', () => {
    const ramp = image(6, 6, (x) => grey(30 * x));
    const half = set(3, 3, 1);
    fitImage(half, 0, ramp);
    expect([...imageAt(half, 0).subarray(0, 3)]).toEqual([15, 75, 135]);
    const odd = set(4, 4, 1);
    fitImage(odd, 0, ramp);
    // Columns cover [0, 1.5], [1.5, 3], [3, 4.5], [4.5, 6]: (0 + 30/2) / 1.5, (30/2 + 60) / 1.5, …
    expect([...imageAt(odd, 0).subarray(0, 4)]).toEqual([10, 50, 100, 140]);
    const twice = set(12, 12, 1);
    fitImage(twice, 0, ramp);
    expect([...imageAt(twice, 0).subarray(0, 4)]).toEqual([0, 0, 30, 30]);
  });

  it('keeps the mean of any image that it shrinks, to half a step', () => {
    const noise = image(37, 37, (x, y) => grey((x * 83 + y * 131 + x * y * 7) & 255));
    const into = set(11, 11, 1);
    fitImage(into, 0, noise);
    const mean = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    const all = noise.rgba.filter((_, k) => k % 4 === 0);
    expect(Math.abs(mean(imageAt(into, 0)) - mean(all))).toBeLessThan(0.5);
  });

  it('lays transparent parts on black and makes grey by Rec. 601', () => {
    const colour = set(1, 1);
    fitImage(
      colour,
      0,
      image(1, 1, () => [200, 100, 50, 51]),
    );
    expect([...imageAt(colour, 0)]).toEqual([40, 20, 10]);
    const one = set(1, 1, 1);
    fitImage(
      one,
      0,
      image(1, 1, () => [200, 100, 50, 255]),
    );
    expect([...imageAt(one, 0)]).toEqual([Math.round(59.8 + 58.7 + 5.7)]);
  });

  it('is refused when its bytes do not fit its size', () => {
    expect(() => fitImage(set(2, 2), 0, { width: 2, height: 2, rgba: new Uint8Array(15) })).toThrow(
      '16 RGBA bytes',
    );
    expect(() => fitImage(set(2, 2), 0, { width: 0, height: 2, rgba: new Uint8Array(0) })).toThrow(
      RangeError,
    );
  });
});
