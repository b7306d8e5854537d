import { clip, FileError } from '../files/tensors.ts';
import type { Skipped } from '../files/tensors.ts';
import { checkWhole } from './check-whole.ts';
import { MAX_CLASSES, MAX_SIDE } from './dataset.ts';
import type { ImageSet } from './dataset.ts';

/** Most images of a folder. */
const MAX_IMAGES = 200_000;
/** Most bytes of all images after resizing. */
const MAX_BYTES = 2 ** 30;

/** One image of a folder: where it is, and its class. */
export interface FolderEntry {
  readonly path: string;
  readonly label: number;
}

/** What a folder of class folders holds, by the paths in it; no image has been opened yet. */
export interface FolderPlan {
  readonly name: string;
  readonly classes: readonly string[];
  readonly entries: readonly FolderEntry[];
  readonly skipped: readonly Skipped[];
}

const IMAGE_NAME = /\.(png|jpe?g|gif|bmp|webp|avif)$/i;
const SHOULD_BE = 'give a folder that holds one folder for each class, with its images inside';

/**
 * Reads classes from the paths of a dropped folder, `set/cat/1.png`: the folder that holds a
 * image names its class. Classes are sorted by name, images by path, so that the order of the
 * file system does not matter; hidden files are passed over, other files are listed as skipped.
 * @throws FileError when there are no images, no class folders, or not 2 to 1,000 classes.
 */
export function planFolder(paths: readonly string[]): FolderPlan {
  const visible = paths.filter(
    (path) => !/(^|\/)(\.|Thumbs\.db$|desktop\.ini$|__MACOSX\/)/i.test(path),
  );
  const images = visible.filter((path) => IMAGE_NAME.test(path)).sort(byText);
  const name = visible[0]?.split('/')[0] ?? 'folder';
  checkImages(images, name);
  const classes = [...new Set(images.map(classOf))].sort(byText);
  checkClasses(classes, name);
  const labels = new Map(classes.map((className, label) => [className, label]));
  return {
    name,
    classes,
    entries: images.map((path) => ({ path, label: labels.get(classOf(path))! })),
    skipped: visible
      .filter((path) => !IMAGE_NAME.test(path))
      .map((path) => ({
        name: path,
        reason: 'it is no PNG, JPEG, GIF, BMP, WebP or AVIF image',
      })),
  };
}

/** By code units: the same everywhere, which a sort by language is not. */
function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function classOf(path: string): string {
  return path.split('/').at(-2) ?? '';
}

function checkImages(images: readonly string[], name: string): void {
  if (images.length === 0) {
    throw new FileError('missing-file', name, `it holds no images; ${SHOULD_BE}.`);
  }
  if (images.length > MAX_IMAGES) {
    throw new FileError(
      'too-big',
      name,
      `it holds ${images.length} images, over the cap of ${MAX_IMAGES}; give a part of it.`,
    );
  }
  const depths = new Set(images.map((path) => path.split('/').length));
  const loose = images.find((path) => path.split('/').length < Math.max(2, ...depths));
  if (loose === undefined && !depths.has(1)) return;
  throw new FileError(
    'bad-layout',
    loose ?? images[0]!,
    `it lies beside class folders or in none, so its class is not known; ${SHOULD_BE}.`,
  );
}

function checkClasses(classes: readonly string[], name: string): void {
  if (classes.length >= 2 && classes.length <= MAX_CLASSES) return;
  const found =
    classes.length === 1 ? `one class ("${clip(classes[0])}")` : `${classes.length} classes`;
  throw new FileError(
    'bad-layout',
    name,
    `it holds ${found}, but 2 to ${MAX_CLASSES} are needed; ${SHOULD_BE}.`,
  );
}

/** Sizes that all images of a set are brought to. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  /** 3, or 1 for grey. */
  readonly channels: 1 | 3;
}

/**
 * A set of black images for a folder, to be filled image by image with `fitImage` as they
 * are decoded; those that cannot be decoded are then left out with `subset`.
 * @throws RangeError for a side that is not from 1 to 512, or images that would not fit in
 * memory.
 */
export function emptyFolderSet(plan: FolderPlan, size: ImageSize): ImageSet {
  const { height, width, channels } = size;
  checkWhole('height', height, [1, MAX_SIDE]);
  checkWhole('width', width, [1, MAX_SIDE]);
  const bytes = plan.entries.length * height * width * channels;
  if (bytes > MAX_BYTES) {
    throw new RangeError(
      `${plan.entries.length} images of ${height}x${width}x${channels} take ${bytes} bytes, ` +
        `over the cap of ${MAX_BYTES}; choose smaller sides or give fewer images.`,
    );
  }
  const labels = Int32Array.from(plan.entries, ({ label }) => label);
  const { name, classes } = plan;
  return { name, images: new Uint8Array(bytes), labels, classes, height, width, channels };
}
