import { clip, FileError } from '../files/tensors.ts';
import type { ClassNames } from './cifar-pickle.ts';
import { CIFAR_CLASSES, joinCifar } from './cifar.ts';
import type { CifarBatch } from './cifar.ts';
import type { ImageSet } from './dataset.ts';
import { missingNotes } from './join-parts.ts';
import type { ReadImages, SetPart } from './join-parts.ts';

const OFFICIAL = { train: 50_000, test: 10_000 };

interface NamedBatch {
  readonly key: string;
  readonly part: SetPart;
  readonly batch: CifarBatch;
}

/**
 * CIFAR-10 from its batches, in the official order whatever the order of the files.
 * @throws FileError when a batch is there twice.
 */
export function joinCifarBatches(parts: readonly (CifarBatch | ClassNames)[]): ReadImages {
  const names = parts.find((part) => part.kind === 'names');
  const batches = parts
    .filter((part) => part.kind === 'cifar')
    .map(nameBatch)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  refuseRepeats(batches);
  const classes = names?.classes ?? CIFAR_CLASSES;
  const train = setOf(batches, 'train', classes);
  const test = setOf(batches, 'test', classes);
  const read = { name: 'CIFAR-10', train, test };
  return { ...read, notes: [...missingNotes(read, OFFICIAL), ...notesOn(batches)] };
}

function nameBatch(batch: CifarBatch): NamedBatch {
  const key = /(data_batch_[1-5]|test_batch)/.exec(batch.file)?.[1] ?? batch.file;
  return { key, part: key === 'test_batch' ? 'test' : 'train', batch };
}

function refuseRepeats(batches: readonly NamedBatch[]): void {
  const twice = batches.findIndex(({ key }, k) => k > 0 && batches[k - 1]!.key === key);
  if (twice < 0) return;
  const [first, second] = [batches[twice - 1]!.batch.file, batches[twice]!.batch.file];
  throw new FileError(
    'duplicate',
    second,
    `it is the same batch as ${clip(first)}; give each batch once, in one version.`,
  );
}

function setOf(
  batches: readonly NamedBatch[],
  part: SetPart,
  classes: readonly string[],
): ImageSet | undefined {
  const own = batches.filter((batch) => batch.part === part).map(({ batch }) => batch);
  if (own.length === 0) return undefined;
  return { name: 'CIFAR-10', ...joinCifar(own), classes, height: 32, width: 32, channels: 3 };
}

function notesOn(batches: readonly NamedBatch[]): string[] {
  const keys = batches.map(({ key }) => key);
  const expected = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}`);
  const missing = expected.filter((key) => !keys.includes(key));
  const nameless = keys.filter((key) => key !== 'test_batch' && !expected.includes(key));
  const notes = nameless.map(
    (key) =>
      `CIFAR-10: the name of ${clip(key)} is no batch's, so its images are taken for training.`,
  );
  const some = missing.length > 0 && missing.length < 5;
  return some ? [...notes, `CIFAR-10: ${missing.join(', ')} missing.`] : notes;
}
