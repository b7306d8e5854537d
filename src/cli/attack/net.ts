import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseNetDescription, serializeNetDescription } from '../../files/net-description.ts';
import type { NetDescription } from '../../files/net-description-types.ts';
import { layersFromDescription } from '../../files/net-layers.ts';
import { readWeights } from '../../files/read-weights.ts';
import type { InputFile, WeightFile } from '../../files/tensors.ts';
import type { EvaluationRecord } from '../../model/attack/evaluation.ts';
import { UsageError } from '../command.ts';
import { looksLikeJson, readInput, textOf } from '../read-file.ts';
import { RUN_FILES } from '../train/run-folder.ts';

/** A net from files, before any backend. */
export interface OpenedNet {
  readonly net: NetDescription;
  readonly weights: WeightFile;
  readonly subject: EvaluationRecord['subject'];
  /** The run's folder; null for a net that was given by its files. */
  readonly folder: string | null;
}

const sha256Of = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  parts.forEach((part) => hash.update(part));
  return hash.digest('hex');
};

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** Names that weights beside a description may have. */
const BESIDE = [RUN_FILES.weights, 'weights.npz'];

async function weightsBeside(description: string): Promise<InputFile> {
  for (const name of BESIDE) {
    const path = join(dirname(description), name);
    if ((await stat(path).catch(() => null)) !== null) return readInput(path);
  }
  throw new UsageError(
    `${description}: there is no ${BESIDE.join(' or ')} beside it; name the file of its weights ` +
      'after it.',
  );
}

/** What the files hold; their fit is checked tensor by tensor. */
async function opened(
  description: InputFile,
  weightFiles: readonly InputFile[],
  { folder, name }: { readonly folder: string | null; readonly name?: string },
): Promise<OpenedNet> {
  const net = parseNetDescription(textOf(description), description.name);
  const weights = await readWeights(weightFiles);
  layersFromDescription(net, weights);
  const subject = {
    kind: folder === null ? ('net' as const) : ('run' as const),
    // A net is its description and its weights: a resume asks for both.
    id: sha256Of(serializeNetDescription(net)),
    name: name ?? net.name,
    hash: sha256Of(...weightFiles.map(({ bytes }) => bytes)),
  };
  return { net, weights, subject, folder };
}

/**
 * The net that the command line names: a run's folder, or a description and its weights.
 *
 * @throws UsageError or FileError naming what cannot be.
 */
export async function openNet([path, ...weightPaths]: readonly string[]): Promise<OpenedNet> {
  if (path === undefined)
    throw new UsageError('give a net: the folder of a run, or a net description.');
  if (await isFolder(path)) {
    if (weightPaths.length > 0)
      throw new UsageError(`${weightPaths[0]!}: a run's folder holds its weights; give it alone.`);
    const [description, weights] = await Promise.all(
      [RUN_FILES.description, RUN_FILES.weights].map((name) => readInput(join(path, name))),
    );
    return opened(description!, [weights!], { folder: path, name: basename(resolve(path)) });
  }
  const description = await readInput(path);
  if (!looksLikeJson(description))
    throw new UsageError(
      `${path}: it is no net description; give the description (JSON) first, its weights after it.`,
    );
  const weights =
    weightPaths.length > 0
      ? await Promise.all(weightPaths.map(readInput))
      : [await weightsBeside(path)];
  return opened(description, weights, { folder: null });
}
