import { checkWhole } from './check-whole.ts';
import { imageSize } from './dataset.ts';
import type { ImageSet } from './dataset.ts';
import { checkSeed, epochOrder, wordsAt } from './order.ts';
import type { EpochSeed } from './order.ts';
import { STREAMS } from './streams.ts';

/** Zeros added on each side before the crop of an augmented image. */
const CROP_PAD = 4;

/** Which batch of which epoch, and how it is made. */
export interface BatchPlan extends EpochSeed {
  /** Number of the batch in its epoch, from 0. */
  readonly batch: number;
  /** Images a batch; the last one of an epoch holds what is left. */
  readonly batchSize: number;
  /** Crop and flip at random (for training). */
  readonly augment: boolean;
  /** False for the set's own order (for testing); true where absent. */
  readonly shuffle?: boolean;
}

/** Space for the largest batch, used again and again. */
export interface BatchBuffer {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** One batch: views of the buffer that it was written to, and the images' indices in the set. */
export interface Batch {
  /** [n, H, W, C] in [0, 1]: bytes over 255, as float32. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly indices: Uint32Array;
}

/** Space for batches of `batchSize` images of a set. */
export function makeBatchBuffer(set: ImageSet, batchSize: number): BatchBuffer {
  return {
    images: new Float32Array(batchSize * imageSize(set)),
    labels: new Int32Array(batchSize),
  };
}

/** Number of batches in an epoch, the last short one included. */
export function batchesPerEpoch(set: ImageSet, batchSize: number): number {
  return Math.ceil(set.labels.length / batchSize);
}

/**
 * Batch number `batch` of an epoch. Which images it holds depends only on (seed, epoch) and the
 * batch size, how each is cropped and flipped only on (seed, epoch, its index): not on what was
 * asked for before, so a run that is resumed sees what it would have seen.
 *
 * Augmentation is PyTorch's RandomCrop(size, padding 4) and then RandomHorizontalFlip: the image
 * within a border of 4 zeros, cropped at an offset uniform in {0 … 8} each way, mirrored every
 * second time.
 * @throws RangeError for numbers out of range, a batch past the epoch's end, or a buffer too small.
 */
export function batchAt(set: ImageSet, plan: BatchPlan, out?: BatchBuffer): Batch {
  const indices = indicesOf(set, plan);
  const buffer = out ?? makeBatchBuffer(set, indices.length);
  const size = imageSize(set);
  if (buffer.images.length < indices.length * size || buffer.labels.length < indices.length) {
    throw new RangeError(
      `out holds ${Math.floor(buffer.images.length / size)} images and ${buffer.labels.length} ` +
        `labels, but the batch has ${indices.length}.`,
    );
  }
  const images = buffer.images.subarray(0, indices.length * size);
  const labels = buffer.labels.subarray(0, indices.length);
  indices.forEach((index, k) => {
    labels[k] = set.labels[index]!;
    writeImage(
      set,
      { index, view: viewOf(plan, index) },
      images.subarray(k * size, (k + 1) * size),
    );
  });
  return { images, labels, indices };
}

function indicesOf(set: ImageSet, plan: BatchPlan): Uint32Array {
  const count = set.labels.length;
  checkSeed(plan);
  checkWhole('batchSize', plan.batchSize, [1, 2 ** 20]);
  checkWhole('batch', plan.batch, [0, batchesPerEpoch(set, plan.batchSize) - 1]);
  const first = plan.batch * plan.batchSize;
  const end = Math.min(count, first + plan.batchSize);
  if (plan.shuffle ?? true) return orderOf(count, plan).slice(first, end);
  return Uint32Array.from({ length: end - first }, (_, k) => first + k);
}

/** The order of the epoch asked for last: every batch of an epoch needs it. */
let kept: { readonly key: string; readonly order: Uint32Array } | undefined;

function orderOf(count: number, { seed, epoch }: EpochSeed): Uint32Array {
  const key = `${count} ${seed} ${epoch}`;
  if (kept?.key !== key) kept = { key, order: epochOrder(count, { seed, epoch }) };
  return kept.order;
}

/** Where an image is cropped, in pixels from its own corner, and whether it is mirrored. */
export interface View {
  readonly dy: number;
  readonly dx: number;
  readonly flip: boolean;
}

const WHOLE: View = { dy: 0, dx: 0, flip: false };

/** The crop and flip of image `index` in an epoch. */
export function augmentationAt(at: EpochSeed, index: number): View {
  const [down, right, mirror] = wordsAt(at, STREAMS.augment, index);
  return { dy: offset(down), dx: offset(right), flip: mirror >= 2 ** 31 };
}

/** A random word as one of the nine offsets -4 … 4. */
function offset(word: number): number {
  return Math.floor((word / 2 ** 32) * (2 * CROP_PAD + 1)) - CROP_PAD;
}

function viewOf(plan: BatchPlan, index: number): View {
  return plan.augment ? augmentationAt(plan, index) : WHOLE;
}

/** Byte over 255, rounded to float32 as a division in float32 rounds it. */
const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

interface Shot {
  readonly index: number;
  readonly view: View;
}

function writeImage(set: ImageSet, { index, view }: Shot, out: Float32Array): void {
  const { height, width, channels, images } = set;
  const { dy, dx, flip } = view;
  const start = index * imageSize(set);
  // Output columns first … end - 1 show the image; the others its border of zeros.
  const shift = flip ? -dx : dx;
  const [first, end] = [Math.max(0, -shift), Math.min(width, width - shift)];
  const step = flip ? -channels : channels;
  if (shift !== 0 || dy !== 0) out.fill(0);
  for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
    const column = (flip ? width - 1 - first : first) + dx;
    let from = start + ((y + dy) * width + column) * channels;
    let at = (y * width + first) * channels;
    for (let x = first; x < end; x++, from += step) {
      for (let c = 0; c < channels; c++) out[at++] = UNIT[images[from + c]!]!;
    }
  }
}
