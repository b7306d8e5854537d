import { readImageFiles } from '../../data/read-image-files.ts';
import { selectImages, type SelectedImages, type SetParts } from '../../data/select.ts';
import { type Experiment } from '../../model/train/experiment.ts';
import { DATA_FIELDS } from '../../model/train/experiment-fields.ts';
import { UsageError } from '../command.ts';
import { readInput } from '../read-file.ts';

/** Reads the files of a set and checks that it is the one named by the document. */
async function readSet(data: Experiment['data'], paths: readonly string[]): Promise<SetParts> {
  const read = readImageFiles(await Promise.all(paths.map(readInput)));
  const wanted = data.source === 'own' ? data.own : DATA_FIELDS.source.choices[data.source];
  if (read.name !== wanted) {
    throw new UsageError(
      `data.source is ${wanted}, but the files hold ${read.name}; give the files of ${wanted}.`,
    );
  }
  if (read.train === undefined)
    throw new UsageError(`${wanted}: the training images are missing; give their files as well.`);
  return { train: read.train, test: read.test ?? null };
}

/**
 * Loads the images of an experiment: generated, or from the given files.
 *
 * @throws UsageError or FileError naming the file or field.
 */
export async function imagesOf(
  { data }: Experiment,
  paths: readonly string[],
): Promise<SelectedImages> {
  if (data.source === 'shapes') {
    if (paths.length === 0) return selectImages(data, null);
    throw new UsageError(
      `${paths[0]!}: the experiment uses shapes, which is generated; give no image files.`,
    );
  }
  if (data.source === 'own') {
    throw new UsageError(
      'data.source own: own images are stored in a browser; train on them there.',
    );
  }
  if (paths.length > 0) {
    const found = await readSet(data, paths);
    try {
      return selectImages(data, found);
    } catch (error) {
      throw error instanceof RangeError ? new UsageError(error.message) : error;
    }
  }
  throw new UsageError(
    `data.source is ${data.source}: give its official files after the experiment's file.`,
  );
}
