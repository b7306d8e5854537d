import { describe, expect, it } from 'vitest';
import { parseNetDescription, serializeNetDescription } from './net-description.ts';
import { layersFromDescription } from './net-layers.ts';
import { FileError } from './tensors.ts';
import { Rng, mutate } from './testing/fuzz.ts';

type Fields = Record<string, unknown>;

const conv = (name: string, from: number, to: number, more: Fields = {}): Fields => ({
  type: 'conv2d',
  name,
  in_channels: from,
  out_channels: to,
  kernel: [1, 1],
  weight: `${name}.weight`,
  ...more,
});
const bn = (name: string, channels: number): Fields => ({
  type: 'batchnorm2d',
  name,
  channels,
  weight: `${name}.weight`,
  running_mean: `${name}.mean`,
  running_var: `${name}.var`,
});
const relu = { type: 'relu' };
const net = (...layers: unknown[]): string =>
  JSON.stringify({ name: 'n', input: { shape: [2, 8, 6] }, layers });

const strided = { kernel: [3, 3], padding: [1, 1, 1, 1], stride: [2, 2] };
const GATE = [
  { type: 'globalavgpool2d' },
  conv('fc1', 4, 1, { bias: 'fc1.bias' }),
  relu,
  conv('fc2', 1, 4, { bias: 'fc2.bias' }),
  { type: 'sigmoid' },
];
const BLOCK = {
  type: 'residual',
  body: [conv('conv1', 2, 4, strided), bn('bn1', 4)],
  shortcut: [conv('shortcut', 2, 4, { stride: [2, 2] })],
  gate: GATE,
};

describe('a residual layer', () => {
  it('has the shape of its body, with shapes filled in through all branches', () => {
    const [block, after] = parseNetDescription(net(BLOCK, relu)).layers;
    expect(block).toMatchObject({
      output_shape: [4, 4, 3],
      body: [{ output_shape: [4, 4, 3] }, { output_shape: [4, 4, 3] }],
      shortcut: [{ input_shape: [2, 8, 6], output_shape: [4, 4, 3] }],
      gate: [4, 1, 1, 4, 4].map((channels) => ({ output_shape: [channels, 1, 1] })),
    });
    expect(after).toMatchObject({ input_shape: [4, 4, 3] });
  });

  it('may leave out shortcut and gate: identity, and no gate', () => {
    const bare = { type: 'residual', body: [relu] };
    expect(parseNetDescription(net(bare)).layers[0]).toMatchObject({ shortcut: [], gate: [] });
  });

  it('takes a gate that ends in dense layers', () => {
    const dense = { type: 'dense', name: 'd', in_features: 2, out_features: 2, weight: 'd' };
    const gate = [{ type: 'globalavgpool2d' }, { type: 'flatten' }, dense];
    const { layers } = parseNetDescription(net({ type: 'residual', body: [relu], gate }));
    expect(layers[0]).toMatchObject({ output_shape: [2, 8, 6] });
  });

  it('is undone by serializeNetDescription', () => {
    const nested = { type: 'residual', body: [relu, { type: 'residual', body: [bn('b', 4)] }] };
    const parsed = parseNetDescription(net(BLOCK, nested));
    expect(parseNetDescription(serializeNetDescription(parsed))).toEqual(parsed);
  });

  it('shows its layers in registration order: body, shortcut, gate', () => {
    const shapes: Record<string, number[]> = {
      'conv1.weight': [4, 2, 3, 3],
      'bn1.weight': [4],
      'bn1.mean': [4],
      'bn1.var': [4],
      'shortcut.weight': [4, 2, 1, 1],
      'fc1.weight': [1, 4, 1, 1],
      'fc1.bias': [1],
      'fc2.weight': [4, 1, 1, 1],
      'fc2.bias': [4],
    };
    const tensors = Object.entries(shapes).map(([name, shape]) => {
      const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
      return { name, shape, dtype: 'F32' as const, data };
    });
    const weights = { format: 'safetensors' as const, tensors, skipped: [], metadata: {} };
    const layers = layersFromDescription(parseNetDescription(net(BLOCK)), weights);
    expect(layers.map(({ name }) => name)).toEqual(['conv1', 'bn1', 'shortcut', 'fc1', 'fc2']);
    const lacking = { ...weights, tensors: tensors.filter(({ name }) => name !== 'fc2.bias') };
    expect(() => layersFromDescription(parseNetDescription(net(BLOCK)), lacking)).toThrow(
      'fc2 needs the tensor "fc2.bias", which is not there',
    );
  });

  it('when mutated is refused with a FileError, or read and exported without loss (3,000 tries)', () => {
    const seed = new TextEncoder().encode(net(BLOCK, relu));
    let read = 0;
    for (let index = 0; index < 3000; index += 1) {
      const text = new TextDecoder().decode(mutate(seed, new Rng(19, index)));
      try {
        const parsed = parseNetDescription(text);
        read += 1;
        expect(parseNetDescription(serializeNetDescription(parsed))).toEqual(parsed);
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    }
    expect(read).toBeGreaterThan(50);
  });
});

const deep = (levels: number): Fields =>
  levels === 0 ? relu : { type: 'residual', body: [deep(levels - 1)] };
const many = (count: number): Fields[] => Array.from({ length: count }, () => relu);

describe('a residual layer is refused', () => {
  const cases: readonly [string, string, string][] = [
    [
      'without a body',
      net({ type: 'residual' }),
      'layers[0].body is nothing, but it must be a list of 1 to 10000 layers',
    ],
    ['with an empty body', net({ type: 'residual', body: [] }), 'layers[0].body is []'],
    [
      'with a shortcut that is no list',
      net({ ...BLOCK, shortcut: 'identity' }),
      'layers[0].shortcut is identity, but it must be a list of 0 to 10000 layers',
    ],
    [
      'whose identity has another shape than its body',
      net({ ...BLOCK, shortcut: [] }),
      'layers[0].shortcut gives [2, 8, 6] and layers[0].body gives [4, 4, 3], but their sum',
    ],
    [
      'whose gate gives another number of channels',
      net({ ...BLOCK, gate: GATE.slice(0, 2) }),
      'layers[0].gate gives [1, 1, 1] for a body that gives [4, 4, 3]',
    ],
    [
      'whose gate keeps the pixels',
      net({ ...BLOCK, gate: [{ type: 'sigmoid' }] }),
      'layers[0].gate gives [4, 4, 3]',
    ],
    [
      'with a gate behind flatten',
      net({ type: 'flatten' }, { type: 'residual', body: [relu], gate: [{ type: 'sigmoid' }] }),
      'layers[1].gate gives [96] for a body that gives [96]',
    ],
    [
      'with a wrong field far within',
      net({ type: 'residual', body: [relu, { type: 'residual', body: [conv('c', 3, 2)] }] }),
      'layers[0].body[1].body[0].in_channels is 3, but it must be 2',
    ],
    [
      'with an unknown layer in its gate',
      net({ ...BLOCK, gate: [{ type: 'softmax' }] }),
      'layers[0].gate[0].type is softmax',
    ],
    ['nine levels deep', net(deep(9)), 'lies in more than 8 residual layers within each other'],
    [
      'that brings the net over 10,000 layers',
      net({ type: 'residual', body: many(6000), shortcut: many(6000) }),
      'layers[0] brings the description over 10000 layers in all',
    ],
    [
      'with a global pool behind flatten',
      net({ type: 'flatten' }, { type: 'globalavgpool2d' }),
      'layers[1] is globalavgpool2d, which takes three sizes',
    ],
  ];
  it.each(cases)('%s', (_, text, sentence) => {
    expect(() => parseNetDescription(text)).toThrow(FileError);
    expect(() => parseNetDescription(text)).toThrow(sentence);
  });

  it('but eight levels are read', () => {
    expect(parseNetDescription(net(deep(8))).layers).toHaveLength(1);
  });
});
