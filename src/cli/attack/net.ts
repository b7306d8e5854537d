import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { formerFileNet } from '../../attack/inputs/former-identity.ts';
import { openSubject, type OpenSubject } from '../../attack/inputs/net.ts';
import { parseNetDescription } from '../../files/net-description.ts';
import { readWeights, splitFiles } from '../../files/read-weights.ts';
import type { InputFile } from '../../files/tensors.ts';
import type { AttackSubject } from '../../model/attack/evaluation.ts';
import { UsageError } from '../command.ts';
import { readInput, textOf } from '../read-file.ts';
import { RUN_FILES } from '../train/run-folder.ts';

/** A net from files. */
export interface OpenedNet {
  readonly net: OpenSubject;
  readonly kind: AttackSubject['kind'];
  /** Folder of the run; null for a net given as files. */
  readonly folder: string | null;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** File names of weights that are found in the description's folder. */
const BESIDE = [RUN_FILES.weights, 'weights.npz'];

async function weightsBeside(description: string): Promise<InputFile> {
  for (const name of BESIDE) {
    const path = join(dirname(description), name);
    if ((await stat(path).catch(() => null)) !== null) return readInput(path);
  }
  throw new UsageError(
    `${description}: there is no ${BESIDE.join(' or ')} in its folder; give the file of its weights ` +
      'after it.',
  );
}

async function opened(
  file: InputFile,
  weightFiles: readonly InputFile[],
  { folder, name }: { readonly folder: string | null; readonly name?: string },
): Promise<OpenedNet> {
  const description = parseNetDescription(textOf(file), file.name);
  const weights = await readWeights(weightFiles);
  const net = openSubject(name ?? description.name, { description, weights }, () => [
    formerFileNet(description, weightFiles),
  ]);
  return { net, kind: folder === null ? 'net' : 'run', folder };
}

/**
 * Opens the net given on the command line: a run's folder, or a description and its weights.
 *
 * @throws UsageError or FileError naming the file and its error.
 */
export async function openNet(paths: readonly string[]): Promise<OpenedNet> {
  const [path, ...weightPaths] = paths;
  if (path === undefined)
    throw new UsageError('give a net: the folder of a run, or a net description.');
  if (await isFolder(path)) {
    if (weightPaths.length > 0)
      throw new UsageError(
        `${weightPaths[0]!}: a run's folder contains its weights; give no weight files.`,
      );
    const [description, weights] = await Promise.all([
      readInput(join(path, RUN_FILES.description)),
      readInput(join(path, RUN_FILES.weights)),
    ]);
    return opened(description, [weights], { folder: path, name: basename(resolve(path)) });
  }
  const files = await Promise.all(paths.map(readInput));
  const { description, weights } = splitFiles(files);
  if (description === undefined)
    throw new UsageError(
      `${path}: not a net description; give the description (JSON) and its weights.`,
    );
  if (weights.length > 0) return opened(description, weights, { folder: null });
  const beside = await weightsBeside(paths[files.indexOf(description)]!);
  return opened(description, [beside], { folder: null });
}
