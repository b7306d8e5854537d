import { describe, expect, it } from 'vitest';
import { fixtureBytes } from '../math/testing/fixtures.ts';
import { REFERENCE_NETS } from '../nn/testing/reference-nets.ts';
import { MemoryBudget } from './memory-budget.ts';
import { writeNpz } from './npz-write.ts';
import { readWeights, splitFiles } from './read-weights.ts';
import { writeSafetensors } from './safetensors-write.ts';
import { FileError } from './tensors.ts';
import type { FileErrorCode, InputFile } from './tensors.ts';
import { counted, encode, f32, join, makeSafetensors, makeZip } from './testing/hand-made.ts';
import { difference, slowNpz, slowSafetensors } from './testing/slow-decode.oracle.ts';

const a = { name: 'a', shape: [2], data: Float32Array.of(1, 2) };
const b = { name: 'b', shape: [], data: Float64Array.of(3) };

describe('splitFiles', () => {
  const arch = { name: 'arch.json', bytes: encode({ layers: [] }) };
  const model = { name: 'model.json', bytes: encode({ weightsManifest: [] }) };

  it('tells a net description from a tfjs model and from weights', () => {
    const weights = { name: 'w', bytes: writeSafetensors([a]) };
    expect(splitFiles([weights, arch])).toEqual({ description: arch, weights: [weights] });
    expect(splitFiles([arch, model])).toEqual({ description: arch, weights: [model] });
    expect(splitFiles([weights])).toEqual({ description: undefined, weights: [weights] });
  });

  it('refuses two descriptions', () => {
    expect(() => splitFiles([arch, { ...arch, name: 'b.json' }])).toThrow('second net description');
  });
});

describe('readWeights', () => {
  it('tells the format by content, whatever the name says', async () => {
    const named = async (bytes: Uint8Array) =>
      (await readWeights([{ name: 'weights.bin', bytes }])).format;
    expect(await named(writeSafetensors([a]))).toBe('safetensors');
    expect(await named(writeNpz([a]))).toBe('npz');
  });

  it('reads several safetensors as one set', async () => {
    const files = [a, b].map((t) => ({
      name: `${t.name}.safetensors`,
      bytes: writeSafetensors([t], { [t.name]: 'yes' }),
    }));
    const { tensors, metadata } = await readWeights(files);
    expect(tensors.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(metadata).toEqual({ a: 'yes', b: 'yes' });
  });

  const zipped = (name: string) => makeZip([{ name, content: counted(8) }]);
  const cases: readonly [string, readonly InputFile[], FileErrorCode, string][] = [
    ['no file', [], 'missing-file', 'no file was given'],
    ['an empty file', [{ name: 'w', bytes: new Uint8Array(0) }], 'unknown-format', 'it is empty'],
    ['an unknown file', [{ name: 'w', bytes: counted(20) }], 'unknown-format', '01 02 03 04'],
    [
      'a PyTorch zip',
      [{ name: 'net.pt', bytes: zipped('archive/data.pkl') }],
      'refused-format',
      'safetensors.torch.save_file',
    ],
    [
      'a legacy PyTorch pickle',
      [{ name: 'net.pth', bytes: Uint8Array.of(0x80, 2, 0x8a, 10) }],
      'refused-format',
      'pickle',
    ],
    [
      'a Keras archive',
      [{ name: 'net.keras', bytes: zipped('model.weights.h5') }],
      'refused-format',
      'HDF5',
    ],
    [
      'an HDF5 file',
      [{ name: 'net.h5', bytes: Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10) }],
      'refused-format',
      'HDF5',
    ],
    ['a GGUF file', [{ name: 'net.gguf', bytes: encode('GGUF....') }], 'refused-format', 'GGUF'],
    [
      'a net description alone',
      [{ name: 'arch.json', bytes: encode({ layers: [] }) }],
      'refused-format',
      'together with its weights',
    ],
    [
      'two formats at once',
      [
        { name: 'x', bytes: writeSafetensors([a]) },
        { name: 'y', bytes: writeNpz([b]) },
      ],
      'refused-format',
      'one format at a time',
    ],
    [
      'a tensor in two files',
      [
        { name: 'x', bytes: writeSafetensors([a]) },
        { name: 'y', bytes: writeSafetensors([a]) },
      ],
      'duplicate',
      '"a" is also in x',
    ],
  ];
  it.each(cases)('refuses %s with a sentence', async (_, files, code, sentence) => {
    const error: unknown = await readWeights(files).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FileError);
    expect(error).toMatchObject({ code });
    expect((error as FileError).message).toContain(sentence);
  });

  it('refuses files made to be slow within the test limit: deep JSON, many tensors, many blocks', async () => {
    const deep = makeSafetensors(`{"a":${'{"a":'.repeat(200_000)}`, f32());
    const row = (k: number) => `"${k}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`;
    const many = makeSafetensors(
      `{${Array.from({ length: 18_000 }, (_, k) => row(k)).join()},"x":0}`,
      f32(),
    );
    const quotes = encode(`{${'"'.repeat(16_000_000)}`);
    const entries = Array.from({ length: 20_000 }, (_, k) => ({
      name: `${k}.npy`,
      content: new Uint8Array(0),
    }));
    const emptyBlocks = new Uint8Array(1_000_000);
    const files = [
      deep,
      many,
      quotes,
      makeZip(entries),
      makeZip([{ name: 'a.npy', content: emptyBlocks, packed: fixedBlocks(1_000_000), method: 8 }]),
    ];
    for (const bytes of files) {
      await expect(readWeights([{ name: 'w', bytes }])).rejects.toBeInstanceOf(FileError);
    }
  });
});

/** Nothing but empty blocks with fixed codes: ten bits each, a table built for every one. */
function fixedBlocks(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let bit = 1; bit + 10 < 8 * length; bit += 10) bytes[bit >> 3]! |= 1 << (bit & 7);
  return bytes;
}

describe('weights that PyTorch and NumPy wrote', () => {
  const load = (net: string, kind: string): InputFile => ({
    name: `weights.${kind}`,
    bytes: fixtureBytes(`nets/${net}/weights.${kind}`),
  });

  it.each(REFERENCE_NETS)('of %s are those of its safetensors file', async (net) => {
    const file = load(net, 'safetensors');
    const budget = new MemoryBudget();
    const read = await readWeights([file], budget);
    expect(difference(read, slowSafetensors([file]))).toBeUndefined();
    expect(budget.total).toBeLessThan(file.bytes.length);
    expect(read.metadata['net']).toBe(net);
  });

  it.each(['mnist-bn', 'mnist-plain'])(
    'of %s are those of its npz file, and the same as from safetensors',
    async (net) => {
      const [one, two] = [load(net, 'safetensors'), load(net, 'npz')];
      const [first, second] = [await readWeights([one]), await readWeights([two])];
      const byName = (list: typeof first.tensors) =>
        [...list].sort((x, y) => (x.name < y.name ? -1 : 1));
      expect(byName(second.tensors)).toEqual(byName(first.tensors));
      expect(difference(second, slowNpz([two]))).toBeUndefined();
    },
  );

  it('survive a round trip through both writers', async () => {
    const { tensors, metadata } = await readWeights([load('mnist-bn', 'safetensors')]);
    expect(
      (await readWeights([{ name: 'w', bytes: writeSafetensors(tensors, metadata) }])).tensors,
    ).toEqual(tensors);
    expect((await readWeights([{ name: 'w', bytes: writeNpz(tensors) }])).tensors).toEqual(tensors);
  });

  it('are refused wherever the file is cut', async () => {
    for (const kind of ['safetensors', 'npz']) {
      const { name, bytes } = load('mnist-bn', kind);
      for (let cut = 0; cut < bytes.length; cut += 997) {
        await expect(readWeights([{ name, bytes: bytes.subarray(0, cut) }])).rejects.toBeInstanceOf(
          FileError,
        );
      }
      await expect(readWeights([{ name, bytes: join(bytes, f32(0)) }])).rejects.toBeInstanceOf(
        FileError,
      );
    }
  });
});
