/**
 * Labelled images of one size: `images` holds bytes 0 … 255 in the order [N, H, W, C], `labels`
 * one class number an image. Numbers in [0, 1] are made from them batch by batch (batches.ts).
 */
export interface ImageSet {
  readonly name: string;
  readonly images: Uint8Array;
  readonly labels: Uint8Array | Int32Array;
  /** Names of the classes; a label is an index into it. */
  readonly classes: readonly string[];
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: number;
}

/** Largest side of an image, and most classes. */
export const MAX_SIDE = 512;
export const MAX_CLASSES = 1000;

/** Bytes of one image. */
export function imageSize({ height, width, channels }: ImageSet): number {
  return height * width * channels;
}

/** Image `index` as a view of [H, W, C] bytes. */
export function imageAt(set: ImageSet, index: number): Uint8Array {
  const size = imageSize(set);
  return set.images.subarray(index * size, (index + 1) * size);
}

/**
 * Checks that the parts of a set fit together, and returns it.
 * @throws RangeError naming the field, its value and what it must be.
 */
export function checkImageSet<T extends ImageSet>(set: T): T {
  checkSides(set);
  const { images, labels, classes, name } = set;
  if (labels.length === 0) throw new RangeError(`${name}: a set must hold at least one image.`);
  if (images.length !== labels.length * imageSize(set)) {
    throw new RangeError(
      `${name}: ${labels.length} labels of ${set.height}x${set.width}x${set.channels} images ` +
        `need ${labels.length * imageSize(set)} bytes of images, but there are ${images.length}.`,
    );
  }
  if (classes.length < 2 || classes.length > MAX_CLASSES) {
    throw new RangeError(
      `${name}: the number of classes is ${classes.length}, but it must be from 2 to ` +
        `${MAX_CLASSES}.`,
    );
  }
  const wrong = labels.findIndex((label) => label < 0 || label >= classes.length);
  if (wrong < 0) return set;
  throw new RangeError(
    `${name}: the label of image ${wrong} is ${labels[wrong]!}, but it must be from 0 to ` +
      `${classes.length - 1}.`,
  );
}

function checkSides(set: ImageSet): void {
  for (const side of ['height', 'width'] as const) {
    const value = set[side];
    if (Number.isInteger(value) && value >= 1 && value <= MAX_SIDE) continue;
    throw new RangeError(
      `${set.name}: ${side} is ${value}, but it must be a whole number from 1 to ${MAX_SIDE}.`,
    );
  }
  if (set.channels === 1 || set.channels === 3) return;
  throw new RangeError(
    `${set.name}: channels is ${set.channels}, but it must be 1 (grey) or 3 (red, green, blue).`,
  );
}

/**
 * The images at `indices`, in that order, copied; repeats are allowed.
 * @throws RangeError for an index that is not in the set.
 */
export function subset(set: ImageSet, indices: ArrayLike<number>, name = set.name): ImageSet {
  const size = imageSize(set);
  const images = new Uint8Array(indices.length * size);
  const labels = new (set.labels instanceof Uint8Array ? Uint8Array : Int32Array)(indices.length);
  for (let at = 0; at < indices.length; at++) {
    const index = indices[at]!;
    const label = set.labels[index];
    if (label === undefined) {
      throw new RangeError(`${name}: there is no image ${index} in ${set.labels.length}.`);
    }
    labels[at] = label;
    images.set(set.images.subarray(index * size, (index + 1) * size), at * size);
  }
  return { ...set, name, images, labels };
}

/** How many images each class has, in the order of `classes`. */
export function classCounts({ labels, classes }: Pick<ImageSet, 'labels' | 'classes'>): number[] {
  const counts = classes.map(() => 0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}
