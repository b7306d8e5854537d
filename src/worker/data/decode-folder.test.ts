import { describe, expect, it } from 'vitest';
import type { DecodedImage } from '../../math/resample.ts';
import { makeShapes } from '../../data/shapes.ts';
import type { FolderFile } from '../../model/data/jobs.ts';
import { DEFAULT_EXPERIMENT } from '../../model/train/experiment.ts';
import { decodeFolder, type DecodedFolder } from './decode-folder.ts';
import { sampleImages } from './sample-images.ts';

/** A file of one byte, which the decoder below reads as a grey. */
function file(path: string, grey: number): FolderFile {
  const bytes = Uint8Array.of(grey);
  const slice = () => ({ arrayBuffer: () => Promise.resolve(bytes.slice().buffer) });
  return { path, file: { name: path, size: 1, slice } };
}

const decode = (bytes: ArrayBuffer): Promise<DecodedImage> => {
  const grey = new Uint8Array(bytes)[0]!;
  if (grey === 0) return Promise.reject(new Error('broken'));
  const rgba = Uint8Array.from({ length: 16 }, (_, k) => (k % 4 === 3 ? 255 : grey));
  return Promise.resolve({ width: 2, height: 2, rgba });
};

async function decoded(
  files: readonly FolderFile[],
): Promise<{ folder: DecodedFolder; progress: number[] }> {
  const job = decodeFolder(files, { side: 2, channels: 1 }, decode);
  const progress: number[] = [];
  for (;;) {
    const step = await job.next();
    if (step.done === true) return { folder: step.value, progress };
    progress.push(step.value.done);
  }
}

describe('ST9 a folder of own images', () => {
  it('is decoded image by image, and what is none is left out and named', async () => {
    const { folder, progress } = await decoded([
      file('pets/dog/1.png', 9),
      file('pets/cat/1.png', 7),
      file('pets/cat/2.png', 0),
      file('pets/cat/notes.txt', 1),
      file('pets/dog/2.jpg', 11),
    ]);
    const { name, classes, labels, images, height, channels } = folder.set;
    expect({ name, classes, height, channels }).toEqual({
      name: 'pets',
      classes: ['cat', 'dog'],
      height: 2,
      channels: 1,
    });
    expect([[...labels], [...images]]).toEqual([
      [0, 1, 1],
      [7, 7, 7, 7, 9, 9, 9, 9, 11, 11, 11, 11],
    ]);
    expect(progress).toEqual([1, 2, 3, 4]);
    expect(folder.notes).toEqual([
      'Images that could not be decoded were left out (1): pets/cat/2.png.',
      'Files that are no images were left out (1): pets/cat/notes.txt.',
    ]);
  });

  it('is refused when nothing can be decoded', async () => {
    await expect(decoded([file('a/x/1.png', 0), file('a/y/1.png', 0)])).rejects.toThrow(
      /a: none of its 2 images could be decoded/,
    );
  });
});

describe('ST10 a sample of images', () => {
  it('has the first image of each class, in the order of the classes', () => {
    const { data } = DEFAULT_EXPERIMENT;
    const sample = sampleImages(data, null, 10);
    const set = makeShapes({ seed: data.seed, count: 10 });
    expect(sample.labels).toEqual(set.classes);
    const size = 32 * 32 * 3;
    for (const [label] of set.classes.entries()) {
      const at = set.labels.indexOf(label);
      expect(sample.images.slice(label * size, (label + 1) * size)).toEqual(
        set.images.slice(at * size, (at + 1) * size),
      );
    }
    expect(sampleImages(data, set, 3).labels).toEqual(set.classes.slice(0, 3));
  });
});
