import { imageNumbers, type AttackTarget } from './target.ts';

/** Batch sizes of a net's passes. */
export const BATCH_SIZES: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128];

/** A batch is filled up to a size that it fills to at least this share. */
const FILLED = 0.75;

/**
 * Splits n images into batches of the given sizes (rising): the last one of a size may hold fewer
 * images and is then filled up.
 */
export function splitBatches(
  n: number,
  sizes: readonly number[],
): { readonly images: number; readonly size: number }[] {
  const parts: { images: number; size: number }[] = [];
  for (let left = n; left > 0;) {
    const above = sizes.find((size) => size >= left);
    const below = sizes.findLast((size) => size <= left);
    const filled = above !== undefined && (below === undefined || left >= FILLED * above);
    const size = filled ? above : below!;
    parts.push({ images: Math.min(size, left), size });
    left -= size;
  }
  return parts;
}

/** Numbers of n images, and zeros up to `size` images. */
function filledUp(images: Float32Array, numbers: number): Float32Array {
  if (images.length === numbers) return images;
  const filled = new Float32Array(numbers);
  filled.set(images);
  return filled;
}

interface Part {
  /** Place of its first image in the batch. */
  readonly from: number;
  readonly own: number;
  /** Its images, filled up with zeros. */
  readonly images: Float32Array;
}

/** Rows of a batch that are filled in part by part. */
function partsOf(images: Float32Array, numbers: number, sizes: readonly number[]): Part[] {
  let from = 0;
  return splitBatches(images.length / numbers, sizes).map((part) => {
    const first = from;
    from += part.images;
    const own = images.subarray(first * numbers, from * numbers);
    return { from: first, own: part.images, images: filledUp(own, part.size * numbers) };
  });
}

/**
 * The same net, asked in batches of a few fixed sizes only, so that GPU memory and compiled
 * pipelines stay as they are while images fall. Images of zeros fill a batch; their answers are
 * dropped.
 *
 * `cotangent` is called once for each part, with its logits and the place of its first image.
 *
 * @param sizes Rising whole numbers from 1.
 * @throws RangeError when sizes are not.
 */
export function fixedBatches(
  target: AttackTarget,
  sizes: readonly number[] = BATCH_SIZES,
): AttackTarget {
  const rising = sizes.every((size, at) => Number.isInteger(size) && size > (sizes[at - 1] ?? 0));
  if (sizes.length === 0 || !rising)
    throw new RangeError(`batchSizes: [${sizes.join(', ')}] are not rising whole numbers from 1.`);
  const { classes, shape } = target;
  const numbers = imageNumbers(target);
  const split = (images: Float32Array): Part[] => partsOf(images, numbers, sizes);
  const rowsFor = (images: Float32Array): Float32Array =>
    new Float32Array((images.length / numbers) * classes);
  return {
    classes,
    shape,
    logits: async (images) => {
      const all = rowsFor(images);
      for (const { from, own, images: part } of split(images)) {
        const logits = await target.logits(part);
        all.set(logits.subarray(0, own * classes), from * classes);
      }
      return all;
    },
    pullback: async (images, cotangent) => {
      const all = rowsFor(images);
      const gradients = new Float32Array(images.length);
      for (const { from, own, images: part } of split(images)) {
        const { gradient } = await target.pullback(part, (logits) => {
          const known = logits.subarray(0, own * classes);
          all.set(known, from * classes);
          return filledUp(cotangent(known, from), logits.length);
        });
        gradients.set(gradient.subarray(0, own * numbers), from * numbers);
      }
      return { logits: all, gradient: gradients };
    },
  };
}
