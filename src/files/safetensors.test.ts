import { describe, expect, it } from 'vitest';
import { readWeights } from './read-weights.ts';
import { writeSafetensors } from './safetensors-write.ts';
import { FileError } from './tensors.ts';
import type { FileErrorCode } from './tensors.ts';
import { counted, f32, join, makeSafetensors } from './testing/hand-made.ts';
import { difference, slowSafetensors } from './testing/slow-decode.oracle.ts';

const file = (bytes: Uint8Array) => [{ name: 'w.safetensors', bytes }];
const tensor = (dtype: string, shape: readonly unknown[], data_offsets: readonly unknown[]) => ({
  dtype,
  shape,
  data_offsets,
});

async function refusal(bytes: Uint8Array): Promise<FileError> {
  const error: unknown = await readWeights(file(bytes)).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(FileError);
  return error as FileError;
}

describe('a safetensors file', () => {
  it('is decoded value by value: F16, BF16, F32, F64, scalars and empty tensors', async () => {
    const bytes = makeSafetensors(
      {
        a: tensor('F16', [3], [0, 6]),
        b: tensor('BF16', [], [6, 8]),
        c: tensor('F32', [2, 2], [8, 24]),
        d: tensor('F64', [1], [24, 32]),
        e: tensor('F32', [0, 7], [32, 32]),
      },
      join(
        Uint8Array.of(0, 0x3c, 1, 0, 0, 0xfc),
        Uint8Array.of(0x80, 0xbf),
        f32(1, 2, -0.5, 0),
        counted(8),
      ),
    );
    const read = await readWeights(file(bytes));
    expect(read.tensors.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([...read.tensors[0]!.data]).toEqual([1, 2 ** -24, -Infinity]);
    expect([...read.tensors[1]!.data]).toEqual([-1]);
    expect([...read.tensors[2]!.data]).toEqual([1, 2, -0.5, 0]);
    expect(read.tensors[4]!.data.length).toBe(0);
    expect(difference(read, slowSafetensors(file(bytes)))).toBeUndefined();
  });

  it('gives every F16 and BF16 bit pattern its value', async () => {
    const patterns = new Uint8Array(new Uint16Array(65_536).map((_, k) => k).buffer);
    for (const dtype of ['F16', 'BF16']) {
      const bytes = makeSafetensors({ w: tensor(dtype, [65_536], [0, 131_072]) }, patterns);
      expect(
        difference(await readWeights(file(bytes)), slowSafetensors(file(bytes))),
      ).toBeUndefined();
    }
  });

  it('may hold other types, which are named and skipped', async () => {
    const header = {
      n: tensor('I64', [], [0, 8]),
      q: tensor('F8_E4M3', [4], [8, 12]),
      f: tensor('F4', [8], [12, 16]),
    };
    const { tensors, skipped } = await readWeights(file(makeSafetensors(header, counted(16))));
    expect(tensors).toEqual([]);
    expect(skipped.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      'n: Its values are I64; only F16, BF16, F32 and F64 are weights here.',
      'q: Its values are F8_E4M3; only F16, BF16, F32 and F64 are weights here.',
      'f: Its values are F4; only F16, BF16, F32 and F64 are weights here.',
    ]);
  });

  it('may bear awkward names: __proto__ and constructor are tensors like others', async () => {
    const bytes = makeSafetensors(
      '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"constructor":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
      f32(1, 2),
    );
    const { tensors } = await readWeights(file(bytes));
    expect(tensors.map(({ name, data }) => [name, data[0]])).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });

  it('need not begin at an even address', async () => {
    const bytes = makeSafetensors({ w: tensor('F32', [2], [0, 8]) }, f32(3, 4));
    const shifted = join(Uint8Array.of(0), bytes).subarray(1);
    expect([...(await readWeights(file(shifted))).tensors[0]!.data]).toEqual([3, 4]);
  });
});

describe('a safetensors file is refused', () => {
  const w = (shape: readonly unknown[], offsets: readonly unknown[], dtype = 'F32') =>
    makeSafetensors({ w: tensor(dtype, shape, offsets) }, counted(16));
  const cases: readonly [string, Uint8Array, FileErrorCode, string][] = [
    ['cut inside its header length', Uint8Array.of(1, 2, 3), 'truncated', 'it has 3 bytes'],
    [
      'with a header longer than the file',
      makeSafetensors('{}', f32(), 400n),
      'truncated',
      'end at byte 408, but the file ends at 10',
    ],
    [
      'with a header over the cap',
      makeSafetensors('{}', f32(), 2n ** 40n),
      'bad-header',
      '1099511627776 bytes',
    ],
    [
      'with a header length of 2^64 - 1',
      makeSafetensors('{}', f32(), 2n ** 64n - 1n),
      'bad-header',
      '18446744073709551615',
    ],
    [
      'with a header that is a list',
      makeSafetensors('[]', f32()),
      'bad-header',
      'does not begin with "{"',
    ],
    [
      'with a header that begins with a space',
      makeSafetensors(' {}', f32()),
      'bad-header',
      'does not begin with "{"',
    ],
    ['with broken JSON', makeSafetensors('{"a":', f32()), 'bad-header', 'is not JSON'],
    [
      'with invalid UTF-8',
      makeSafetensors('{}', f32(), 2n).map((b, k) => (k === 9 ? 0xff : b)),
      'bad-header',
      'UTF-8',
    ],
    [
      'nested too deep',
      makeSafetensors(`{"a":${'['.repeat(500_000)}`, f32()),
      'bad-header',
      '64 levels',
    ],
    [
      'naming a tensor twice',
      makeSafetensors(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        f32(1),
      ),
      'duplicate',
      '"a" twice',
    ],
    [
      'naming a field twice',
      makeSafetensors('{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', f32(1)),
      'duplicate',
      '"shape" twice',
    ],
    [
      'with overlapping tensors',
      makeSafetensors(
        { a: tensor('F32', [2], [0, 8]), b: tensor('F32', [2], [4, 12]) },
        counted(12),
      ),
      'bad-layout',
      '"b" begins at data byte 4 where 8 is next, so it overlaps',
    ],
    [
      'with two tensors on the same bytes',
      makeSafetensors({ a: tensor('F32', [1], [0, 4]), b: tensor('F32', [1], [0, 4]) }, f32(1)),
      'bad-layout',
      'overlaps',
    ],
    [
      'with an empty tensor inside another',
      makeSafetensors({ a: tensor('F32', [2], [0, 8]), b: tensor('F32', [0], [4, 4]) }, counted(8)),
      'bad-layout',
      'overlaps',
    ],
    [
      'with a hole',
      makeSafetensors(
        { a: tensor('F32', [1], [0, 4]), b: tensor('F32', [1], [8, 12]) },
        counted(12),
      ),
      'bad-layout',
      'leaves a hole',
    ],
    [
      'with bytes after the last tensor',
      w([3], [0, 12]),
      'bad-layout',
      'end at data byte 12, but the file holds 16',
    ],
    [
      'with a tensor past the end',
      w([8], [0, 32]),
      'truncated',
      'ends at data byte 32, but the file holds 16',
    ],
    [
      'with a size that does not match its shape',
      w([3], [0, 16]),
      'bad-layout',
      'needs 12 bytes, but its data_offsets span 16',
    ],
    [
      'with a shape whose product passes 2^53',
      w([2 ** 30, 2 ** 30], [0, 16]),
      'bad-value',
      'under 2^53',
    ],
    [
      'with a product past 2^64 that would wrap to its size',
      w([2 ** 32, 2 ** 32, 4], [0, 16]),
      'bad-value',
      'under 2^53',
    ],
    [
      'with a product past 2^53 hidden behind a zero',
      w([0, 2 ** 40, 2 ** 40], [0, 0]),
      'bad-value',
      'under 2^53',
    ],
    ['with a negative size', w([-4], [0, 16]), 'bad-value', '[-4]'],
    ['with a fractional size', w([0.5, 8], [0, 16]), 'bad-value', '[0.5,8]'],
    [
      'with a size that no double holds',
      makeSafetensors(
        '{"w":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,16]}}',
        counted(16),
      ),
      'bad-value',
      'under 2^53',
    ],
    [
      'with a shape of 33 sizes',
      w(
        Array.from({ length: 33 }, () => 1),
        [0, 4],
      ),
      'bad-value',
      'at most 32',
    ],
    ['with offsets that run backwards', w([4], [16, 0]), 'bad-value', '[16,0]'],
    ['with three offsets', w([4], [0, 16, 16]), 'bad-value', 'two whole numbers'],
    ['with a dtype that does not exist', w([4], [0, 16], 'F33'), 'bad-value', 'dtype F33'],
    [
      'with a tensor that is null',
      makeSafetensors('{"w":null}', f32()),
      'bad-value',
      'dtype nothing',
    ],
    [
      'with metadata that is not text',
      makeSafetensors('{"__metadata__":{"a":1}}', f32()),
      'bad-value',
      '__metadata__',
    ],
  ];
  it.each(cases)('%s', async (_, bytes, code, sentence) => {
    const error = await refusal(bytes);
    expect(error).toMatchObject({ code, file: 'w.safetensors' });
    expect(error.message).toContain(sentence);
    expect(error.message).toMatch(/^w\.safetensors: .*[.;] ?.*\.$/);
  });

  it('with a name whose control characters do not reach the sentence', async () => {
    const bytes = makeSafetensors({ 'a\u001b[31m': tensor('F32', [3], [0, 4]) }, f32(1));
    expect((await refusal(bytes)).message).not.toContain('\u001b');
  });
});

describe('writeSafetensors', () => {
  it('writes what readWeights reads back: names, shapes, values and metadata', async () => {
    const tensors = [
      { name: 'x.weight', shape: [2, 3], data: Float32Array.of(1, -0, NaN, Infinity, 1e-45, 3) },
      { name: '10', shape: [], data: Float64Array.of(Math.PI) },
      { name: 'ü', shape: [0], data: new Float32Array(0) },
    ];
    const read = await readWeights(file(writeSafetensors(tensors, { made: 'here' })));
    expect(read.metadata).toEqual({ made: 'here' });
    for (const { name, shape, data } of tensors) {
      const back = read.tensors.find((one) => one.name === name);
      expect(back).toMatchObject({ shape, data });
    }
  });

  it('refuses names used twice and shapes that do not hold the values', () => {
    const a = { name: 'a', shape: [1], data: Float32Array.of(1) };
    expect(() => writeSafetensors([a, a])).toThrow(RangeError);
    expect(() => writeSafetensors([{ ...a, shape: [2] }])).toThrow('holds 1');
    expect(() => writeSafetensors([{ ...a, name: '__metadata__' }])).toThrow(RangeError);
  });
});
