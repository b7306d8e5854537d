import { philox } from '../math/random.ts';
import type { Words } from '../math/random.ts';
import { checkWhole } from './check-whole.ts';
import { classCounts } from './dataset.ts';
import type { ImageSet } from './dataset.ts';
import { STREAMS } from './streams.ts';

/** Most images that can be put in order: an index must fit beside its key in a double. */
const MAX_ORDERED = 2 ** 21;

/** Where the random numbers of an epoch come from. */
export interface EpochSeed {
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** A whole number from 0 to 2^32 - 1; a run counts from 1. */
  readonly epoch: number;
}

/** Four random words that depend on (seed, stream, epoch, index) and on nothing else. */
export function wordsAt({ seed, epoch }: EpochSeed, stream: number, index: number): Words {
  return philox([index >>> 0, epoch >>> 0, stream, 0], [seed >>> 0, Math.floor(seed / 2 ** 32)]);
}

/**
 * A random order of `count` things for one epoch: they are sorted by random keys of 32 bits that
 * depend on (seed, epoch, index) alone, so the order does not depend on when it is asked for or on
 * what was drawn before. Equal keys (0.3 pairs are to be expected among 50,000) keep theirs.
 * @throws RangeError
 */
export function epochOrder(count: number, at: EpochSeed): Uint32Array {
  checkSeed(at);
  return shuffled(count, at, STREAMS.order);
}

/** @throws RangeError naming the field that is not a whole number in its range. */
export function checkSeed({ seed, epoch }: EpochSeed): void {
  checkWhole('seed', seed, [0, Number.MAX_SAFE_INTEGER]);
  checkWhole('epoch', epoch, [0, 2 ** 32 - 1]);
}

function shuffled(count: number, at: EpochSeed, stream: number): Uint32Array {
  checkWhole('count', count, [1, MAX_ORDERED]);
  const keyed = new Float64Array(count);
  for (let index = 0; index < count; index += 4) {
    const words = wordsAt(at, stream, index / 4);
    const last = Math.min(4, count - index);
    for (let k = 0; k < last; k++) keyed[index + k] = words[k]! * MAX_ORDERED + index + k;
  }
  return Uint32Array.from(keyed.sort(), (value) => value % MAX_ORDERED);
}

/** Indices of a set's two parts, each in rising order. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Splits a set at random, class by class, so that both parts have the classes in the set's
 * proportions: `testShare` of each class, rounded, for testing, but at least one image of each
 * class on either side.
 * @throws RangeError for a share that is not between 0 and 1, or a class with a single image.
 */
export function splitSet(
  set: ImageSet,
  { seed, testShare }: { readonly seed: number; readonly testShare: number },
): Split {
  if (!(testShare > 0 && testShare < 1)) {
    throw new RangeError(`testShare is ${testShare}, but it must be between 0 and 1.`);
  }
  const at = { seed, epoch: 0 };
  checkSeed(at);
  const left = testCounts(set, testShare);
  const forTest = new Uint8Array(set.labels.length);
  for (const index of shuffled(set.labels.length, at, STREAMS.split)) {
    const label = set.labels[index]!;
    if (left[label]! > 0) forTest[index] = 1;
    left[label]! -= 1;
  }
  const all = Uint32Array.from(forTest, (_, index) => index);
  return {
    train: all.filter((index) => forTest[index] === 0),
    test: all.filter((index) => forTest[index] === 1),
  };
}

function testCounts(set: ImageSet, testShare: number): number[] {
  return classCounts(set).map((count, label) => {
    if (count === 1) {
      throw new RangeError(
        `${set.name}: class "${set.classes[label]!}" has one image; training and testing need ` +
          'one each, so add images or remove the class.',
      );
    }
    return count === 0 ? 0 : Math.min(count - 1, Math.max(1, Math.round(testShare * count)));
  });
}
