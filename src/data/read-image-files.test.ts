import { describe, expect, it } from 'vitest';
import type { InputFile } from '../files/tensors.ts';
import { mnistBytes } from '../math/testing/fixtures.ts';
import { checkImageSet, imageAt } from './dataset.ts';
import { readImageFiles } from './read-image-files.ts';
import * as make from './testing/official-files.ts';

const IMAGES = {
  name: 'train-images-idx3-ubyte',
  bytes: make.makeIdx([3, 4, 5], make.counted(60)),
};
const LABELS = {
  name: 'train-labels-idx1-ubyte',
  bytes: make.makeIdx([3], Uint8Array.of(7, 0, 9)),
};
const BATCH_LABELS = [3, 9, 0, 3];
const BINARY = { name: 'data_batch_1.bin', bytes: make.makeCifarBinary(BATCH_LABELS) };
const PICKLE = { name: 'data_batch_1', bytes: make.makeCifarPickle(BATCH_LABELS) };
const TEST = { name: 'test_batch.bin', bytes: make.makeCifarBinary([5]) };
const NAMES = Array.from({ length: 10 }, (_, k) => `class ${k}`);

function archive(entries: readonly make.TarEntry[]): InputFile {
  return make.gz({ name: 'cifar-10.tar', bytes: make.makeTar(entries) });
}

describe('D2 idx files', () => {
  it('are paired by name, packed or not, in any order', () => {
    for (const files of [
      [IMAGES, LABELS],
      [make.gz(LABELS), make.gz(IMAGES)],
    ]) {
      const { train, test, notes } = readImageFiles(files);
      expect(checkImageSet(train!)).toMatchObject({ height: 4, width: 5, channels: 1 });
      expect([...train!.labels]).toEqual([7, 0, 9]);
      expect(train!.images).toEqual(make.counted(60));
      expect(test).toBeUndefined();
      expect(notes.join(' ')).toContain('no test images were given');
      expect(notes.join(' ')).toContain('neither MNIST nor Fashion-MNIST');
    }
  });

  it('are recognized as Fashion-MNIST by their first labels', () => {
    const labels = Uint8Array.of(9, 0, 0, 3, 0, 2, 7, 2, 5, 5);
    const { name, train, notes } = readImageFiles([
      { name: 'train-labels-idx1-ubyte', bytes: make.makeIdx([10], labels) },
      { name: 'train-images-idx3-ubyte', bytes: make.makeIdx([10, 2, 2], make.counted(40)) },
    ]);
    expect(name).toBe('Fashion-MNIST');
    expect(train!.classes[9]).toBe('Ankle boot');
    expect(notes).toContain('Fashion-MNIST: 10 of the 60,000 official training images.');
  });
});

describe('D3 CIFAR-10', () => {
  it('is the same from the binary and the Python version, loose, packed and archived', () => {
    const expected = readImageFiles([BINARY]).train!;
    expect([...expected.labels]).toEqual(BATCH_LABELS);
    const planes = make.makePlanes(2);
    expect([...imageAt(expected, 2).subarray(3 * 40, 3 * 40 + 3)]).toEqual([
      planes[40],
      planes[1024 + 40],
      planes[2048 + 40],
    ]);
    const folder = (file: InputFile): InputFile => ({ ...file, name: `cifar-10/${file.name}` });
    const columns = { ...PICKLE, bytes: make.makeCifarPickle(BATCH_LABELS, { fortran: true }) };
    for (const file of [
      make.gz(BINARY),
      PICKLE,
      columns,
      archive([folder(BINARY)]),
      archive([folder(PICKLE)]),
    ]) {
      expect(readImageFiles([file]).train).toEqual(expected);
    }
  });

  it('has its batches in the official order and its test batch apart, in any order', () => {
    const second = { name: 'data_batch_2.bin', bytes: make.makeCifarBinary([6]) };
    const { train, test, notes } = readImageFiles([TEST, second, BINARY]);
    expect([...train!.labels]).toEqual([...BATCH_LABELS, 6]);
    expect([...test!.labels]).toEqual([5]);
    expect(notes).toContain('CIFAR-10: data_batch_3, data_batch_4, data_batch_5 missing.');
    expect(notes).toContain('CIFAR-10: 5 of the 50,000 official training images.');
  });

  it('takes class names from batches.meta of either version, and passes over the readme', () => {
    const meta = { name: 'x/batches.meta', bytes: make.makeMetaPickle(NAMES) };
    const words = {
      name: 'batches.meta.txt',
      bytes: Buffer.from('a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n'),
    };
    const readme = { name: 'x/readme.html', bytes: Buffer.from('<html>') };
    expect(readImageFiles([archive([meta, readme, PICKLE])]).train!.classes).toEqual(NAMES);
    expect(readImageFiles([words, BINARY]).train!.classes).toEqual(
      'a b c d e f g h i j'.split(' '),
    );
    expect(readImageFiles([BINARY]).train!.classes[9]).toBe('truck');
  });

  it('says that a batch with another name is taken for training', () => {
    const { notes } = readImageFiles([{ ...BINARY, name: 'mine.bin' }]);
    expect(notes.join(' ')).toContain('mine.bin is no batch');
  });
});

describe("D4 MNIST's own images", () => {
  const { images, labels } = mnistBytes();
  const files = [
    { name: 't10k-images-idx3-ubyte', bytes: make.makeIdx([500, 28, 28], images) },
    { name: 't10k-labels-idx1-ubyte', bytes: make.makeIdx([500], labels) },
  ];

  it.each([
    ['as they are', files],
    ['packed', files.map(make.gz)],
  ])('are recognised by their labels and come back byte for byte, %s', (_, given) => {
    const { name, train, test, notes } = readImageFiles(given);
    expect(name).toBe('MNIST');
    expect(train).toBeUndefined();
    expect(test).toMatchObject({ height: 28, width: 28, channels: 1 });
    expect(test!.images).toEqual(images);
    expect([...test!.labels]).toEqual([...labels]);
    expect(notes).toContain('MNIST: 500 of the 10,000 official test images.');
  });
});

describe('D5 what is missing or wrong', () => {
  const lying = (bytes: Uint8Array): InputFile => ({ name: 'train-images-idx3-ubyte', bytes });
  it.each<[string, InputFile[], string]>([
    ['images without labels', [IMAGES], 'train-labels-idx1-ubyte) is not among'],
    ['labels without images', [LABELS], 'train-images-idx3-ubyte) is not among'],
    [
      'fewer labels than images',
      [IMAGES, { ...LABELS, bytes: make.makeIdx([2], Uint8Array.of(1, 2)) }],
      '2 labels',
    ],
    ['a part twice', [IMAGES, LABELS, IMAGES, LABELS], 'a second train part'],
    ['labels twice', [IMAGES, LABELS, LABELS], 'given twice'],
    ['two sets', [IMAGES, LABELS, BINARY], 'one set at a time'],
    ['a batch twice', [BINARY, PICKLE], 'the same batch'],
    [
      'a count that lies',
      [lying(make.makeIdx([4, 4, 5], make.counted(60)))],
      '96 in all, but it has 76',
    ],
    [
      'a count that would overflow',
      [lying(make.makeIdx([2 ** 32 - 1, 65536, 65536], make.counted(60)))],
      'but it has 76',
    ],
    ['bytes after the end', [lying(make.makeIdx([3, 4, 5], make.counted(61)))], 'but it has 77'],
    ['a header cut short', [lying(Uint8Array.of(0, 0, 8, 3, 0, 0))], 'inside its header'],
    ['no images', [lying(make.makeIdx([0, 4, 5], make.counted(0)))], 'announces no entry'],
    ['images without a side', [lying(make.makeIdx([9, 0, 5], make.counted(0)))], '0 x 5'],
    ['idx of floats', [lying(make.makeIdx([3, 4, 5], make.counted(240), 0xd))], 'those of no set'],
    [
      'an idx label of 10',
      [{ ...LABELS, bytes: make.makeIdx([3], Uint8Array.of(1, 10, 2)) }],
      'label 1 is 10',
    ],
    ['a CIFAR label of 10', [{ ...BINARY, bytes: make.makeCifarBinary([1, 10]) }], 'label 1 is 10'],
    [
      'a cut record',
      [{ ...BINARY, bytes: BINARY.bytes.slice(0, -1) }],
      'no whole number of records',
    ],
    ['CIFAR-100', [{ name: 'train.bin', bytes: new Uint8Array(3074).fill(11) }], 'CIFAR-100'],
    [
      'a PNG',
      [{ name: 'a.png', bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47) }],
      'one folder a class',
    ],
    ['an empty file', [{ name: 'a.bin', bytes: new Uint8Array(0) }], 'it is empty'],
    ['no file', [], 'no file was given'],
    ['an archive without batches', [archive([])], 'those of no set'],
  ])('is said in a sentence: %s', (_, files, sentence) => {
    expect(() => readImageFiles(files)).toThrow(sentence);
    expect(() => readImageFiles(files)).toThrow(expect.objectContaining({ name: 'FileError' }));
  });
});
