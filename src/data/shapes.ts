import { checkWhole } from './check-whole.ts';
import type { ImageSet } from './dataset.ts';
import { ImageRng } from './image-rng.ts';
import { SHAPE_CLASSES } from './shape-outlines.ts';
import { ShapePainter } from './shape-painter.ts';
import { STREAMS } from './streams.ts';

/** Side of an image of `shapes`. */
const SHAPES_SIDE = 32;
const CHANNELS = 3;
const SIZE = SHAPES_SIDE * SHAPES_SIDE * CHANNELS;

/** Most images of one call; they take 614 MB. */
const MAX_COUNT = 200_000;

/** Which images of the endless set `shapes`. */
export interface ShapesRequest {
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  readonly count: number;
  /** Number of the first image, 0 unless told: the set has no end. */
  readonly first?: number;
  /** Test images come from other random numbers than training images. */
  readonly part?: 'train' | 'test';
}

/**
 * The generated set: one filled outline of ten kinds on each 32x32 image, lighter than its
 * textured ground, at any place, of several sizes, stretched, mirrored or not, turned by up to 34
 * degrees, among strokes of its own colour, blurred and noisy by amounts that vary.
 *
 * The outline alone separates the classes: everything else is drawn from the same distributions for
 * all of them. The same image with another outline differs by its contrast (DIFFICULTY), so clean
 * images can be told apart with room, while a net that is trained plainly can be fooled at 1/255
 * to 8/255. Image n depends only on (seed, part, n); of each ten images 10 k … 10 k + 9 every
 * class has one. Among 3,000 images of seed 1 the two nearest of different classes are 62/255
 * apart in linf, and the median distance to another class is 107/255.
 *
 * Sines and cosines are the engine's own: engines that round them differently may differ in single
 * bytes by 1.
 * @throws RangeError for a count, first or seed that is not a whole number in its range.
 */
export function makeShapes(request: ShapesRequest): ImageSet {
  const { seed, count, first = 0, part = 'train' } = request;
  checkWhole('seed', seed, [0, Number.MAX_SAFE_INTEGER]);
  checkWhole('count', count, [1, MAX_COUNT]);
  checkWhole('first', first, [0, 2 ** 40]);
  const stream = { seed, stream: part === 'train' ? STREAMS.shapesTrain : STREAMS.shapesTest };
  const images = new Uint8Array(count * SIZE);
  const labels = new Uint8Array(count);
  const painter = new ShapePainter();
  const rng = new ImageRng();
  for (let k = 0; k < count; k++) {
    const index = first + k;
    labels[k] = labelOf(part, seed, index);
    rng.start(stream, index);
    painter.paint(labels[k]!, rng, images.subarray(k * SIZE, (k + 1) * SIZE));
  }
  const classes = SHAPE_CLASSES.map(({ name }) => name);
  const sides = { height: SHAPES_SIDE, width: SHAPES_SIDE, channels: CHANNELS };
  return { name: 'shapes', images, labels, classes, ...sides };
}

/** The class of image `index`: each ten images are a shuffle of the ten classes. */
function labelOf(part: 'train' | 'test', seed: number, index: number): number {
  const stream = part === 'train' ? STREAMS.shapesTrainLabels : STREAMS.shapesTestLabels;
  labelRng.start({ seed, stream }, Math.floor(index / CLASSES));
  for (let k = 0; k < CLASSES; k++) order[k] = k;
  for (let k = CLASSES - 1; k > 0; k--) {
    const other = labelRng.below(k + 1);
    const kept = order[k]!;
    order[k] = order[other]!;
    order[other] = kept;
  }
  return order[index % CLASSES]!;
}

const CLASSES = SHAPE_CLASSES.length;
const labelRng = new ImageRng();
const order = new Uint8Array(CLASSES);
