import { describe, expect, it } from 'vitest';
import { MemoryBudget } from './memory-budget.ts';
import { readWeights } from './read-weights.ts';
import { FileError } from './tensors.ts';
import type { FileErrorCode, InputFile } from './tensors.ts';
import { counted, encode, f32, join } from './testing/hand-made.ts';
import { difference, slowTfjs } from './testing/slow-decode.oracle.ts';

interface Weight {
  name: string;
  shape: unknown;
  dtype: string;
  quantization?: unknown;
}

const model = (
  weights: readonly Weight[],
  paths: readonly unknown[] = ['w.bin'],
  more = {},
): InputFile => ({
  name: 'model.json',
  bytes: encode({ format: 'layers-model', weightsManifest: [{ paths, weights }], ...more }),
});
const shard = (bytes: Uint8Array, name = 'w.bin'): InputFile => ({ name, bytes });
const weight = (shape: unknown, dtype = 'float32', quantization?: unknown): Weight => ({
  name: 'k',
  shape,
  dtype,
  ...(quantization !== undefined && { quantization }),
});

describe('a tfjs model', () => {
  it('is read from model.json and its shards in any order, also where a value straddles two shards', async () => {
    const weights = [weight([2]), { ...weight([1]), name: 'b' }];
    const all = f32(1.5, -2, 3);
    const main = model(weights, ['./a/one.bin', 'two.bin', 'three.bin']);
    const files = [
      shard(all.slice(9), 'three.bin'),
      shard(all.slice(0, 3), 'one.bin'),
      main,
      shard(all.slice(3, 9), 'two.bin'),
    ];
    const read = await readWeights(files);
    expect(read).toMatchObject({
      format: 'tfjs',
      metadata: { format: 'layers-model' },
      skipped: [],
    });
    expect(read.tensors.map(({ name, data }) => [name, ...data])).toEqual([
      ['k', 1.5, -2],
      ['b', 3],
    ]);
  });

  it('undoes uint8, uint16 and float16 quantization as value · scale + min', async () => {
    const weights = [
      { ...weight([3], 'float32', { dtype: 'uint8', scale: 0.5, min: -1 }), name: 'q8' },
      { ...weight([2], 'float32', { dtype: 'uint16', scale: 0.25, min: 3 }), name: 'q16' },
      { ...weight([1], 'float32', { dtype: 'float16' }), name: 'h' },
    ];
    const files = [model(weights), shard(Uint8Array.of(0, 1, 255, 1, 0, 0, 1, 0, 0x3c))];
    const read = await readWeights(files);
    expect(read.tensors.map(({ data }) => [...data])).toEqual([[-1, -0.5, 126.5], [3.25, 67], [1]]);
    expect(difference(read, slowTfjs(files))).toBeUndefined();
  });

  it('may hold other types and may be dropped with other files, which are named and skipped', async () => {
    const weights = [
      { ...weight([2], 'int32'), name: 'i' },
      { ...weight([2], 'int32', { dtype: 'uint8', scale: 1, min: 0 }), name: 'qi' },
    ];
    const { skipped } = await readWeights([
      model(weights),
      shard(counted(10)),
      shard(f32(1), 'stray.bin'),
    ]);
    expect(skipped.map(({ name }) => name)).toEqual(['i', 'qi', 'stray.bin']);
  });
});

describe('W2 a tfjs model', () => {
  const quantized = (dtype: string, count: number): InputFile[] => [
    model([weight([count], 'float32', { dtype, scale: 1, min: 0 })]),
    shard(new Uint8Array(dtype === 'uint8' ? count : 2 * count)),
  ];

  it('quantized to uint16 or float16 is read, whatever its size', async () => {
    for (const dtype of ['uint16', 'float16']) {
      const budget = new MemoryBudget();
      const files = quantized(dtype, 100_000);
      await readWeights(files, budget);
      expect(budget.total).toBe(400_000);
      expect(budget.total).toBeLessThan(2 * (files[0]!.bytes.length + files[1]!.bytes.length));
    }
  });

  it('quantized to uint8 is refused with how to fix it, before an array is made', async () => {
    const budget = new MemoryBudget();
    const files = quantized('uint8', 1000);
    const given = files[0]!.bytes.length + 1000;
    await expect(readWeights(files, budget)).rejects.toThrow(
      `model.json: the arrays would take 4000 bytes in memory, over twice the ${given} bytes that ` +
        'were given, which is the most that a file may ask for; convert the model again without ' +
        '--quantize_uint8 (--quantize_uint16 and --quantize_float16 fit).',
    );
    expect(budget.total).toBe(0);
  });
});

describe('a tfjs model is refused', () => {
  const four = f32(1, 2, 3, 4);
  const cases: readonly [string, readonly InputFile[], FileErrorCode, string][] = [
    ['without its shards', [model([weight([4])])], 'missing-file', 'needs the shard w.bin'],
    [
      'with a shard too short',
      [model([weight([4])]), shard(f32(1))],
      'truncated',
      'describes 16 bytes of weights for w.bin, but only 4',
    ],
    [
      'with a shard too long',
      [model([weight([1])]), shard(four)],
      'bad-layout',
      'describes 4 bytes of weights for w.bin, but 16',
    ],
    [
      'with a shard named twice in the manifest',
      [model([weight([8])], ['w.bin', 'x/w.bin']), shard(four)],
      'bad-layout',
      '"w.bin" twice',
    ],
    [
      'with a shard given twice',
      [model([weight([4])]), shard(four), shard(four, 'copy/w.bin')],
      'duplicate',
      'two files of this name',
    ],
    [
      'with a weight named twice',
      [model([weight([2]), weight([2])]), shard(four)],
      'duplicate',
      '"k" twice',
    ],
    [
      'with a shape past 2^53',
      [model([weight([2 ** 30, 2 ** 30])]), shard(four)],
      'bad-value',
      'under 2^53',
    ],
    [
      'with a shape past 2^53 bytes',
      [model([weight([2 ** 52])]), shard(four)],
      'bad-value',
      '2^53 bytes',
    ],
    ['with a shape that is no list', [model([weight('4')]), shard(four)], 'bad-value', 'shape 4'],
    ['with strings', [model([weight([1], 'string')]), shard(four)], 'bad-value', 'dtype string'],
    [
      'quantized to something else',
      [model([weight([4], 'float32', { dtype: 'int4', scale: 1, min: 0 })]), shard(four)],
      'bad-value',
      'int4',
    ],
    [
      'quantized without a scale',
      [model([weight([16], 'float32', { dtype: 'uint8', min: 0 })]), shard(four)],
      'bad-value',
      'scale nothing',
    ],
    [
      'with a manifest that is no list',
      [{ name: 'model.json', bytes: encode('{"weightsManifest":{}}') }],
      'bad-header',
      'weightsManifest is {}',
    ],
    [
      'with paths that are numbers',
      [model([weight([4])], [1]), shard(four)],
      'bad-value',
      'paths is [1]',
    ],
    [
      'with a key twice',
      [{ name: 'model.json', bytes: encode('{"weightsManifest":[],"weightsManifest":[]}') }],
      'duplicate',
      'twice',
    ],
    [
      'over its cap',
      [{ name: 'model.json', bytes: join(encode('{'), new Uint8Array(4_194_304).fill(0x20)) }],
      'too-big',
      'over the cap',
    ],
  ];
  it.each(cases)('%s', async (_, files, code, sentence) => {
    const error: unknown = await readWeights(files).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FileError);
    expect(error).toMatchObject({ code });
    expect((error as FileError).message).toContain(sentence);
  });
});
