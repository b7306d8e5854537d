import { clip, FileError } from '../files/tensors.ts';
import type { InputFile } from '../files/tensors.ts';
import { readCifarPickle, isPickle } from './cifar-pickle.ts';
import type { ClassNames } from './cifar-pickle.ts';
import { isCifarBinary, readCifarBinary } from './cifar.ts';
import type { CifarBatch } from './cifar.ts';
import { gunzip, isGzip, unpackedSize } from './gzip.ts';
import { idxFits, isIdx, readIdx } from './idx.ts';
import type { IdxImages, IdxLabels } from './idx.ts';
import { joinCifarBatches } from './join-cifar.ts';
import { joinIdx } from './join-idx.ts';
import type { ReadImages } from './join-parts.ts';
import { isTar, readTar } from './tar.ts';

/** Most bytes of one drop; the largest official archive has 170 MB. */
export const MAX_TOTAL_BYTES = 2 ** 30;
const OFFICIAL =
  'give the idx files of MNIST or Fashion-MNIST (as they are or as .gz), or the binary or Python ' +
  'version of CIFAR-10 (the .tar.gz or its batches)';

type Part = IdxImages | IdxLabels | CifarBatch | ClassNames;

/**
 * Reads the official files of MNIST, Fashion-MNIST or CIFAR-10, in any order, packed or not, and
 * pairs images with labels. Kinds are recognized by content; names say only which part is the test set.
 * What a usual drop would have beside is said in `notes`. Nothing in a file is ever executed.
 * @throws FileError naming the file, what is wrong and how to fix it.
 */
export function readImageFiles(files: readonly InputFile[]): ReadImages {
  checkSizes(files);
  const parts = files.flatMap(partsOf);
  const idx = parts.filter((part) => part.kind === 'idx-images' || part.kind === 'idx-labels');
  const cifar = parts.filter((part) => part.kind === 'cifar' || part.kind === 'names');
  if (idx.length > 0 && cifar.length > 0) {
    throw new FileError(
      'bad-layout',
      cifar[0]!.file,
      `it belongs to CIFAR-10, but ${clip(idx[0]!.file)} is an idx file; give one set at ` +
        'a time.',
    );
  }
  if (idx.length > 0) return joinIdx(idx);
  if (cifar.some(({ kind }) => kind === 'cifar')) return joinCifarBatches(cifar);
  throw new FileError('missing-file', files[0]!.name, `it holds no images; ${OFFICIAL}.`);
}

function checkSizes(files: readonly InputFile[]): void {
  if (files.length === 0) {
    throw new FileError('missing-file', 'no file', `no file was given; ${OFFICIAL}.`);
  }
  // Before anything is unpacked: all parts are held at once.
  const total = files.reduce(
    (sum, file) => sum + Math.max(file.bytes.length, isGzip(file) ? unpackedSize(file) : 0),
    0,
  );
  if (total <= MAX_TOTAL_BYTES) return;
  throw new FileError(
    'too-big',
    files[0]!.name,
    `the files have ${total} bytes together once unpacked, over the cap of ${MAX_TOTAL_BYTES}; ${OFFICIAL}.`,
  );
}

/** The parts in a file: several for an archive, else one. */
function partsOf(file: InputFile): Part[] {
  const plain = isGzip(file) ? gunzip(file) : file;
  if (isTar(plain)) return readTar(plain).flatMap(partOfEntry);
  return [partOf(plain)];
}

/** Files that the official archives hold beside the batches. */
const BESIDE = /(^|\/)(readme\.html|batches\.meta\.txt|\.[^/]*)$/i;

function partOfEntry(entry: InputFile): Part[] {
  return BESIDE.test(entry.name) ? [] : [partOf(entry)];
}

function partOf(file: InputFile): Part {
  if (isIdx(file) && (idxFits(file) || !isCifarBinary(file))) return readIdx(file);
  if (isPickle(file) && !isCifarBinary(file)) return readCifarPickle(file);
  if (isCifarBinary(file) || /data_batch|test_batch/.test(file.name)) return readCifarBinary(file);
  const text = new TextDecoder('latin1').decode(file.bytes.subarray(0, 20_000));
  const classes = text.trim().split(/\s+/);
  if (/batches\.meta/.test(file.name) && classes.length === 10) {
    return { kind: 'names', file: file.name, classes };
  }
  throw unreadable(file);
}

type Sign = readonly [start: readonly number[], what: string];

const KNOWN_OTHERS: readonly Sign[] = [
  [[0x89, 0x50, 0x4e, 0x47], 'it is a PNG image: give a folder with one folder a class'],
  [[0xff, 0xd8, 0xff], 'it is a JPEG image: give a folder with one folder a class'],
  [[0x50, 0x4b, 3, 4], 'it is a zip archive: unpack it and give what is in it'],
  [[0x1f, 0x8b], 'it is packed twice: unpack it once'],
  [[0x4d, 0x41, 0x54, 0x4c], 'it is a MATLAB file: take the binary version of CIFAR-10'],
];

function unreadable(file: InputFile): FileError {
  const { bytes, name } = file;
  const known = KNOWN_OTHERS.find(([start]) => start.every((byte, k) => bytes[k] === byte));
  if (known !== undefined) return new FileError('refused-format', name, `${known[1]}.`);
  if (bytes.length > 0 && bytes.length % 3074 === 0) {
    return new FileError('refused-format', name, `it has the records of CIFAR-100; ${OFFICIAL}.`);
  }
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
  const what =
    bytes.length === 0
      ? 'it is empty'
      : `its first bytes (${start.join(' ')}) are those of no set that is read here`;
  return new FileError('unknown-format', name, `${what}; ${OFFICIAL}.`);
}
