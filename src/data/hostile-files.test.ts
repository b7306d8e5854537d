import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Rng, mutate } from '../files/testing/fuzz.ts';
import { FileError } from '../files/tensors.ts';
import type { InputFile } from '../files/tensors.ts';
import { checkImageSet } from './dataset.ts';
import { gunzip } from './gzip.ts';
import { readPickle } from './pickle.ts';
import { OPCODE_NAMES } from './pickle-opcodes.ts';
import { readImageFiles } from './read-image-files.ts';
import { readTar } from './tar.ts';
import * as make from './testing/official-files.ts';

const { op } = make;
const file = (bytes: Uint8Array, name = 'data_batch_1'): InputFile => ({ name, bytes });
const CONTENT = make.counted(5000);

/** A gzip member with the trailer as stated. */
function packed(size: number, content = CONTENT): Uint8Array {
  const bytes = new Uint8Array(gzipSync(content));
  new DataView(bytes.buffer).setUint32(bytes.length - 4, size, true);
  return bytes;
}

describe('D6 gzip', () => {
  it('is unpacked with every optional field of its header', () => {
    const plain = new Uint8Array(gzipSync(CONTENT));
    const head = Uint8Array.of(0x1f, 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3);
    const fields = [[2, 0, 7, 7], Buffer.from('name\0note\0'), [1, 2]];
    const bytes = make.join(head, ...fields, plain.subarray(10));
    expect(gunzip(file(bytes, 'a.bin.gz'))).toEqual({ name: 'a.bin', bytes: CONTENT });
  });

  it.each<[string, Uint8Array, string]>([
    ['a bomb that says so', packed(2 ** 32 - 1), 'over the cap'],
    ['a bomb of honest size', new Uint8Array(gzipSync(new Uint8Array(1e7))), 'over the cap'],
    ['more content than announced', packed(4999), 'more than the 4999 bytes announced'],
    ['less content than announced', packed(5001), 'where 5001 are announced'],
    ['a method that does not exist', packed(5000).with(2, 7), 'method 7'],
    ['a reserved flag', packed(5000).with(3, 0x80), 'flags 128'],
    [
      'a name without an end',
      packed(5000).map((b, k) => (k === 3 ? 8 : k > 9 && b === 0 ? 1 : b)),
      'ends after',
    ],
    ['an end in the header', packed(5000).subarray(0, 17), 'ends after 17 bytes'],
    ['a cut end', packed(5000).subarray(0, -9), 'cap'],
    ['two members', make.join(packed(5000), packed(5000)), 'bytes after its end'],
    ['a wrong checksum', packed(5000).with(-8, 1), 'checksum'],
  ])('is refused when it has %s', (_, bytes, sentence) => {
    expect(() => gunzip(file(bytes))).toThrow(FileError);
    expect(() => gunzip(file(bytes))).toThrow(sentence);
  });

  it('is unpacked once only', () => {
    const twice = make.gz(make.gz({ name: 'a.bin', bytes: make.makeCifarBinary([1]) }));
    expect(() => readImageFiles([twice])).toThrow('packed twice');
  });
});

describe('D6 many packed files', () => {
  it('are refused for what they say to unpack to together, before any is unpacked', () => {
    // 300 MB each: within a file's own cap, but together over that of a drop.
    const one = make.join(packed(3e8), new Uint8Array(4e6));
    new DataView(one.buffer).setUint32(one.length - 4, 3e8, true);
    const files = [1, 2, 3, 4].map((n) => file(one, `data_batch_${n}.bin.gz`));
    expect(() => readImageFiles(files)).toThrow(
      /1200000000 bytes together once unpacked, over the cap/,
    );
  });
});

describe('D7 tar', () => {
  const entry = { name: 'a/b.bin', bytes: CONTENT };

  it('gives its files and passes over folders, links, devices and notes', () => {
    const others = ['1', '2', '3', '5', 'x', 'g', 'L'].map((type) => ({ ...entry, type }));
    const old = { ...entry, name: 'old', type: '\0' };
    expect(readTar(file(make.makeTar([...others, entry, old])))).toEqual([
      entry,
      { name: 'old', bytes: CONTENT },
    ]);
  });

  it.each<[string, Uint8Array, string]>([
    ['a size past its end', make.makeTar([{ ...entry, size: '77777777777\0' }]), 'is longer than'],
    [
      'a size in base 256',
      make.makeTar([{ ...entry, size: '\u0080\0\0\0\0\0\0\0\0\0\0\0' }]),
      'is longer than',
    ],
    ['no size', make.makeTar([{ ...entry, size: '            ' }]), 'is longer than'],
    [
      'a wrong checksum',
      make.makeTar([entry, { ...entry, sum: '0000000\0' }]),
      'fails its checksum',
    ],
    ['no end', make.makeTar([entry], 0), 'without the mark of an end'],
    [
      'endless entries',
      make.makeTar(Array.from({ length: 10_001 }, () => ({ name: 'e', bytes: new Uint8Array(0) }))),
      'more than 10000',
    ],
  ])('is refused when it has %s', (_, bytes, sentence) => {
    expect(() => readTar(file(bytes))).toThrow(FileError);
    expect(() => readTar(file(bytes))).toThrow(sentence);
  });
});

describe('D8 pickles', () => {
  const trace = joinPath(tmpdir(), 'norm-lab-pickle-ran');
  const run = `touch ${trace}`;
  const unicode = (text: string): Uint8Array => make.join([0x8c, text.length], Buffer.from(text));
  const evil: [string, Uint8Array, string][] = [
    [
      'os.system by GLOBAL and REDUCE',
      make.join(op.proto, op.global('os', 'system'), op.text(run), [0x85], op.reduce, op.stop),
      'the global "os.system"',
    ],
    [
      'posix.system by STACK_GLOBAL',
      make.join([0x80, 4], unicode('posix'), unicode('system'), [0x93], op.stop),
      'the global "posix.system"',
    ],
    [
      'builtins.eval inside a true batch',
      make.makeCifarPickle([1], { extra: op.global('builtins', 'eval') }),
      'the global "builtins.eval"',
    ],
    [
      'getattr on an allowed module',
      make.join(op.proto, op.global('numpy', 'load'), op.stop),
      'the global "numpy.load"',
    ],
    [
      'a dotted name',
      make.join(op.proto, op.global('numpy', 'ndarray.tofile'), op.stop),
      'the global "numpy.ndarray.tofile"',
    ],
    [
      'REDUCE of numpy.ndarray',
      make.join(op.proto, op.global('numpy', 'ndarray'), [0x29], op.reduce, op.stop),
      'REDUCE',
    ],
    ['BUILD on a dict', make.join(op.proto, op.dict, op.dict, op.build, op.stop), 'BUILD'],
    [
      'another type of numbers',
      make.join(op.proto, op.global('numpy', 'dtype'), op.text('O8'), [0x85], op.reduce, op.stop),
      'REDUCE',
    ],
    ['an array longer than its bytes', make.makeCifarPickle([1, 2], { rows: 3 }), 'BUILD'],
    ...['INST', 'OBJ', 'NEWOBJ', 'NEWOBJ_EX', 'PERSID', 'BINPERSID', 'EXT1', 'EXT4'].map(
      (name): [string, Uint8Array, string] => [
        name,
        make.join(op.proto, [codeOf(name)]),
        `the opcode ${name} `,
      ],
    ),
  ];

  it.each(evil)('are refused, nothing run: %s', (_, bytes, sentence) => {
    expect(() => readPickle(file(bytes))).toThrow(
      expect.objectContaining({ code: 'refused-format' }),
    );
    expect(() => readPickle(file(bytes))).toThrow(sentence);
    expect(existsSync(trace)).toBe(false);
    rmSync(trace, { force: true });
  });

  const bytes = (...codes: readonly number[]): Uint8Array => make.join(op.proto, codes, op.stop);
  it.each<[string, Uint8Array, string]>([
    [
      'a text without key',
      make.join(op.proto, op.dict, op.mark, op.byte(1), op.byte(2), op.setItems),
      'a key that is no text',
    ],
    ['a byte that is no opcode', bytes(0xff), 'no opcode 0xff'],
    ['protocol 1', Uint8Array.of(0x80, 1, 0x2e), 'protocol 1'],
    ['nothing on the stack', bytes(), 'a value that is not there'],
    ['no mark', bytes(0x5d, 0x65), 'a mark that is not there'],
    ['a mark for a value', bytes(0x28), 'a value that is not there'],
    ['values left over', bytes(0x4e, 0x4e), 'left over'],
    ['a memory that was never kept', bytes(0x68, 3), 'recalls value 3'],
    ['items for a tuple', bytes(0x29, 0x4e, 0x61), 'items without a list'],
    ['items for a list', bytes(0x5d, 0x28, 0x75, 0x4e, 0x4e, 0x73), 'items without a dict'],
    ['a long number', bytes(0x8a, 7, 1, 1, 1, 1, 1, 1, 1), 'a whole number of 7 bytes'],
    [
      'a name without an end',
      make.join(
        op.proto,
        [0x63],
        make.counted(300).map((b) => b | 32),
      ),
      'a name does not end',
    ],
    [
      'bytes that are not there',
      make.join(op.proto, [0x54, 255, 255, 255, 255], op.stop),
      'has only',
    ],
    ['nothing after its protocol', Uint8Array.from(op.proto), 'has only 2'],
    [
      'a million dicts',
      make.join(op.proto, new Uint8Array(1e6).fill(0x7d)),
      'more than 200000 values',
    ],
    [
      'a million memories',
      make.join(op.proto, op.dict, new Uint8Array(1e6).fill(0x94)),
      'more than 200000 values',
    ],
    [
      'a million nested tuples',
      make.join(op.proto, op.dict, new Uint8Array(1e6).fill(0x85)),
      'more than 200000 values',
    ],
  ])('are refused when damaged: %s', (_, content, sentence) => {
    expect(() => readPickle(file(content))).toThrow(FileError);
    expect(() => readPickle(file(content))).toThrow(sentence);
  });

  const deep = make.join(op.dict, new Uint8Array(100_000).fill(0x85));
  const dict = (...items: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
    make.join(op.proto, op.dict, op.mark, ...items, op.setItems, op.stop);
  const array = make.pickledArray([1, 3072], make.makePlanes(0));
  const labels = (label: Uint8Array | readonly number[]): Uint8Array =>
    make.join(op.text('labels'), op.list, op.mark, label, op.appends);
  it.each<[string, Uint8Array, string]>([
    ['no dict', bytes(0x5d), 'it holds no dict'],
    ['no data', dict(labels(op.byte(1))), '"data" is no array'],
    ['no labels', dict(op.text('data'), array), 'no list of labels'],
    ['a label of 10', dict(op.text('data'), array, labels(op.byte(10))), 'label 0 is 10'],
    ['a label of -1', dict(op.text('data'), array, labels(op.int(-1))), 'label 0 is -1'],
    [
      'a label that is a tower of tuples',
      dict(op.text('data'), array, labels(deep)),
      'label 0 is no number',
    ],
    [
      'rows of another length',
      make.makeCifarPickle([1, 2], { rows: 1, columns: 6144 }),
      '1 x 6144 beside 2 labels',
    ],
    ['labels of CIFAR-100', make.makeCifarPickle([1], { labelsKey: 'fine_labels' }), 'CIFAR-100'],
    ['three class names', make.makeMetaPickle(['a', 'b', 'c']), 'it names 3 classes'],
  ])('are refused when they are no batch: %s', (_, content, sentence) => {
    expect(() => readImageFiles([file(content)])).toThrow(FileError);
    expect(() => readImageFiles([file(content)])).toThrow(sentence);
  });

  it('that list themselves, or name their keys __proto__, stay plain data', () => {
    const own = make.join(op.proto, op.list, op.put(0), [0x68, 0, 0x61], op.stop);
    const list = readPickle(file(own)) as unknown[];
    expect(list[0]).toBe(list);
    const map = readPickle(file(dict(op.text('__proto__'), op.byte(1)))) as Map<string, number>;
    expect(map.get('__proto__')).toBe(1);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});

function codeOf(name: string): number {
  return Number(Object.keys(OPCODE_NAMES).find((code) => OPCODE_NAMES[Number(code)] === name));
}

describe('D9 a fuzz', () => {
  const labels = [1, 2];
  const honest: InputFile[][] = [
    [
      { name: 'train-images-idx3-ubyte', bytes: make.makeIdx([3, 4, 5], make.counted(60)) },
      { name: 'train-labels-idx1-ubyte', bytes: make.makeIdx([3], Uint8Array.of(7, 0, 9)) },
    ],
    [{ name: 'data_batch_1.bin', bytes: make.makeCifarBinary(labels) }],
    [{ name: 'data_batch_1', bytes: make.makeCifarPickle(labels) }],
    [
      {
        name: 'c.tar',
        bytes: make.makeTar([{ name: 'data_batch_1', bytes: make.makeCifarPickle([3]) }]),
      },
    ],
  ];
  const seeds = [...honest, ...honest.map((files) => files.map(make.gz))];

  /** Headers and opcodes stand at the start, so half of the changes are made there. */
  function changed({ name, bytes }: InputFile, rng: Rng): InputFile {
    const head = rng.below(2) === 0 ? Math.min(bytes.length, 300) : bytes.length;
    return { name, bytes: make.join(mutate(bytes.subarray(0, head), rng), bytes.subarray(head)) };
  }

  it('of 2,000 mutated drops ends in images with their labels or a FileError', () => {
    const ends = { read: 0, refused: 0 };
    for (let index = 0; index < 2000; index++) {
      const rng = new Rng(9, index);
      const files = rng.pick(seeds);
      const victim = rng.below(files.length);
      const drop = files.map((one, k) => (k === victim ? changed(one, rng) : one));
      ends[outcome(drop)] += 1;
    }
    expect(ends.read).toBeGreaterThan(200);
    expect(ends.refused).toBeGreaterThan(200);
  });

  it('of packed content, its checksum made right again, ends the same way', () => {
    for (let index = 0; index < 500; index++) {
      const rng = new Rng(10, index);
      const [first, ...rest] = rng.pick(honest);
      const stream = mutate(deflateRawSync(first!.bytes), rng);
      const whole = make.gz(changed(first!, rng));
      const torn = make.join(whole.bytes.subarray(0, 10), stream, whole.bytes.subarray(-8));
      outcome([whole, ...rest]);
      outcome([{ name: whole.name, bytes: torn }, ...rest]);
    }
  });

  function outcome(files: readonly InputFile[]): 'read' | 'refused' {
    try {
      const { train, test } = readImageFiles(files);
      for (const set of [train, test]) if (set !== undefined) checkImageSet(set);
      return 'read';
    } catch (error) {
      if (error instanceof FileError && error.message.length < 1200) return 'refused';
      throw error;
    }
  }
});
