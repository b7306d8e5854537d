import { deflateRawSync } from 'node:zlib';
import { strFromU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { fillNormal } from '../math/random.ts';
import { crc32 } from './crc32.ts';
import { MemoryBudget } from './memory-budget.ts';
import { writeNpy, writeNpz } from './npz-write.ts';
import { readWeights } from './read-weights.ts';
import { FileError } from './tensors.ts';
import type { FileErrorCode } from './tensors.ts';
import {
  counted,
  encode,
  f32,
  join,
  makeNpy,
  makeZip,
  npyHeader,
  slowCrc32,
} from './testing/hand-made.ts';
import type { ZipPart } from './testing/hand-made.ts';
import { difference, slowNpy, slowNpz } from './testing/slow-decode.oracle.ts';

const file = (bytes: Uint8Array, name = 'w.npz') => [{ name, bytes }];
const honest = makeNpy(npyHeader('<f4', [2, 2]), f32(1, 2, 3, 4));
/** Standard normal numbers, as weights are. */
const normal = (count: number): Float32Array =>
  fillNormal({ seed: 1, stream: 0 }, new Float32Array(count));
const bytesOf = (values: Float32Array | Uint16Array) => new Uint8Array(values.buffer);

/** Float16 bits of a float32, truncated; of what float16 holds as a normal number. */
const half = (bits: number): number =>
  ((bits >>> 16) & 0x8000) | Math.max(0, ((bits & 0x7fffffff) - 0x38000000) >> 13);
const halves = makeNpy(
  npyHeader('<f2', [5000]),
  bytesOf(Uint16Array.from(new Uint32Array(normal(5000).buffer), half)),
);
const packedHalves = makeZip([{ name: 'h.npy', content: halves, method: 8 }]);
const zip = (over: Partial<ZipPart> = {}) => makeZip([{ name: 'a.npy', content: honest, ...over }]);

async function refusal(bytes: Uint8Array): Promise<FileError> {
  const error: unknown = await readWeights(file(bytes)).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(FileError);
  return error as FileError;
}

describe('an npz archive', () => {
  it('gives the same arrays stored and deflated, in C and Fortran order, of both endiannesses', async () => {
    const kinds = ['<f2', '>f2', '<f4', '>f4', '<f8', '>f8'];
    const parts = kinds.flatMap((descr) =>
      [false, true].flatMap((fortran) =>
        [0, 8].map((method): ZipPart => {
          const content = makeNpy(
            npyHeader(descr, [3, 4, 5], fortran),
            counted(60 * Number(descr[2])),
          );
          return { name: `${descr}${fortran}${method}.npy`, content, method };
        }),
      ),
    );
    const bytes = makeZip(parts);
    const read = await readWeights(file(bytes));
    expect(read.tensors).toHaveLength(24);
    expect(difference(read, slowNpz(file(bytes)))).toBeUndefined();
  });

  it('made by another zip program is read, and so is one over many 64 KB pieces', async () => {
    const data = Float32Array.from({ length: 100_003 }, (_, k) => Math.fround(Math.sin(k)));
    const content = makeNpy(npyHeader('<f4', [100_003], true), new Uint8Array(data.buffer));
    const bytes = zipSync({ 'long.npy': content }, { level: 9 });
    expect((await readWeights(file(bytes))).tensors[0]!.data).toEqual(data);
  });

  it('is read through header versions 1 to 3 and fields in any order', async () => {
    for (const version of [1, 2, 3]) {
      const header = "{'shape': (2, 2), 'fortran_order': False, 'descr': '<f4'}";
      const bytes = makeZip([
        { name: 'a.npy', content: makeNpy(header, f32(1, 2, 3, 4), version) },
      ]);
      expect([...(await readWeights(file(bytes))).tensors[0]!.data]).toEqual([1, 2, 3, 4]);
    }
  });

  it('may hold other arrays and other files, which are named and skipped', async () => {
    const bytes = makeZip([
      { name: 'n.npy', content: makeNpy(npyHeader('<i8', []), counted(8)) },
      { name: 'c.npy', content: makeNpy(npyHeader('<c8', [1]), counted(8)) },
      { name: 'text.npy', content: makeNpy(npyHeader('<U3', [2]), counted(24)) },
      { name: 'readme.txt', content: encode('hello') },
    ]);
    const { skipped } = await readWeights(file(bytes));
    expect(skipped.map(({ name, reason }) => `${name}: ${reason.slice(0, 24)}`)).toEqual(
      [
        'n: Its values are I64; only',
        'c: Its values are <c8; only',
        'text: Its values are <U3; only',
        'readme.txt: It is not a .npy array.',
      ].map((text) => text.slice(0, text.indexOf(':') + 26)),
    );
  });

  it('W2 of float16 values, stored, makes arrays of just under twice its bytes', async () => {
    const bytes = makeZip([{ name: 'h.npy', content: halves }]);
    const budget = new MemoryBudget();
    await readWeights(file(bytes), budget);
    expect(budget.total).toBe(20_000);
    expect(budget.total).toBeLessThanOrEqual(2 * bytes.length);
  });

  it('W2 of trained float32 values is read as savez_compressed writes it', async () => {
    const values = normal(5000);
    const content = makeNpy(npyHeader('<f4', [5000]), bytesOf(values));
    const bytes = makeZip([{ name: 'w.npy', content, method: 8 }]);
    expect(bytes.length).toBeLessThan(0.95 * content.length);
    expect((await readWeights(file(bytes))).tensors[0]!.data).toEqual(values);
  });

  it('W2 shares the room of all files that are given together', async () => {
    const content = makeNpy(npyHeader('<f4', [1000]), bytesOf(normal(1000)));
    const beside = file(makeZip([{ name: 'w.npy', content }]), 'beside.npz');
    await expect(readWeights(file(packedHalves))).rejects.toThrow(FileError);
    const { tensors } = await readWeights([...file(packedHalves), ...beside]);
    expect(tensors.map(({ name }) => name)).toEqual(['h', 'w']);
  });
});

describe('a single .npy file', () => {
  it('is read as one tensor with the name of the file', async () => {
    const { tensors, format } = await readWeights(file(honest, 'some/conv1.weight.npy'));
    expect(format).toBe('npz');
    expect(tensors[0]).toMatchObject({ name: 'conv1.weight', shape: [2, 2], dtype: 'F32' });
  });
});

describe('an npz archive is refused', () => {
  const npy = (header: string, data: Uint8Array = f32(1), version = 1) =>
    makeZip([{ name: 'a.npy', content: makeNpy(header, data, version) }]);
  const bomb = deflateRawSync(new Uint8Array(1_000_000));
  const cases: readonly [string, Uint8Array, FileErrorCode, string][] = [
    ['when its end is cut off', zip().slice(0, -30), 'truncated', 'directory'],
    [
      'W2 when it declares a bomb',
      zip({ content: new Uint8Array(1_000_000), packed: bomb, method: 8 }),
      'too-big',
      'it inflates to 1000000 bytes, over twice its own 1093',
    ],
    [
      'W2 when float16 values are deflated, and would take over twice its bytes as float32',
      packedHalves,
      'too-big',
      `20000 bytes in memory, over twice the ${packedHalves.length} bytes that were given`,
    ],
    [
      'when it hides a bomb behind a small size',
      zip({ content: new Uint8Array(1_000_000), packed: bomb, method: 8, size: 1000 }),
      'bad-compression',
      'more than the 1000 bytes announced',
    ],
    [
      'when it inflates to less than it declares',
      zip({ method: 8, size: honest.length + 40 }),
      'bad-compression',
      `but ${honest.length + 40} with`,
    ],
    ['when its CRC is wrong', zip({ crc: 1 }), 'bad-compression', 'CRC'],
    [
      'when two entries share their data',
      makeZip([
        { name: 'a.npy', content: honest },
        { name: 'b.npy', content: honest, offset: 0 },
      ]),
      'bad-layout',
      'inside another entry',
    ],
    [
      'when an entry runs into the directory',
      zip({ packed: honest, content: join(honest, honest), method: 8, offset: 90_000 }),
      'bad-layout',
      'no header at byte 90000',
    ],
    [
      'when a local header says another name',
      zip({ localName: 'b.npy' }),
      'bad-layout',
      'one thing in the directory and another',
    ],
    [
      'when a local header says another size',
      zip({ localSize: 5 }),
      'bad-layout',
      'one thing in the directory and another',
    ],
    [
      'when two entries have one name',
      makeZip([
        { name: 'a.npy', content: honest },
        { name: 'a.npy', content: honest },
      ]),
      'duplicate',
      'two entries named "a.npy"',
    ],
    [
      'when two arrays have one name in different folders',
      makeZip([
        { name: 'x/a.npy', content: honest },
        { name: 'y/a.npy', content: honest },
      ]),
      'duplicate',
      'same name',
    ],
    ['when an entry is encrypted', zip({ flags: 1 }), 'refused-format', 'encrypted'],
    ['when an entry uses another method', zip({ method: 12 }), 'refused-format', 'zip method 12'],
    ['when an entry says zip64', zip({ method: 8, size: 0xffffffff }), 'too-big', 'zip64'],
    [
      'when bytes follow a deflated stream',
      zip({ method: 8, packed: join(deflateRawSync(honest), f32(0)) }),
      'bad-compression',
      '4 bytes after its end',
    ],
    [
      'when an array holds Python objects',
      npy(npyHeader('|O', [1])),
      'refused-format',
      'pickled Python objects',
    ],
    [
      'when a header is code',
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os'),)}"),
      'bad-header',
      'which is not',
    ],
    [
      'when a header has a key twice',
      npy("{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}"),
      'bad-header',
      'which is not',
    ],
    [
      'when a header has a fourth key',
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}"),
      'bad-header',
      'which is not',
    ],
    [
      'when a tuple has a leading zero',
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (01,)}"),
      'bad-header',
      'which is not',
    ],
    [
      'when a header has version 4',
      npy(npyHeader('<f4', [1]), f32(1), 4),
      'bad-header',
      'version 4.0',
    ],
    [
      'when a header is over the cap',
      npy(`${npyHeader('<f4', [1])}${' '.repeat(20_000)}`),
      'bad-header',
      'over the cap of 10000',
    ],
    [
      'when a header runs past the entry',
      makeZip([{ name: 'a.npy', content: honest.map((b, k) => (k === 8 ? 0xff : b)) }]),
      'bad-header',
      'announces a header of 255 bytes, but only',
    ],
    [
      'when a header holds a space that is not ASCII',
      makeZip([{ name: 'a.npy', content: honest.map((b, k) => (k === 19 ? 0xa0 : b)) }]),
      'bad-header',
      'which is not',
    ],
    [
      'when a shape passes 2^53',
      npy(npyHeader('<f4', [2 ** 32, 2 ** 32])),
      'bad-value',
      'under 2^53',
    ],
    [
      'when a shape needs more than is there',
      npy(npyHeader('<f4', [1_000_000])),
      'bad-layout',
      'needs 4000000 bytes, but 4 follow',
    ],
    [
      'when bytes follow the array',
      npy(npyHeader('<f4', [1]), f32(1, 2)),
      'bad-layout',
      'needs 4 bytes, but 8 follow',
    ],
    [
      'when a dtype is structured',
      npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}"),
      'bad-value',
      'not a plain number type',
    ],
    [
      'when an entry named .npy is none',
      makeZip([{ name: 'a.npy', content: encode('not an array') }]),
      'bad-header',
      'does not begin as a .npy',
    ],
  ];
  it.each(cases)('%s', async (_, bytes, code, sentence) => {
    const error = await refusal(bytes);
    expect(error).toMatchObject({ code, file: 'w.npz' });
    expect(error.message).toContain(sentence);
  });
});

describe('writeNpz', () => {
  const tensors = [
    { name: 'x.weight', shape: [2, 3], data: Float32Array.of(1, -0, NaN, Infinity, 1e-45, 3) },
    { name: 'y', shape: [], data: Float64Array.of(Math.PI) },
    { name: 'ü', shape: [4], data: new Float32Array(4) },
  ];

  it('writes what readWeights reads back', async () => {
    const read = await readWeights(file(writeNpz(tensors)));
    expect(read.tensors).toMatchObject(tensors);
  });

  it('writes what an independent unzip and a slow decode read', () => {
    const entries = unzipSync(writeNpz(tensors));
    expect(Object.keys(entries)).toEqual(['x.weight.npy', 'y.npy', 'ü.npy']);
    expect(slowNpy(entries['y.npy']!)).toEqual({ shape: [], values: [Math.PI] });
    expect(strFromU8(entries['x.weight.npy']!.subarray(10, 70))).toContain("'shape': (2, 3), }");
  });

  it('begins the data of a .npy at a multiple of 64 bytes', () => {
    expect((writeNpy(tensors[0]!).length - 24) % 64).toBe(0);
  });
});

describe('crc32', () => {
  it('is the zip checksum, whole and piece by piece', () => {
    expect(crc32(encode('123456789'))).toBe(0xcbf43926);
    const bytes = counted(1000);
    expect(crc32(bytes)).toBe(slowCrc32(bytes));
    expect(crc32(bytes.subarray(300), crc32(bytes.subarray(0, 300)))).toBe(slowCrc32(bytes));
  });
});
