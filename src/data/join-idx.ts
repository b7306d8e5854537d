import { clip, FileError } from '../files/tensors.ts';
import type { ImageSet } from './dataset.ts';
import type { IdxImages, IdxLabels } from './idx.ts';
import { missingNotes } from './join-parts.ts';
import type { ReadImages, SetPart } from './join-parts.ts';

const OFFICIAL = { train: 60_000, test: 10_000 };

interface KnownSet {
  readonly name: string;
  readonly classes: readonly string[];
  /** The first ten labels of the official training and test files. */
  readonly starts: readonly string[];
}

/** MNIST and Fashion-MNIST share file names and sizes; their first labels tell them apart. */
const KNOWN: readonly KnownSet[] = [
  {
    name: 'MNIST',
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    starts: ['5041921314', '7210414959'],
  },
  {
    name: 'Fashion-MNIST',
    classes: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
    starts: ['9003027255', '9211614657'],
  },
];

interface Pair {
  readonly part: SetPart;
  readonly images: IdxImages;
  readonly labels: IdxLabels;
}

/**
 * MNIST or Fashion-MNIST from its idx files.
 * @throws FileError when images lack labels or labels images, their numbers differ, or a part
 * is there twice.
 */
export function joinIdx(parts: readonly (IdxImages | IdxLabels)[]): ReadImages {
  const images = parts.filter((part) => part.kind === 'idx-images');
  const labels = parts.filter((part) => part.kind === 'idx-labels');
  const pairs = images.map((own) => pairOf(own, labels, images.length === 1));
  refuseRepeats(pairs);
  refuseLoneLabels(labels, pairs);
  const known = sameSet(pairs);
  const name = known?.name ?? 'idx set';
  const classes = known?.classes ?? KNOWN[0]!.classes;
  const setFor = (part: SetPart): ImageSet | undefined => {
    const pair = pairs.find((one) => one.part === part);
    return pair && imageSet(pair, name, classes);
  };
  const read = { name, train: setFor('train'), test: setFor('test') };
  return { ...read, notes: [...missingNotes(read, known && OFFICIAL), ...notesOn(known)] };
}

function knownSet({ labels }: Pair): KnownSet | undefined {
  const start = labels.labels.subarray(0, 10).join('');
  return KNOWN.find(({ starts }) => starts.includes(start));
}

/** The set that all pairs belong to, undefined for one that is not known. */
function sameSet(pairs: readonly Pair[]): KnownSet | undefined {
  const [first, second] = pairs;
  const known = first && knownSet(first);
  if (first === undefined || second === undefined) return known;
  const sameSides =
    first.images.height === second.images.height && first.images.width === second.images.width;
  if (sameSides && knownSet(second) === known) return known;
  throw new FileError(
    'does-not-fit',
    second.images.file,
    `its images belong to another set than those of ${clip(first.images.file)}; give the files ` +
      'of one set at a time.',
  );
}

/** The start of a name that images and labels of one part share, for instance `train`. */
function stem(file: string): string {
  return file.replace(/^.*\//, '').replace(/[-._]?(images|labels).*$/, '');
}

function partOf(file: string): SetPart {
  return /^(t10k|test)/i.test(stem(file)) ? 'test' : 'train';
}

function pairOf(images: IdxImages, all: readonly IdxLabels[], only: boolean): Pair {
  const same = all.filter(({ file }) => stem(file) === stem(images.file));
  const labels = same[0] ?? (only && all.length === 1 ? all[0] : undefined);
  if (labels === undefined) throw without(images.file, 'images', 'labels', 'labels-idx1');
  if (labels.labels.length !== images.count) {
    throw new FileError(
      'does-not-fit',
      labels.file,
      `it has ${labels.labels.length} labels, but ${clip(images.file)} has ${images.count} ` +
        'images; give the two files of one part.',
    );
  }
  return { part: partOf(images.file), images, labels };
}

function without(file: string, these: string, those: string, word: string): FileError {
  const prefix = partOf(file) === 'test' ? 't10k' : 'train';
  return new FileError(
    'missing-file',
    file,
    `it holds ${these}, but the file with their ${those} (${prefix}-${word}-ubyte) is not among ` +
      'the files given; give both together.',
  );
}

function refuseRepeats(pairs: readonly Pair[]): void {
  const twice = pairs.find((pair, k) => pairs.findIndex(({ part }) => part === pair.part) < k);
  if (twice === undefined) return;
  const first = pairs.find(({ part }) => part === twice.part)!;
  throw new FileError(
    'duplicate',
    twice.images.file,
    `it is a second ${twice.part} part beside ${clip(first.images.file)}; give one set at a time.`,
  );
}

function refuseLoneLabels(labels: readonly IdxLabels[], pairs: readonly Pair[]): void {
  const alone = labels.find((own) => !pairs.some((pair) => pair.labels === own));
  if (alone === undefined) return;
  if (!pairs.some((pair) => stem(pair.labels.file) === stem(alone.file))) {
    throw without(alone.file, 'labels', 'images', 'images-idx3');
  }
  throw new FileError('duplicate', alone.file, 'it was given twice; give each file once.');
}

function imageSet({ images, labels }: Pair, name: string, classes: readonly string[]): ImageSet {
  const { height, width } = images;
  const own = { images: images.pixels.slice(), labels: labels.labels.slice() };
  return { name, ...own, classes, height, width, channels: 1 };
}

function notesOn(known: KnownSet | undefined): string[] {
  if (known !== undefined) return [];
  return [
    'The first labels are those of neither MNIST nor Fashion-MNIST; classes are named 0 to 9.',
  ];
}
