import { subset, type ImageSet } from '../../data/dataset.ts';
import { fitImage } from '../../data/fit-image.ts';
import { emptyFolderSet, planFolder } from '../../data/folder.ts';
import { FileError } from '../../files/tensors.ts';
import type { DecodedImage } from '../../math/resample.ts';
import type { FolderFile, FolderProgress, OwnSize } from '../../model/data/jobs.ts';

/** Largest image, in pixels and in bytes of its file. */
const MAX_PIXELS = 2 ** 26;
const MAX_FILE = 2 ** 27;
/** Maximum number of names in a warning. */
const MAX_NAMED = 5;

/** Turns the bytes of an image's file into pixels; rejects when they are not an image. */
export type DecodeImage = (bytes: ArrayBuffer) => Promise<DecodedImage>;

/** The browser's own decoders. */
async function decodeInBrowser(bytes: ArrayBuffer): Promise<DecodedImage> {
  const bitmap = await createImageBitmap(new Blob([bytes]));
  try {
    const { width, height } = bitmap;
    if (width * height > MAX_PIXELS) throw new RangeError(`${width}x${height} pixels are too many`);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(bitmap, 0, 0);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
}

/** Images of a folder, and warnings about skipped files. */
export interface DecodedFolder {
  readonly set: ImageSet;
  readonly notes: readonly string[];
}

function leftOut(names: readonly string[], what: string): string[] {
  if (names.length === 0) return [];
  const listed = names.slice(0, MAX_NAMED).join(', ');
  const more = names.length > MAX_NAMED ? ', …' : '';
  return [`${what} were left out (${names.length}): ${listed}${more}.`];
}

/**
 * Decodes the images of a folder of class folders one after another and brings them to one size. Files that
 * are no images are left out and named.
 *
 * @throws FileError when the folder has no class folders, or no image can be decoded.
 */
export async function* decodeFolder(
  files: readonly FolderFile[],
  { side, channels }: OwnSize,
  decode: DecodeImage = decodeInBrowser,
): AsyncGenerator<FolderProgress, DecodedFolder> {
  const plan = planFolder(files.map(({ path }) => path));
  const byPath = new Map(files.map(({ path, file }) => [path, file]));
  const set = emptyFolderSet(plan, { height: side, width: side, channels });
  const whole: number[] = [];
  const broken: string[] = [];
  for (const [at, { path }] of plan.entries.entries()) {
    const file = byPath.get(path)!;
    try {
      if (file.size > MAX_FILE) throw new RangeError(`${path} is too large`);
      fitImage(set, at, await decode(await file.slice(0, file.size).arrayBuffer()));
      whole.push(at);
    } catch {
      // Decoding continues after a decoder error.
      broken.push(path);
    }
    yield { done: at + 1, total: plan.entries.length, path };
  }
  if (whole.length === 0) {
    throw new FileError(
      'bad-value',
      plan.name,
      `none of its ${plan.entries.length} images could be decoded; open one to see whether it is whole.`,
    );
  }
  const skipped = plan.skipped.map(({ name }) => name);
  const notes = [
    ...leftOut(broken, 'Images that could not be decoded'),
    ...leftOut(skipped, 'Files that are no images'),
  ];
  return { set: broken.length === 0 ? set : subset(set, whole), notes };
}
