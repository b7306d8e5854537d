/**
 * Reads the official files of MNIST, Fashion-MNIST or CIFAR-10 at full size and compares what was read
 * with published figures: `npm run bench -- official-data --data FOLDER`. The folder holds the files as
 * their makers publish them, packed or not; the tests use 500 images of MNIST and files made by hand.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { classCounts, type ImageSet } from '../src/data/dataset.ts';
import type { ReadImages } from '../src/data/join-parts.ts';
import { readImageFiles } from '../src/data/read-image-files.ts';
import { DATA_SOURCES } from '../src/data/sources.ts';
import { makeIdx } from '../src/data/testing/official-files.ts';
import type { InputFile } from '../src/files/tensors.ts';
import { report, short, type Row } from './bench.lib.ts';

/** Files of one set by their official names. */
const GROUPS = [/^(train|t10k)-(images|labels)/, /^(data_batch|test_batch|batches\.meta|cifar-10)/];

/** Images of each class, by set, part and number of images. */
const CLASS_COUNTS: Readonly<Record<string, readonly number[]>> = {
  'MNIST test 10000': [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
  // data_batch_1 alone.
  'CIFAR-10 train 10000': [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981],
  'CIFAR-10 train 50000': new Array<number>(10).fill(5000),
  'CIFAR-10 test 10000': new Array<number>(10).fill(1000),
};

function filesOf(folder: string, names: RegExp): InputFile[] {
  return readdirSync(folder)
    .filter((name) => names.test(name))
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** Published sums of the unpacked idx files of one part, images first; none where none are known. */
function publishedSums(set: string, part: string): string[] {
  const source = DATA_SOURCES.find(({ name }) => name === set);
  if (source?.kind !== 'files') return [];
  const prefix = part === 'test' ? 't10k-' : 'train-';
  return source.versions
    .flatMap(({ files }) => files)
    .flatMap(({ name, unpackedMd5 }) =>
      name.startsWith(prefix) && unpackedMd5 !== undefined ? [unpackedMd5] : [],
    );
}

/** Compares lists of published figures with those found; 'none known' where nothing is published. */
function verdict(found: readonly unknown[], published: readonly unknown[] | undefined): string {
  if (published === undefined || published.length === 0) return 'none known';
  return found.join() === published.join() ? 'equal' : `DIFFERENT: ${found.join()}`;
}

function partRow(set: string, part: 'train' | 'test', images: ImageSet): Row {
  const { labels, height, width, channels } = images;
  const sums = publishedSums(set, part);
  // The idx headers are put back, so that the sums are those of the unpacked files.
  const found =
    sums.length === 0
      ? []
      : [
          md5(makeIdx([labels.length, height, width], images.images)),
          md5(makeIdx([labels.length], Uint8Array.from(labels))),
        ];
  return {
    set: `${set}, ${part}`,
    images: labels.length,
    size: `${height}x${width}x${channels}`,
    'md5 of the bytes': verdict(found, sums),
    'images of each class': verdict(
      classCounts(images),
      CLASS_COUNTS[`${set} ${part} ${labels.length}`],
    ),
  };
}

function rowsOf({ name, train, test }: ReadImages): Row[] {
  return [
    ...(train === undefined ? [] : [partRow(name, 'train', train)]),
    ...(test === undefined ? [] : [partRow(name, 'test', test)]),
  ];
}

function readGroup(files: readonly InputFile[]): Row[] {
  const packed = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const start = performance.now();
  const read = readImageFiles(files);
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${read.name}: ${files.length} files, ${short(packed / 1e6)} MB, read in ${short(seconds)} s. ` +
      read.notes.join(' '),
  );
  return rowsOf(read);
}

const { values } = parseArgs({ options: { data: { type: 'string' } } });
if (values.data === undefined) {
  console.error(
    'This bench reads official files at full size: give their folder with --data FOLDER ' +
      '(MNIST or Fashion-MNIST: train-*, t10k-*; CIFAR-10: data_batch_*, test_batch*, or the archive).',
  );
  process.exit(2);
}
const { data: folder } = values;
const groups = GROUPS.map((names) => filesOf(folder, names)).filter(({ length }) => length > 0);
if (groups.length === 0) {
  console.error(`${folder} holds no official file of MNIST, Fashion-MNIST or CIFAR-10.`);
  process.exit(2);
}
const rows = groups.flatMap(readGroup);
report('official-data', rows);
if (JSON.stringify(rows).includes('DIFFERENT')) process.exitCode = 1;
