import type { Experiment } from '../model/train/experiment.ts';
import { subset, type ImageSet } from './dataset.ts';
import { trainingIdentity } from './images-identity.ts';
import { splitSet } from './order.ts';
import { makeShapes } from './shapes.ts';

/** Share of each class that is kept for testing where a set has no test images of its own. */
export const TEST_SHARE = 0.2;

/** The images of an experiment, and a name that no other images have. */
export interface SelectedImages {
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** Says how they were made, or their SHA-256. */
  readonly fingerprint: string;
}

/** Images of a set as they were read or kept; `test` is null where it has none. */
export interface SetParts {
  readonly train: ImageSet;
  readonly test: ImageSet | null;
}

function first(set: ImageSet, count: number, field: string): ImageSet {
  if (count === 0 || count === set.labels.length) return set;
  if (count > set.labels.length) {
    throw new RangeError(
      `${field} is ${count}, but ${set.name} has ${set.labels.length}; give at most as many, or 0 ` +
        'for all.',
    );
  }
  return subset(
    set,
    Uint32Array.from({ length: count }, (_, at) => at),
  );
}

function partsOf({ train, test }: SetParts, seed: number): { train: ImageSet; test: ImageSet } {
  if (test !== null) return { train, test };
  const split = splitSet(train, { seed, testShare: TEST_SHARE });
  return { train: subset(train, split.train), test: subset(train, split.test) };
}

/**
 * The images that an experiment is trained and tested on: generated ones, or the first so many of
 * a set; a set without test images is split by the experiment's seed of the images.
 *
 * @param found the set that the document names; null for generated images
 * @throws RangeError naming the invalid field.
 */
export function selectImages(
  { source, train, test, seed }: Experiment['data'],
  found: SetParts | null,
): SelectedImages {
  if (source === 'shapes') {
    return {
      train: makeShapes({ seed, count: train }),
      test: makeShapes({ seed, count: test, part: 'test' }),
      fingerprint: `shapes, seed ${seed}, ${train} and ${test} images`,
    };
  }
  if (found === null) throw new RangeError(`data.source is ${source}: give its images.`);
  const parts = partsOf(found, seed);
  const chosen = {
    train: first(parts.train, train, 'data.train'),
    test: first(parts.test, test, 'data.test'),
  };
  return { ...chosen, fingerprint: trainingIdentity(chosen.train, chosen.test) };
}
